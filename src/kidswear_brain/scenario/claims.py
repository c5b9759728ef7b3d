"""A claim to be audited: what is said to have changed, over what, for whom, when, and how read.

Statements use the words of `DEFINITIONS`; each combination there is one measure of the program.
"""

import math
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kidswear_brain.errors import Problem, ScenarioError
from kidswear_brain.scenario.checks import nearest, shown
from kidswear_brain.scenario.document import Node, Place, read_document
from kidswear_brain.scenario.shipped import shipped_file
from kidswear_brain.scenario.wording import plain

if TYPE_CHECKING:
    from kidswear_brain.scenario.model import Scenario

Reading = Literal["relative", "points"]
SHIPPED = "claims/wuxing_2022.yaml"

DEFINITIONS: dict[tuple[str, str, str], str] = {
    ("good_standard_min", "sustainable_capacity", "all_firms"): "utilization",
    ("good_standard_min", "sustainable_capacity", "mean_of_firms"): "utilization_unweighted",
    ("good_standard_min", "sustainable_capacity", "participants"): "utilization_participants",
    ("good_standard_min", "plateau_capacity", "all_firms"): "utilization_plateau",
    ("busy_clock_min", "available_line_time", "all_firms"): "utilization_busy",
    ("paid_cny", "list_value", "all_materials"): "procurement_cost_index",
    ("paid_cny", "list_value", "orders_of_both_arms"): "procurement_cost_index_shared_orders",
}
"""Numerator, denominator and population of each measure a claim may be about."""

MONTH_STEM = "utilization_month_"
"""Before the month in the name of a monthly measure."""
MOST = 10.0
"""Bounds beyond this are per cents written as shares."""
_PARTS = ("numerator", "denominator", "population")
_MONTHLY = "utilization"
_KEYS = (*_PARTS, "window", "reading", "at_least", "at_most")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure of a claim: the change of a measure from without to with the brain."""

    name: str
    measure: str
    reading: Reading
    at_least: float
    at_most: float

    def change(self, baseline: float, brain: float) -> float:
        """Read two values as the change the statement speaks of; nan where there is none."""
        if self.reading == "points":
            return brain - baseline
        return brain / baseline - 1 if baseline else math.nan

    def holds(self, baseline: float, brain: float) -> bool:
        """Whether it is true of two values; never of nan."""
        return self.at_least <= self.change(baseline, brain) <= self.at_most

    @property
    def subject(self) -> str:
        """The measures it can be confused with: utilization or procurement cost."""
        return "utilization" if self.measure.startswith("utilization") else "procurement"


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of a brain."""

    title: str
    source: str
    statements: tuple[Statement, ...]


def read_claim(path: Path | None = None) -> Claim:
    """Read a claim file, or the claim about Wuxing that ships with the package.

    Raises
    ------
    ScenarioError
        With every problem found, each with its place.
    """
    name = str(path) if path else SHIPPED
    try:
        content = path.read_bytes() if path else shipped_file(SHIPPED)
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        advice = "check its name"
        problem = Place(name).problem("", found, "an existing claim file", advice)
        raise ScenarioError([problem]) from error
    root, problems = read_document(content, name)
    claim = _claim(root, problems) if not problems else None
    if claim is None or problems:
        raise ScenarioError(problems)
    return claim


def check_months(claim: Claim, scenario: "Scenario", path: Path | None = None) -> None:
    """Make sure that a scenario measures the months a claim speaks of.

    Raises
    ------
    ScenarioError
        With every month outside its measured window.
    """
    calendar = scenario.calendar
    last = calendar.start + timedelta(days=calendar.days - 1)
    first, end = f"{calendar.start:%Y-%m}", f"{last:%Y-%m}"
    problems = [
        Place(str(path) if path else SHIPPED).problem(
            f"statements.{one.name}.window",
            one.measure.removeprefix(MONTH_STEM),
            f"a month that the scenario measures, {first} to {end}",
            "take one of them, or move calendar.start",
        )
        for one in claim.statements
        if one.measure.startswith(MONTH_STEM)
        and not first <= one.measure.removeprefix(MONTH_STEM) <= end
    ]
    if problems:
        raise ScenarioError(problems)


