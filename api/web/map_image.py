"""The map as pixels: the scene drawn on white, with its reading, for slides and documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from api.web.map_scene import COLOURS, REST, UNTHEMED, Scene

#: Pixels per unit of the scene in the picture, and while its dots are drawn, to smooth them.
SCALE, FINE = 2, 4
HEAD, FOOT = 56, 44
INK, FAINT, PAPER = "#1A1F26", "#4A5563", "#FFFFFF"
GREY, HOLLOW = "#B4BCC7", "#7A8594"

Box = tuple[float, float, float, float]


def draw_png(scene: Scene, *, title: str, note: str) -> bytes:
    """Return the scene as a PNG; the same scene gives the same bytes.

    The letters are those that come with the library: Latin ones. The SVG has all.
    """
    size = (scene.width, scene.height + HEAD + FOOT)
    fine = Image.new("RGB", (size[0] * FINE, size[1] * FINE), PAPER)
    canvas = ImageDraw.Draw(fine)
    for layer in scene.layers:
        for x, y in layer.points:
            _dot(canvas, layer.mark, x * FINE, (y + HEAD) * FINE)
    picture = fine.resize((size[0] * SCALE, size[1] * SCALE), Image.Resampling.LANCZOS)
    _write(picture, scene, title=title, note=note)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _dot(canvas: ImageDraw.ImageDraw, mark: str, x: float, y: float) -> None:
    r = FINE * (2.2 if mark == REST else 2.6 if mark == UNTHEMED else 4.2)
    box = (x - r, y - r, x + r, y + r)
    if mark == REST:
        canvas.ellipse(box, fill=GREY)
    elif mark == UNTHEMED:
        canvas.ellipse(box, outline=HOLLOW, width=FINE)
    else:
        SHAPES[mark](canvas, box, COLOURS[int(mark)])


def _disc(canvas: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    canvas.ellipse(box, fill=colour)


def _square(canvas: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    inset = (box[2] - box[0]) * 0.06
    canvas.rectangle((box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset), fill=colour)


def _triangle(canvas: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    canvas.polygon([((box[0] + box[2]) / 2, box[1]), (box[2], box[3]), (box[0], box[3])], colour)


def _diamond(canvas: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    canvas.polygon([(x, box[1]), (box[2], y), (x, box[3]), (box[0], y)], colour)


def _plus(canvas: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    x, y, thin = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, (box[2] - box[0]) * 0.19
    canvas.rectangle((box[0], y - thin, box[2], y + thin), fill=colour)
    canvas.rectangle((x - thin, box[1], x + thin, box[3]), fill=colour)


def _turned_triangle(canvas: ImageDraw.ImageDraw, box: Box, colour: str) -> None:
    canvas.polygon([((box[0] + box[2]) / 2, box[3]), (box[2], box[1]), (box[0], box[1])], colour)


SHAPES: Mapping[str, Callable[[ImageDraw.ImageDraw, Box, str], None]] = {
    "0": _disc,
    "1": _square,
    "2": _triangle,
    "3": _diamond,
    "4": _plus,
    "5": _turned_triangle,
}


def _write(picture: Image.Image, scene: Scene, *, title: str, note: str) -> None:
    canvas = ImageDraw.Draw(picture)
    large, small = (ImageFont.load_default(size * SCALE) for size in (20, 13))
    canvas.text((20 * SCALE, 18 * SCALE), title, fill=INK, font=large)
    canvas.text((20 * SCALE, (HEAD + scene.height + 12) * SCALE), note, fill=FAINT, font=small)
    for label in scene.labels:
        colour = FAINT if label.mark == REST else INK
        for number, line in enumerate(label.lines):
            at = (label.x * SCALE, (HEAD + label.y + 16 * number) * SCALE)
            canvas.text(
                at,
                line,
                fill=colour,
                font=small,
                anchor="ms",
                stroke_width=3,
                stroke_fill=PAPER,
            )
