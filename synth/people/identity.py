"""How a reference becomes the key a participant is found by; personal ones only as keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from synth.people.types import Reference

#: Namespaces whose values say who somebody is: never stored in the clear.
PERSONAL = frozenset({"name", "email"})


#: Namespace of ids of people who withdrew, kept as keyed hashes so that no file brings them back.
WITHDRAWN = "withdrawn"


def withdrawn_key(key: tuple[str, str], secret: bytes) -> tuple[str, str]:
    """Return what is kept of a stored key once its person withdrew: it cannot be read back."""
    message = f"{WITHDRAWN}:{key[0]}:{key[1]}".encode()
    return WITHDRAWN, hmac.new(secret, message, hashlib.sha256).hexdigest()


def normalise(value: str) -> str:
    """Return `value` in one spelling: NFKC, single spaces, lower case."""
    return " ".join(unicodedata.normalize("NFKC", value).split()).casefold()


def stored_key(reference: Reference, secret: bytes) -> tuple[str, str]:
    """Return the (namespace, value) a participant is found by.

    Systems that use e-mail addresses as user ids name the same person as those that say so, and
    neither is stored in the clear.
    """
    namespace = reference.namespace
    if namespace == "user" and "@" in reference.value:
        namespace = "email"
    return namespace, stored_value(Reference(namespace=namespace, value=reference.value), secret)


def stored_value(reference: Reference, secret: bytes) -> str:
    """Return what is stored for `reference`: itself, or its HMAC-SHA256 if it is personal."""
    value = normalise(reference.value)
    if reference.namespace not in PERSONAL:
        return value
    message = f"{reference.namespace}:{value}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