def _claim(root: Node, problems: list[Problem]) -> Claim | None:
    top = _mapping(root)
    _only(root, ("title", "source", "statements"), "", problems)
    statements = _mapping(top["statements"]) if "statements" in top else {}
    if not statements:
        allowed = "statements: one or more, each by its name"
        problems.append(root.place.problem("statements", "none", allowed, "add one"))
        return None
    read = [_statement(name, node, problems) for name, node in statements.items()]
    title, source = (str(plain(top[key])) if key in top else "" for key in ("title", "source"))
    return Claim(title, source, tuple(one for one in read if one))


def _statement(name: str, node: Node, problems: list[Problem]) -> Statement | None:
    key, before = f"statements.{name}", len(problems)
    _only(node, _KEYS, key, problems)
    parts = _mapping(node)
    measure = _measure(node, key, problems)
    reading = _one_of(node, key, "reading", ("relative", "points"), problems)
    window = str(plain(parts["window"])) if "window" in parts else "year"
    if window != "year":
        if (measure and measure != _MONTHLY) or not _MONTH.fullmatch(window):
            allowed = f"year, or for {_MONTHLY} of all firms a month such as 2021-11"
            place = parts["window"].place
            problems.append(place.problem(f"{key}.window", shown(window), allowed, "correct it"))
        measure = MONTH_STEM + window
    low, high = (_bound(parts, key, bound, problems) for bound in ("at_least", "at_most"))
    if "at_least" not in parts and "at_most" not in parts:
        problems.append(node.place.problem(key, "no bound", "at_least or at_most", "add one"))
    if len(problems) > before:
        return None
    least, most = -math.inf if low is None else low, math.inf if high is None else high
    exact: Reading = "points" if reading == "points" else "relative"
    return Statement(name, measure, exact, least, most)


def _measure(node: Node, key: str, problems: list[Problem]) -> str:
    """Which measure numerator, denominator and population make together."""
    before = len(problems)
    chosen = tuple(
        _one_of(node, key, part, tuple(dict.fromkeys(d[place] for d in DEFINITIONS)), problems)
        for place, part in enumerate(_PARTS)
    )
    if len(problems) == before and chosen not in DEFINITIONS:
        allowed = "; ".join(" / ".join(each) for each in DEFINITIONS)
        found, advice = " / ".join(chosen), "take one of these together"
        problems.append(node.place.problem(key, found, allowed, advice))
    return DEFINITIONS.get((chosen[0], chosen[1], chosen[2]), "")


def _one_of(
    node: Node, key: str, part: str, allowed: tuple[str, ...], problems: list[Problem]
) -> str:
    found = _mapping(node).get(part)
    value = "" if found is None else str(plain(found))
    if value not in allowed:
        place = node.place if found is None else found.place
        advice = "add it" if found is None else nearest(value, allowed)
        text = "no such key" if found is None else shown(value)
        problems.append(place.problem(f"{key}.{part}", text, " / ".join(allowed), advice))
    return value


def _bound(parts: dict[str, Node], key: str, bound: str, problems: list[Problem]) -> float | None:
    if bound not in parts:
        return None
    value = plain(parts[bound])
    allowed, advice = "a share such as 0.32, or -0.06 for a fall", "write a number"
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        if abs(value) <= MOST:
            return float(value)
        allowed, advice = f"{allowed}, at most {MOST:g}", "divide per cents by 100"
    problems.append(parts[bound].place.problem(f"{key}.{bound}", shown(value), allowed, advice))
    return None


def _only(node: Node, known: tuple[str, ...], key: str, problems: list[Problem]) -> None:
    for name, child in _mapping(node).items():
        if name not in known:
            full = f"{key}.{name}" if key else name
            problems.append(
                child.key_place.problem(
                    full, "an unknown key", " / ".join(known), nearest(name, known)
                )
            )


def _mapping(node: Node) -> dict[str, Node]:
    return node.value if isinstance(node.value, dict) else {}
