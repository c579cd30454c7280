"""Shapes of themes on a page: six, told apart without colour."""

from __future__ import annotations


def mark_path(mark: int, x: float, y: float, r: float) -> str:
    """Return one of six filled shapes as path data: a theme has a colour and a shape."""
    circle = f"M{x - r:g} {y:g}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0z"
    arm, thin = r * 1.05, r * 0.38
    plus = (
        f"M{x - thin:g} {y - arm:g}h{2 * thin:g}v{arm - thin:g}h{arm - thin:g}v{2 * thin:g}"
        f"h{thin - arm:g}v{arm - thin:g}h{-2 * thin:g}v{thin - arm:g}h{thin - arm:g}"
        f"v{-2 * thin:g}h{arm - thin:g}z"
    )
    return (
        circle,
        f"M{x - r * 0.88:g} {y - r * 0.88:g}h{r * 1.76:g}v{r * 1.76:g}h{-r * 1.76:g}z",
        f"M{x:g} {y - r:g}l{r * 1.08:g} {r * 1.9:g}h{-r * 2.16:g}z",
        f"M{x:g} {y - r * 1.15:g}l{r * 1.15:g} {r * 1.15:g}l{-r * 1.15:g} {r * 1.15:g}"
        f"l{-r * 1.15:g} {-r * 1.15:g}z",
        plus,
        f"M{x:g} {y + r:g}l{-r * 1.08:g} {-r * 1.9:g}h{r * 2.16:g}z",
    )[mark % 6]
