"""`synth themes map`: the map as a file, or one line that says what is missing."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from synth.access.types import MemberRole
from tests.acceptance.server import serve
from tests.acceptance.test_command_line import last_line, synth

SAID = ("dashboard stays empty after the upload", "role dropdown takes minutes to load here")


def test_the_map_is_written_once_there_are_themes(tmp_path):
    rows = ["id,requester_id,description"]
    rows += [f"t{n},u{n},The {SAID[n % 2]} since day {n}." for n in range(12)]
    (tmp_path / "tickets.csv").write_text("\n".join(rows))
    with serve(tmp_path / "server") as running:

        def run(*arguments):
            key = running.keys[MemberRole.RESEARCHER]
            return synth(running.data_dir, *arguments, key=key)

        drawing, picture = tmp_path / "map.svg", tmp_path / "map.png"
        early = run("themes", "map", "--out", drawing)
        assert early.returncode == 1
        assert "build themes" in last_line(early.stderr)
        assert run("ingest", tmp_path / "tickets.csv", "--kind", "ticket").returncode == 0
        assert run("themes", "build").returncode == 0
        for path in (drawing, picture):
            done = run("themes", "map", "--out", path)
            assert done.returncode == 0, done.stderr
        words = "".join(ElementTree.parse(drawing).getroot().itertext())
        assert "Near = similar words" in words
        assert picture.read_bytes().startswith(b"\x89PNG")
        wrong = run("themes", "map", "--out", tmp_path / "map.gif")
        assert wrong.returncode == 1
        assert ".svg or .png" in last_line(wrong.stderr)
