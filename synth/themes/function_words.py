"""Words that say nothing about a theme, by language, and which languages a corpus is in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synth.themes.running import Running


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """The words of one or more languages that build sentences."""

    function: frozenset[str]  #: articles, pronouns, auxiliaries, prepositions, conjunctions
    weak: frozenset[str]  #: words of conversation and complaint in general: true of every theme
    negations: frozenset[str]
    #: Inside a phrase these begin another clause.
    clause_starts: frozenset[str]
    joiner: str  #: "and"

    @property
    def has_noun_capitals(self) -> bool:
        """Return whether nouns are written with a capital, as in German."""
        return self.joiner == "und"

    def is_telling(self, word: str) -> bool:
        """Return whether a word in lower case says what a text is about."""
        return not (
            len(word) < 3
            or word in self.function
            or word in self.weak
            or word in self.negations
            or word.isdigit()
        )


def word_set(words: str) -> frozenset[str]:
    """Return words written in one string, parted by blanks."""
    return frozenset(words.split())


#: Stop words of scikit-learn that name things people complain about.
TELLING = word_set("amount bill bottom detail empty fill full move name system")

ENGLISH_FUNCTION = (
    "did does doing having let lets let's gonna wanna please thanks thank i'm i've i'd i'll it's "
    "that's there's here's they're they've we're we've we'll you're you've you'll he's she's "
    "what's where's who's how's im ive thats theres whats"
)
ENGLISH_WEAK = (
    "actually ago anyway anything basically bit came come comes completely cause day days "
    "don dont ended everything exactly feel feels felt fine gave get gets getting give gives given "
    "going gone good got great guess guys had happen happened happening happens hello help hey "
    "honest honestly hi hmm hope issue issues just keep keeps kept kind kinda know less like liked "
    "likely little literally long look looked looking looks lot lots made make makes making maybe "
    "mean means might mind much need needed needing needs new nice ok okay old one ones people "
    "point pretty probably problem problems put quite rather really right said saw say saying says "
    "see seeing seem seemed seems seen show shows since someone something sometimes somewhere sort "
    "start still stuff sure take takes taken taking tell thing things think thinking thought time "
    "times today told took totally tried try trying two uh um understand us use used user users "
    "using usually very wait want wanted wanting wants was way week weeks well went whatever "
    "wondering work worked working works would yeah year years yep yes yesterday yet able customer "
    "customers end team asked ask asking called whole different add added first second last next "
    "certain suppose supposed definitely simply mostly especially certainly currently recently "
    "feedback reason reasons trouble able certain wish curious hoping believe find uses anymore "
    "regards dear best sent cheers sincerely kindly advise please wrote fwd thank thankful forward"
)
ENGLISH_NEGATIONS = (
    "not no never without cannot can't isn't wasn't aren't weren't don't doesn't didn't haven't "
    "hasn't hadn't won't wouldn't couldn't shouldn't ain't cant dont didnt doesnt isnt wont nothing"
)
ENGLISH_CLAUSES = (
    "i we you he she they i'm i've i'd i'll we've we're we'll you're you've they're they've who "
    "which where why what how when if because that's it's there do does did can could would should "
    "will may might and or but so then than while"
)
GERMAN_FUNCTION = (
    "aber als am an auch auf aus bei bin bis da dann das dass dein deine dem den denn der des dich "
    "die dies diese diesem diesen dieser dieses dir doch du durch ein eine einem einen einer eines "
    "er es etwas euch für gegen gibt hab habe haben hat hatte hatten hier hin ich ihm ihn ihnen "
    "ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jetzt kann kannst "
    "können könnte man mehr mein meine meinem meinen meiner mich mir mit muss müssen nach noch nun "
    "nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so soll sollte "
    "sondern über um und uns unser unsere unserem unseren unserer unter vom von vor wann war waren "
    "warum was weil welche wenn wer werde werden wie wieder will wir wird wo wollen wurde wurden "
    "zu zum zur zwar bitte danke immer mal"
)
GERMAN_WEAK = (
    "alle alles eigentlich einfach ganz geht gehen genau gerade gut habt heute hallo halt kommt "
    "kommen leider machen macht mache möchte sagen sagt sehen problem probleme tun viel viele "
    "vielleicht weiß wirklich tag tage woche wochen jahr jahre zeit ding sache funktioniert "
    "funktionieren neue neuen neuer neues erste ersten andere anderen alte alten "
    "zwei drei einmal beim fast noch äh ähm also bleibt"
)
GERMAN_NEGATIONS = "nicht kein keine keinen keinem keiner nie niemals nichts ohne"
GERMAN_CLAUSES = "ich wir du er sie man wenn dass weil ob wo was wer warum und oder aber als denn"
SPANISH_FUNCTION = (
    "a al algo algún alguna algunas algunos ante aquí así aun aunque como con cómo cual cuál "
    "cuando cuándo de del desde donde dónde durante e el él ella ellas ellos en entre era eran es "
    "esa esas ese eso esos esta está están estas este esto estos estoy fue fueron ha había han "
    "hasta hay he la las le les lo los más me mi mis mí muy nos nosotros nuestra nuestras nuestro "
    "nuestros o os otra otras otro otros para pero poco por porque puede pueden puedo que qué "
    "quien se sea ser si sí sobre son soy su sus también tan tanto te tenemos tengo tiene tienen "
    "todo toda todos todas tu tus un una unas uno unos usted ustedes va vamos voy y ya yo favor "
    "gracias siempre cada"
)
SPANISH_WEAK = (
    "ahora bien buen bueno cosa cosas creo decir día días dice dijo hace hacer hago hola hoy mismo "
    "mucho mucha muchos muchas nueva nuevo nuevas nuevos parece persona personas poder problema "
    "problemas quiero quiere quería saber semana semanas siento tema tiempo año años vez veces ver "
    "verdad dos tres vuestra vuestro vuestras vuestros "
    "pues eh funciona funcionan primera primero usar uso"
)
SPANISH_NEGATIONS = "no ni nunca sin nada ningún ninguna tampoco"
SPANISH_CLAUSES = "yo que qué si porque cuando donde como y o pero nosotros ella ellos usted"
FRENCH_FUNCTION = (
    "ai ainsi alors après as au aucun aussi autre aux avec avez avait avoir avons c'est car ce "
    "cela ces cet cette ceux chez comme comment d'un d'une dans de depuis des donc dont du elle "
    "elles en encore entre es est et étais était été être eu eux fait il ils j'ai je la le les "
    "leur leurs lors lui là ma mais me même mes moi mon nos notre nous n'est on ont ou où par "
    "parce pas peu peut peux plus pour pourquoi qu'il qu'on quand que quel quelle quelles quels "
    "qui quoi sa sans se sera ses si son sont sous suis sur ta te tes toi ton tous tout toute "
    "toutes très tu un une vers vos votre vous y merci toujours"
)
FRENCH_WEAK = (
    "aller année années beaucoup bien bon bonne bonjour chose choses dire dit faire faut fois "
    "jour jours juste maintenant nouveau nouvelle problème problèmes quelque savoir semaine temps "
    "trop vraiment voir voilà vais veux euh fonctionne marche première premier"
)
FRENCH_NEGATIONS = "ne pas non jamais rien sans aucune aucun"
FRENCH_CLAUSES = "je nous il elle ils elles qui que quand si où comment pourquoi et ou mais parce"


def _lexicon(function: str, weak: str, negations: str, clauses: str, joiner: str) -> Lexicon:
    return Lexicon(
        function=word_set(function),
        weak=word_set(weak),
        negations=word_set(negations),
        clause_starts=word_set(clauses),
        joiner=joiner,
    )


#: Share of a corpus's texts that must be in a language before its words count as function words.
LANGUAGE_SHARE = 0.05


@cache
def lexicons() -> dict[str, Lexicon]:
    """Return the lexicon of each language by its code, English first."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    english = " ".join(sorted(ENGLISH_STOP_WORDS - TELLING))
    return {
        "en": _lexicon(
            f"{english} {ENGLISH_FUNCTION}",
            ENGLISH_WEAK,
            ENGLISH_NEGATIONS,
            ENGLISH_CLAUSES,
            "and",
        ),
        "de": _lexicon(GERMAN_FUNCTION, GERMAN_WEAK, GERMAN_NEGATIONS, GERMAN_CLAUSES, "und"),
        "es": _lexicon(SPANISH_FUNCTION, SPANISH_WEAK, SPANISH_NEGATIONS, SPANISH_CLAUSES, "y"),
        "fr": _lexicon(FRENCH_FUNCTION, FRENCH_WEAK, FRENCH_NEGATIONS, FRENCH_CLAUSES, "et"),
    }


