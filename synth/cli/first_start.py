"""What the first start on a data folder does: a workspace, its people, their keys shown once."""

from __future__ import annotations

from synth.access.actions import FirstStart, first_start
from synth.access.types import MemberRole
from synth.cli.keys import describe_keys, keep_researcher_key
from synth.cli.output import say
from synth.services import Services


def begin(services: Services) -> FirstStart | None:
    """Create the workspace if there is none yet, and show its keys."""
    started = first_start(services)
    if started is None:
        return None
    say("New workspace in " + str(services.settings.data_dir))
    say(describe_keys(started.keys))
    if not services.settings.database_url:
        keep_researcher_key(services.settings, started.keys[MemberRole.RESEARCHER])
        say("Commands act as the researcher until SYNTH_KEY names another key.")
    return started
