import math
import re

import pytest

from kidswear_brain.report.figures import (
    Caption,
    Pair,
    columns,
    dumbbells,
    lines,
    paired_bars,
    percent,
    stacked,
    waterfall,
)

CAPTION = Caption("what is shown", "without", "with")
NOTHING = Pair("nothing", math.nan, math.nan)


def rects(figure, kind):
    found = re.findall(rf'<rect class="{kind}" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', figure)
    return [(float(x), float(x) + float(width)) for x, width in found]


def test_a_waterfall_leads_from_one_end_to_the_other():
    producing = Pair("producing", 0.4, 0.55)
    others = [Pair("no order", 0.3, 0.1), Pair("learning", 0.3, 0.35)]
    figure = waterfall(CAPTION, producing, others)
    (start,), (end,) = rects(figure, "arm-baseline"), rects(figure, "arm-brain")
    (up,), (down,) = rects(figure, "up"), rects(figure, "down")
    assert up[0] == pytest.approx(start[1], abs=0.2)
    assert up[1] == pytest.approx(down[1], abs=0.2)
    assert down[0] == pytest.approx(end[1], abs=0.2)
    assert (up[1] - up[0]) / (down[1] - down[0]) == pytest.approx(4, rel=0.02)
    assert "+20.0" in figure
    assert "−5.0" in figure


def test_what_does_not_change_is_no_step():
    figure = waterfall(CAPTION, Pair("producing", 0.4, 0.4), [Pair("learning", 0.6, 0.6)])
    assert rects(figure, "up") == rects(figure, "down") == []


def test_stacked_parts_fill_their_bar():
    parts = [Pair("a", 0.25, 0.5), Pair("b", 0.75, 0.5)]
    figure = stacked(CAPTION, parts, ["c-a", "c-b"])
    (first, of_brain), (rest, _) = rects(figure, "part c-a"), rects(figure, "part c-b")
    assert first[1] == rest[0]
    assert (rest[1] - rest[0]) / (first[1] - first[0]) == pytest.approx(3, rel=0.01)
    assert (of_brain[1] - of_brain[0]) / (first[1] - first[0]) == pytest.approx(2, rel=0.01)
    assert "<title>a: 25.0\N{NO-BREAK SPACE}%</title>" in figure


def test_bars_are_as_long_as_their_shares_from_zero():
    figure = paired_bars(CAPTION, [Pair("cash", 0.1, 0.05)])
    ((x, end),), ((x_brain, end_brain),) = rects(figure, "arm-baseline"), rects(figure, "arm-brain")
    assert x == x_brain
    assert (end - x) / (end_brain - x_brain) == pytest.approx(2, rel=0.01)


def test_a_line_has_no_point_where_there_is_nothing():
    figure = lines(CAPTION, [Pair("01", 0.5, 0.6), NOTHING, Pair("03", 0.4, 0.7)])
    (points,) = re.findall(r'<polyline points="([^"]+)" class="line-brain"', figure)
    assert len(points.split()) == 2


@pytest.mark.parametrize("draw", [paired_bars, dumbbells, lines, lambda c, p: columns(c, p, "x")])
@pytest.mark.parametrize(
    "pairs", [[], [NOTHING], [Pair("zero", 0.0, 0.0)], [Pair("much", 3.0, 9.0)]]
)
def test_odd_values_are_drawn_inside_or_not_at_all(draw, pairs):
    figure = draw(CAPTION, pairs)
    assert "nan" not in figure
    assert all(0 <= float(x) <= 680 for x in re.findall(r'\bc?x="([-\d.]+)"', figure))


def test_percent_of_nothing_is_a_dash():
    assert percent(math.nan) == "–"
    assert percent(0.32145) == "32.1\N{NO-BREAK SPACE}%"
