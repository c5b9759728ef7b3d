"""A figure that stands by itself: curves over a share, as an SVG file without script or request."""

from collections.abc import Mapping, Sequence

from kidswear_brain.report.html import Html, tag

WIDTH, HEIGHT = 680, 360
LEFT, RIGHT, TOP, BOTTOM = 60, 150, 34, 48
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, which the colour-blind tell apart; dashes differ too."""
DASHES = ("none", "6 3", "2 3", "9 3 2 3")

Point = tuple[float, float]


def share_curves(title: str, axes: tuple[str, str], curves: Mapping[str, Sequence[Point]]) -> str:
    """Draw curves by name through points of a share, 0-1, and another quantity from zero up.

    Parameters
    ----------
    title : str
        What the figure shows; its accessible name too.
    axes : (str, str)
        What stands across and up; both are written as per cent.
    curves : mapping of str to sequence of (float, float)
        Points of each, in order.
    """
    top = max([y for points in curves.values() for _, y in points] + [0.01]) * 1.05

    def place(point: Point) -> tuple[float, float]:
        x = LEFT + point[0] * (WIDTH - LEFT - RIGHT)
        return x, HEIGHT - BOTTOM - point[1] / top * (HEIGHT - TOP - BOTTOM)

    shapes = [tag("title", title), _text(LEFT, 18, title, "start", 13)]
    for k in range(6):
        x, y = place((k / 5, 0))
        shapes += [_line([(x, y), (x, TOP)], "#ddd"), _text(x, y + 16, f"{k * 20} %", "middle")]
    for k in range(5):
        x, y = place((0, top * k / 4))
        shapes += [
            _line([(x, y), (WIDTH - RIGHT, y)], "#ddd"),
            _text(x - 6, y + 4, f"{25 * top * k:.3g} %", "end"),
        ]
    shapes.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, axes[0], "middle"))
    shapes.append(_text(LEFT, TOP - 4, axes[1], "start"))
    for k, (name, points) in enumerate(curves.items()):
        colour, y = COLOURS[k % len(COLOURS)], TOP + 10 + 20 * k
        end = WIDTH - RIGHT + 10
        line = [place(point) for point in points]
        shapes += [
            _line(line, colour, DASHES[k % len(DASHES)], 2),
            _line([(end, y), (end + 24, y)], colour, DASHES[k % len(DASHES)], 2),
            _text(end + 30, y + 4, name, "start"),
        ]
    return tag("svg", *shapes, xmlns="http://www.w3.org/2000/svg", role="img",
               viewBox=f"0 0 {WIDTH} {HEIGHT}", font_family="sans-serif") + "\n"  # fmt: skip


def _line(points: Sequence[Point], colour: str, dash: str = "none", width: float = 1) -> Html:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return tag("polyline", points=path, fill="none", stroke=colour, stroke_width=width,
               stroke_dasharray=dash)  # fmt: skip


def _text(x: float, y: float, text: str, anchor: str, size: int = 11) -> Html:
    return tag("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, font_size=size)
