"""What surrounds a page: who is signed in, what waits, what was just done."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import Request

from api.web.part_contexts import Frame
from api.web.session import Visitor
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.store.unit_of_work import UnitOfWork

#: What a page says once after an action, by the code in its address: never free text.
DONE = {
    "approved": "Approved. It is an insight now, and the decision is in the audit trail.",
    "rejected": "Rejected. It will not be drafted again from the same evidence.",
    "many-rejected": "Rejected. None of them will be drafted again from the same evidence.",
    "voted": "Your vote counts. It is decided once another reviewer says the same.",
    "taken-back": "Taken back. It waits again; what you decided stays in the audit trail.",
    "canary-caught": "Well seen. That draft was wrong on purpose, and is gone.",
    "canary-missed": "That draft was wrong on purpose, and you approved it. See what was wrong.",
    "claimed": "Yours for 30 minutes: nobody else decides on it meanwhile.",
    "let-go": "Let go. Others may decide on it.",
    "draft-merged": "Merged into this draft. It can be taken out until this one is decided.",
    "unmerged": "Taken out of the merge. It waits again by itself.",
    "released": "Released to the queue as a new revision of yours. Somebody else decides on it.",
    "deadline": "Deadline set.",
    "rules": "Saved. The change is in the audit trail.",
    "edited": "Saved as a new revision. Somebody else decides on it.",
    "renamed": "Renamed. The machine's title is kept in the audit trail.",
    "hidden": "Hidden. It stays in the list at the end of this page.",
    "shown": "Shown again.",
    "merged": "Merged. Later runs keep it so.",
    "split": "Split off. Later runs keep both themes.",
    "moved": "Moved. Later runs keep it so.",
    "taken-out": "Taken out of the theme: in none now, and kept so.",
    "pinned": "Pinned to the head of the list.",
    "unpinned": "No longer pinned.",
    "undone": "Undone.",
    "tagged": "Tagged.",
    "confirmed": "Tag confirmed.",
    "tag-rejected": "Tag rejected. This theme is no longer linked, and drafts leave it out.",
    "investigating": "Opened. It stays unexplained until numbers and people have both spoken.",
    "trigger-added": "Added. The next detection goes by it.",
    "trigger-changed": "Changed. The next detection goes by it.",
    "brief-changed": "Saved. The change is in the audit trail.",
    "watched": "Marked as watched.",
    "case-decided": "Decided. The decision is in the audit trail.",
    "case-reopened": "Open again, with what both sides said before.",
    "formula": "Saved. The next detection goes by it.",
    "found": "It speaks now.",
    "unfound": "Taken back.",
    "impact-set": "Saved. Every changed factor is in the audit trail.",
    "uploaded": "Kept. Each file is being read now; reload to see how far it is.",
    "same": "The same bytes are already here: nothing changed.",
    "imported": "Imported.",
    "insight-labelled": "Labels saved.",
    "insight-decided": "Decided. What was decided before stays readable.",
    "insight-testing": "The test is recorded.",
    "insight-recorded": "Recorded.",
    "insight-closed": "Closed. What happened and what was learnt are kept together.",
    "insight-reopened": "Reopened. It needs a decision.",
    "answered": "Answered. It counts once; you can change it until the quarter ends.",
    "key-metrics": "Chosen.",
    "held": "Noted. The next review is due in two weeks.",
    "backlog-added": "Added to the backlog.",
    "backlog-moved": "Moved.",
    "described": "Saved. Detect again to judge by it.",
    "joined": "Joined: they count as one person. Anomalies and links are being counted anew.",
    "dismissed": "Dismissed. It will not be suggested again.",
    "parted": "Split again: everything went back to the id it came under.",
    "withdrew": "They withdrew: their words, ids, events and measurements are gone. "
    "Files and counts follow.",
    "rule-added": "Added. It runs with the next detection.",
    "rule-removed": "Removed. Its anomalies go with the next detection.",
    "funnel-added": "Saved. The next detection computes its steps.",
    "funnel-removed": "Removed. The daily values it gave stay.",
    "person-changed": "Saved. Their open pages go by it at once.",
    "key-revoked": "Key revoked. Its sessions ended.",
}


def make_frame(
    request: Request,
    uow: UnitOfWork,
    visitor: Visitor,
    *,
    title: str,
    section: str = "",
    crumbs: Sequence[tuple[str, str]] = (),
    as_of: str = "",
    to_review: int | None = None,
) -> Frame:
    """Return the frame of a page for a signed-in person; `to_review` saves its one query."""
    member = visitor.actor.member
    if to_review is None:
        to_review = hypotheses.count_by_state(uow)[State.IN_REVIEW]
    return Frame(
        title=title,
        section=section,
        crumbs=crumbs,
        person=member.name,
        roles=", ".join(sorted(member.roles)),
        csrf_token=visitor.csrf_token,
        to_review=to_review,
        as_of=as_of,
        notice=DONE.get(request.query_params.get("done", ""), ""),
        notice_href=_decided_href(request.query_params.get("of", "")),
        notice_seen=_seen(request.query_params.get("was", "")),
    )


def _decided_href(draft: str) -> str:
    """Return the page of the draft that was just decided on; "" if the address names none."""
    return f"/review/{draft}" if re.fullmatch(r"[0-9a-f-]{36}", draft) else ""


def _seen(revision: str) -> str:
    """Return the revision that was just decided on; "" if the address names none."""
    return revision if re.fullmatch(r"[0-9]{1,6}-[0-9a-f]{16}", revision) else ""
