"""Takes the pictures of the README from the sample study, in the Chromium that is installed.

From the root of the repository: `PYTHONPATH=. .venv/bin/python .github/pictures/take.py`
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from synth.bootstrap import build_services
from synth.settings import Settings
from tests.acceptance.browser import chromium, served, watching
from tests.fakes import HashEmbedder

HERE = Path(__file__).parent
#: Picture, page it is begun on, link that is followed from there, and height in pixels.
PICTURES = (
    ("anomaly", "/metrics", 'main a[href^="/anomalies/"]', 1320),
    ("draft", "/review", 'main a[href^="/review/"]', 1320),
    ("map", "/themes/map", "", 1060),
)


def build_study(folder: Path) -> str:
    """Build the sample study in `folder`; return the reviewer's key."""
    command = [Path(sys.executable).with_name("synth"), "demo", "--no-serve"]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--data-dir", folder], check=True, capture_output=True, text=True
    )
    found = re.search(r"reviewer\s+(synth_\S+)", done.stdout + done.stderr)
    assert found, "the demo printed no reviewer's key"
    return found[1]


def take(page: Page, name: str, height: int) -> None:
    """Write what the window shows as a PNG."""
    page.set_viewport_size({"width": 1440, "height": height})
    page.wait_for_load_state("networkidle")
    path = HERE / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").save(path, optimize=True)


def main() -> None:
    """Build the study, sign in as its reviewer, follow the first link of each page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        key = build_study(folder)
        services = build_services(Settings(data_dir=folder), embedder=HashEmbedder())
        with (
            served(services) as base,
            chromium() as browser,
            watching(browser, base) as watched,
        ):
            watched.sign_in(key)
            for picture, path, link, height in PICTURES:
                watched.go(path)
                if link:
                    watched.page.locator(link).first.click()
                take(watched.page, picture, height)
        services.engine.dispose()


if __name__ == "__main__":
    main()
