"""Every error Synth raises on purpose.

SynthError
├── InputError            what was given cannot be used; names file, line, found, expected
│   └── UnsupportedFormat a file no reader accepts
├── NotFound              no such thing in this workspace
├── Unauthenticated       no key, or a key that is not valid
├── Forbidden             this person may not do this
├── Conflict              the thing is in a state that does not allow it
│   ├── StaleRevision     it changed since it was seen
│   └── PreconditionMissing  the caller did not say which revision it saw
├── TooLarge              above a limit; says which
└── BackendError          something outside failed: model, index, database; safe to try again
    └── BudgetSpent       the workspace's budget for a language model is used up for today

A class has a code and data, never an HTTP status: `api.errors` maps codes to answers.
"""

from __future__ import annotations


class SynthError(Exception):
    """Base of all; `message` says what happened and what to do next, in one line."""

    code = "error"

    def __init__(self, message: str, **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class InputError(SynthError):
    """What was given cannot be used."""

    code = "invalid_input"

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        found: str | None = None,
        expected: str | None = None,
        **data: object,
    ) -> None:
        place = ":".join(str(part) for part in (file, line) if part is not None)
        details = [
            f"{name} {value}"
            for name, value in (("found", found), ("expected", expected))
            if value is not None
        ]
        text = f"{place}: {message}" if place else message
        super().__init__(
            "; ".join([text, *details]),
            file=file,
            line=line,
            found=found,
            expected=expected,
            **data,
        )


class UnsupportedFormat(InputError):
    """A file no reader accepts."""

    code = "unsupported_format"


class NotFound(SynthError):
    """No such thing in this workspace."""

    code = "not_found"


class Unauthenticated(SynthError):
    """No key, or a key that is unknown, expired or revoked."""

    code = "unauthenticated"


class Forbidden(SynthError):
    """This person may not do this."""

    code = "forbidden"


class Conflict(SynthError):
    """The thing is in a state that does not allow it."""

    code = "conflict"


class StaleRevision(Conflict):
    """It changed since it was seen."""

    code = "stale_revision"


class PreconditionMissing(Conflict):
    """The caller did not say which revision it saw."""

    code = "precondition_missing"


class TooLarge(SynthError):
    """Above a limit; the message says which."""

    code = "too_large"


class BackendError(SynthError):
    """Something outside failed: a model, the index, the database. Safe to try again."""

    code = "backend_failed"


class BudgetSpent(BackendError):
    """The workspace's budget for a language model is used up; nothing was asked."""

    code = "budget_spent"
