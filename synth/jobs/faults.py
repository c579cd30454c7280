"""Places where a test may have the process kill itself, as a power cut would."""

from __future__ import annotations

import os
import signal

from synth.settings import Settings


def fault_point(settings: Settings, name: str) -> None:
    """Kill this process at once if the settings name this point."""
    if settings.fault_point == name:
        os.kill(os.getpid(), signal.SIGKILL)