def lexicon_for(running: Running) -> Lexicon:
    """Return the lexicon of the languages that texts are in.

    A text is in the language that most of its words are function words of; a corpus in no known
    language is read as English, and what is said everywhere falls out by the ranking of terms.
    """
    known = list(lexicons().values())
    lower = [word.lower() for word in running.words]
    sizes = np.diff(running.bounds)
    text = np.repeat(np.arange(len(sizes)), sizes)
    hits = [
        np.bincount(text, np.array([word in one.function for word in lower])[running.numbers])
        for one in known
    ]
    languages = np.argmax(hits, axis=0)[np.any(hits, axis=0)]
    texts = np.bincount(languages, minlength=len(known))
    spoken = known[:1]
    if len(languages):
        spoken = [
            one for one, n in zip(known, texts, strict=True) if n >= LANGUAGE_SHARE * len(languages)
        ]
    if len(spoken) == 1:
        return spoken[0]
    return Lexicon(
        function=frozenset().union(*(part.function for part in spoken)),
        weak=frozenset().union(*(part.weak for part in spoken)),
        negations=frozenset().union(*(part.negations for part in spoken)),
        clause_starts=frozenset().union(*(part.clause_starts for part in spoken)),
        joiner=known[int(texts.argmax())].joiner,
    )
