"""What a figure was measured with."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version


def versions(*names: str) -> dict[str, str]:
    """Return the versions of libraries, of Python, and how many cores there are."""
    found = {"python": platform.python_version(), "cores": str(os.cpu_count())}
    for name in ("numpy", "scipy", "scikit-learn", *names):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
