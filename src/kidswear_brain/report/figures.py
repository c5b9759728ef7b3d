"""Figures as inline SVG: few shapes, real text, no script, colours the colour-blind tell apart.

The arms differ in shape or pattern as well as in colour: without the brain hollow or dashed, with
it filled or solid. Every number drawn stands in a table beside the figure too.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kidswear_brain.report.html import Html, join, tag

WIDTH = 680
NAMES = 195
"""Left of the bars: room for what they are called."""
VALUES = 64
"""Right of the bars: room for a number."""
ROW = 26
PERCENT = "\N{NO-BREAK SPACE}%"
HAIR = 0.0005
"""Shares below are drawn as nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing in both arms, as a share."""

    name: str
    baseline: float
    brain: float


@dataclass(frozen=True, slots=True)
class Caption:
    """What a figure shows, and what its two arms are called."""

    title: str
    baseline: str
    brain: str


def percent(share: float, digits: int = 1) -> str:
    """Write a share as per cent; a dash where there is none."""
    return "–" if math.isnan(share) else f"{share * 100:.{digits}f}{PERCENT}"


def signed(value: float, unit: str = "", digits: int = 1) -> str:
    """Write a change with its sign, a minus that is as wide as the plus."""
    return f"{value:+.{digits}f}{unit}".replace("-", "−")


def paired_bars(caption: Caption, pairs: Sequence[Pair]) -> Html:
    """Two bars a row, one an arm, from zero."""
    scale = _Scale(0, _top(pairs), NAMES, WIDTH - VALUES)
    shapes: list[str] = []
    for place, pair in enumerate(pairs):
        y = place * (ROW + 8) + 4
        shapes.append(_text(NAMES - 8, y + 17, pair.name, "end"))
        for arm, value, top in (("baseline", pair.baseline, y), ("brain", pair.brain, y + 13)):
            if not math.isnan(value):
                shapes.append(_bar(scale.at(0), scale.at(value), top, 12, f"arm-{arm}"))
                shapes.append(_text(scale.at(value) + 5, top + 10, percent(value), small=True))
    return _figure(caption, shapes, len(pairs) * (ROW + 8) + 8, legend=True)


def dumbbells(caption: Caption, pairs: Sequence[Pair]) -> Html:
    """Two dots a row, joined: what changes, and from where to where."""
    scale = _Scale(0, _top(pairs), NAMES + 10, WIDTH - 20)
    bottom = len(pairs) * ROW + 6
    shapes = _grid(scale, bottom)
    for place, pair in enumerate(pairs):
        y = place * ROW + ROW // 2 + 2
        shapes.append(_text(NAMES - 8, y + 4, pair.name, "end"))
        if math.isnan(pair.baseline) or math.isnan(pair.brain):
            continue
        one, two = scale.at(pair.baseline), scale.at(pair.brain)
        shapes.append(_line([(one, y), (two, y)], "join"))
        shapes += [_dot(one, y, "baseline"), _dot(two, y, "brain")]
    return _figure(caption, shapes, bottom + 22, legend=True)


def columns(caption: Caption, pairs: Sequence[Pair], axis: str) -> Html:
    """Two columns a class, one an arm: a distribution. `axis` names what the classes are of."""
    left, bottom = 44, 200
    scale = _Scale(0, _top(pairs), bottom, 12)
    step = (WIDTH - left - 8) / max(len(pairs), 1)
    shapes = _levels(scale, left)
    for place, pair in enumerate(pairs):
        x = left + place * step
        for arm, value, shift in (
            ("baseline", pair.baseline, 0.1),
            ("brain", pair.brain, 0.5),
        ):
            if not math.isnan(value):
                top = scale.at(value)
                shapes.append(_rect(x + shift * step, top, 0.4 * step, bottom - top, f"arm-{arm}"))
        shapes.append(_text(x, bottom + 16, pair.name, "middle", small=True))
    shapes.append(_text(WIDTH - 8, bottom + 34, axis, "end", small=True))
    return _figure(caption, shapes, bottom + 40, legend=True)


def lines(caption: Caption, pairs: Sequence[Pair]) -> Html:
    """One line an arm over what follows in time; gaps where there is nothing."""
    left, bottom = 44, 220
    scale = _Scale(0, _top(pairs), bottom, 12)
    step = (WIDTH - left - 20) / max(len(pairs), 1)
    shapes = _levels(scale, left)
    for arm in ("baseline", "brain"):
        points = [
            (left + (place + 0.5) * step, scale.at(value))
            for place, pair in enumerate(pairs)
            if not math.isnan(value := getattr(pair, arm))
        ]
        shapes.append(_line(points, f"line-{arm}"))
        shapes += [_dot(x, y, arm) for x, y in points]
    for place, pair in enumerate(pairs):
        shapes.append(_text(left + (place + 0.5) * step, bottom + 17, pair.name, "middle", True))
    return _figure(caption, shapes, bottom + 24, legend=True)


def stacked(caption: Caption, pairs: Sequence[Pair], classes: Sequence[str]) -> Html:
    """Two bars that each add up to one; `classes` gives each part its colour."""
    left = 130
    shapes: list[str] = []
    for y, arm in ((6, "baseline"), (52, "brain")):
        shapes.append(_text(left - 8, y + 25, getattr(caption, arm), "end"))
        at = 0.0
        for pair, kind in zip(pairs, classes, strict=True):
            value = getattr(pair, arm)
            if math.isnan(value) or value < HAIR:
                continue
            x, wide = left + at * (WIDTH - left), value * (WIDTH - left)
            title = tag("title", f"{pair.name}: {percent(value)}")
            shapes.append(_rect(x, y, wide, 40, f"part {kind}", title))
            if wide > 27:
                shapes.append(_text(x + wide / 2, y + 25, percent(value, 0), "middle", True, kind))
            at += value
    return _figure(caption, shapes, 100, legend=False)


def waterfall(caption: Caption, start: Pair, steps: Sequence[Pair]) -> Html:
    """From a share without the brain to that with it, through what other shares gave up or took.

    A step is drawn with the sign it has for `start`: what another cause loses, `start` gains.
    """
    changes = [(s.name, s.baseline - s.brain) for s in steps if abs(s.baseline - s.brain) >= HAIR]
    heights = [start.baseline, start.brain]
    at = start.baseline
    for _, change in changes:
        at += change
        heights.append(at)
    scale = _Scale(0, max([*heights, 0.01]) * 1.02, NAMES, WIDTH - VALUES)
    shapes: list[str] = []

    def row(name: str, one: float, two: float, kind: str, value: str) -> None:
        y = len(rows) * ROW + 4
        rows.append(name)
        low, high = sorted((scale.at(one), scale.at(two)))
        shapes.append(_text(NAMES - 8, y + 14, name, "end"))
        shapes.append(_bar(low, high, y, 18, kind))
        shapes.append(_text(high + 5, y + 14, value, small=True))

    rows: list[str] = []
    row(
        f"{start.name}, {caption.baseline}",
        0,
        start.baseline,
        "arm-baseline",
        percent(start.baseline),
    )
    at = start.baseline
    for name, change in changes:
        row(name, at, at + change, "up" if change > 0 else "down", signed(change * 100))
        at += change
    row(f"{start.name}, {caption.brain}", 0, start.brain, "arm-brain", percent(start.brain))
    return _figure(caption, shapes, len(rows) * ROW + 10, legend=False)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a share to a place: `low` stands at `begin`, `high` at `end`."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        return self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """Round values, four to eight of them."""
        step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10) if s * 8 >= self.high)
        return [step * k for k in range(int(self.high / step + 1e-9) + 1)]


def _top(pairs: Sequence[Pair]) -> float:
    values = [v for p in pairs for v in (p.baseline, p.brain) if not math.isnan(v)]
    return max([*values, 0.01]) * 1.05


def _grid(scale: _Scale, bottom: float) -> list[str]:
    shapes: list[str] = []
    for tick in scale.ticks():
        x = scale.at(tick)
        shapes.append(_line([(x, 0), (x, bottom)], "grid"))
        shapes.append(_text(x, bottom + 15, percent(tick, 0), "middle", small=True))
    return shapes


def _levels(scale: _Scale, left: float) -> list[str]:
    shapes: list[str] = []
    for tick in scale.ticks():
        y = scale.at(tick)
        shapes.append(_line([(left, y), (WIDTH, y)], "grid"))
        shapes.append(_text(left - 6, y + 4, percent(tick, 0), "end", small=True))
    return shapes


def _bar(x: float, end: float, y: float, height: float, kind: str) -> Html:
    return _rect(x, y, end - x, height, kind)


def _rect(x: float, y: float, width: float, height: float, kind: str, *inside: str) -> Html:
    place = {"x": _n(x), "y": _n(y), "width": _n(max(width, 0)), "height": _n(max(height, 0))}
    return tag("rect", *inside, class_=kind, **place)


def _dot(x: float, y: float, arm: str) -> Html:
    return tag("circle", cx=_n(x), cy=_n(y), r=5, class_=f"dot-{arm}")


def _line(points: Iterable[tuple[float, float]], kind: str) -> Html:
    return tag("polyline", points=" ".join(f"{_n(x)},{_n(y)}" for x, y in points), class_=kind)


def _text(
    x: float, y: float, text: str, anchor: str = "start", small: bool = False, on: str = ""
) -> Html:
    kind = " ".join(part for part in ("small" if small else "", f"on-{on}" if on else "") if part)
    return tag("text", text, x=_n(x), y=_n(y), text_anchor=anchor, class_=kind or None)


def _n(value: float) -> str:
    """One decimal is finer than a screen."""
    return f"{value:.1f}".removesuffix(".0")


def _figure(caption: Caption, shapes: Sequence[str], height: float, legend: bool) -> Html:
    drawing = tag(
        "svg",
        *shapes,
        viewBox=f"0 0 {WIDTH} {_n(height)}",
        role="img",
        aria_label=caption.title,
    )
    keys = [_key(caption.baseline, "baseline"), _key(caption.brain, "brain")] if legend else []
    frame = tag(
        "div", drawing, class_="scroll", tabindex=0, role="region", aria_label=caption.title
    )
    words = tag("figcaption", tag("span", caption.title), *keys)
    return tag("figure", words, frame)


def _key(name: str, arm: str) -> Html:
    dot = tag("svg", _dot(7, 7, arm), viewBox="0 0 14 14", class_="key", aria_hidden="true")
    return tag("span", join((dot, name)), class_="legend")
