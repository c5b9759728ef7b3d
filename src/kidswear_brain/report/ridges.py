"""Pair plots of a posterior: which parameters may trade for one another, as one SVG file."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.report.html import Html, tag

CELL, GAP, EDGE = 108, 8, 130
SHOWN = 350
"""Points a cell: more would only blacken it."""
BINS = 12

Floats = NDArray[np.float64]


def ridge_plot(title: str, names: Sequence[str], points: Floats) -> str:
    """Draw every pair of axes of the unit cube: points below, correlations above the diagonal.

    The diagonal shows each axis by itself; a flat one has learned nothing from the targets.

    Parameters
    ----------
    title : str
        What the figure shows; its accessible name too.
    names : sequence of str
        (d,) what the axes are called.
    points : ndarray
        (n, d) draws in 0-1.
    """
    d = len(names)
    side = EDGE + d * (CELL + GAP)
    correlation = np.atleast_2d(np.corrcoef(points.T))
    shapes: list[Html] = [tag("title", title), _text(4, 16, title, "start")]
    for i in range(d):
        for j in range(d):
            x, y = EDGE + j * (CELL + GAP), 30 + i * (CELL + GAP)
            frame = {"x": x, "y": y, "width": CELL, "height": CELL, "fill": "none"}
            shapes.append(tag("rect", **frame, stroke="#bbb"))
            if i == j:
                shapes += _histogram(x, y, points[:, i])
            elif i > j:
                shapes += _scatter(x, y, points[:SHOWN, j], points[:SHOWN, i])
            else:
                shapes.append(_correlation(x, y, float(correlation[i, j])))
        middle = 30 + i * (CELL + GAP) + CELL / 2
        shapes.append(_text(EDGE - 6, middle, _short(names[i]), "end"))
        column = EDGE + i * (CELL + GAP) + CELL / 2
        shapes.append(_text(column, 44 + d * (CELL + GAP), _short(names[i]), "middle"))
    height = 60 + d * (CELL + GAP)
    return tag(
        "svg",
        *shapes,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {side} {height}",
        width=side,
        height=height,
        role="img",
        font_family="sans-serif",
    )


def _histogram(x: float, y: float, values: Floats) -> list[Html]:
    count, _ = np.histogram(values, BINS, (0, 1))
    top = max(int(count.max()), 1)
    width = CELL / BINS
    return [
        tag(
            "rect",
            x=f"{x + k * width:.1f}",
            y=f"{y + CELL - n / top * CELL:.1f}",
            width=f"{width - 1:.1f}",
            height=f"{n / top * CELL:.1f}",
            fill="#0072b2",
        )
        for k, n in enumerate(count.tolist())
    ]


def _scatter(x: float, y: float, across: Floats, up: Floats) -> list[Html]:
    return [
        tag(
            "circle",
            cx=f"{x + a * CELL:.1f}",
            cy=f"{y + (1 - b) * CELL:.1f}",
            r="1.4",
            fill="#0072b2",
            fill_opacity=".5",
        )
        for a, b in zip(across.tolist(), up.tolist(), strict=True)
    ]


def _correlation(x: float, y: float, value: float) -> Html:
    colour = "#d55e00" if abs(value) >= 0.15 else "#777"
    return _text(x + CELL / 2, y + CELL / 2 + 5, f"{value:+.2f}", "middle", colour)


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#222") -> Html:
    return tag(
        "text", words, x=f"{x:.0f}", y=f"{y:.0f}", text_anchor=anchor, font_size="11", fill=colour
    )


def _short(name: str) -> str:
    """Leave the last word of a key: the rest is in the table."""
    return name.rsplit(".", 1)[-1] if not name.rsplit(".", 1)[-1].isdigit() else name
