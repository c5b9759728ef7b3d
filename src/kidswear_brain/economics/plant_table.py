"""A plant's productivity table: who sewed what on which day, and how productively.

Such tables come in every make, so columns are guessed by name, said, and can be named instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np

from kidswear_brain.cluster.columns import Floats, Ints
from kidswear_brain.errors import Problem
from kidswear_brain.tables.columns import Texts
from kidswear_brain.tables.problems import Problems, quoted
from kidswear_brain.tables.reading import RawTable, read_raw
from kidswear_brain.tables.schema import Column, Table, header_key
from kidswear_brain.tables.typed import TypedTable, typed_table

NAMES: dict[str, tuple[str, ...]] = {
    "line": ("line", "line_id", "team", "生产线", "班组", "组别"),
    "date": ("date", "日期", "day"),
    "productivity": (
        "productivity",
        "actual_productivity",
        "line_efficiency",
        "efficiency",
        "实际效率",
        "效率",
    ),
    "style": ("style", "style_id", "style_no", "款号", "款式"),
    "smv": ("smv", "smv_min", "sam", "标准工时"),
    "target": ("target", "targeted_productivity", "target_productivity", "目标效率"),
    "department": ("department", "section", "部门", "车间"),
}
"""Headers taken for a column where none is named, the likeliest first."""

_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d")
_TABLE = Table(
    "productivity",
    "生产效率",
    (
        Column("line", ()),
        Column("date", ()),
        Column("productivity", (), "number", required=False, high=1000),
        Column("style", (), required=False),
        Column("smv", (), "number", required=False, above=True, high=10_000),
        Column("target", (), "number", required=False, high=1000),
        Column("department", (), required=False),
    ),
    ("line",),
)


@dataclass(frozen=True, slots=True, eq=False)
class PlantDays:
    """What every line did on every recorded day; one row a line and day, in that order.

    ``style`` is what the line sewed, as text; ``smv`` and ``target`` are nan where not given.
    ``notes`` say how the table was read: columns taken, rows left out.
    """

    line: Texts
    day: Ints
    productivity: Floats
    style: Texts
    smv: Floats
    target: Floats
    notes: tuple[str, ...]

    @property
    def by_smv(self) -> bool:
        """Whether styles are known by their standard minutes only."""
        return bool((self.style == "").all())


def read_plant_days(path: Path, named: Mapping[str, str], department: str | None) -> PlantDays:
    """Read a productivity table.

    Parameters
    ----------
    path : Path
        CSV, Parquet or XLSX; one row a line and day.
    named : dict of str to str
        Headers by what they hold (a key of `NAMES`); the others are guessed.
    department : str, optional
        Keep only rows of this department; by default those whose department sounds like sewing.

    Raises
    ------
    TableError
        With every problem found: no such column, neither style nor standard minutes, cells that
        are no dates or numbers, a department that does not occur.
    """
    problems = Problems()
    headers = tuple(header for names in NAMES.values() for header in names)
    wanted = replace(_TABLE, columns=(Column("any", (*headers, *named.values())),))
    raw = read_raw(path, wanted, problems)
    roles = _roles(raw, named, problems)
    problems.refuse()
    # A line stands in many rows, so no column identifies one: the check of repeats looks at none.
    keyless = replace(_TABLE, key=("row",))
    typed = typed_table(replace(raw, headers=_renamed(raw, roles)), keyless, problems)
    problems.refuse()
    keep, told = _kept(typed, department, problems)
    days = _days(typed, keep, problems)
    problems.refuse()
    notes = [f"{role}: column {quoted(raw.headers[place])}" for role, place in roles.items()]
    return _by_line_and_day(typed, keep, days, (*notes, *told))


def _roles(raw: RawTable, named: Mapping[str, str], problems: Problems) -> dict[str, int]:
    """Which column holds what: as named, else by the likeliest header."""
    places = {header_key(header): place for place, header in reversed([*enumerate(raw.headers)])}
    roles = {}
    for role, names in NAMES.items():
        candidates = (named[role],) if role in named else names
        place = next((places[k] for n in candidates if (k := header_key(n)) in places), None)
        if place is not None:
            roles[role] = place
        elif role in named:
            problems.add(_no_column(raw, role, "the name of one of its columns"))
    if "style" not in roles and "smv" not in roles and not {"style", "smv"} & set(named):
        allowed = "a column of styles (--style) or of standard minutes (--smv)"
        problems.add(_no_column(raw, "style", allowed))
    for role in ("line", "date", "productivity"):
        if role not in roles and role not in named:
            problems.add(_no_column(raw, role, f"a column of it (--{role})"))
    return roles


def _no_column(raw: RawTable, role: str, allowed: str) -> Problem:
    found = "no such column among " + ", ".join(quoted(header) for header in raw.headers[:20])
    return Problem(
        file=raw.file,
        line=raw.header_line,
        column=1,
        key=role,
        found=found,
        allowed=allowed,
        advice="name it by the option",
    )


def _renamed(raw: RawTable, roles: Mapping[str, int]) -> tuple[str, ...]:
    """Headers by what the columns hold; a column that holds nothing of ours bears none."""
    of_place = {place: role for role, place in roles.items()}
    return tuple(of_place.get(place, "") for place in range(len(raw.headers)))


def _kept(
    typed: TypedTable, department: str | None, problems: Problems
) -> tuple[np.ndarray, list[str]]:
    """Which rows are sewing with a productivity, and what was left out."""
    cells = typed.values["department"]
    found = sorted({str(cell) for cell in cells if cell})
    wanted = [name for name in found if _sounds_like_sewing(name)]
    if department is not None:
        wanted = [name for name in found if name.lower() == department.strip().lower()]
        if not wanted:
            allowed = "one of " + " / ".join(found[:20]) if found else "a table with departments"
            advice = "correct --department"
            problems.add(typed.problem(0, "department", quoted(department), advice, allowed))
    keep = np.isin(cells, wanted) if wanted else np.ones(len(cells), bool)
    told = [f"rows kept: department {' / '.join(wanted)}"] if wanted else []
    sewn = (typed.values["style"] != "") | ~np.isnan(typed.values["smv"])
    filled = (typed.values["productivity"] > 0) & sewn  # nan compares false
    empty = int((keep & ~filled).sum())
    if empty:
        told.append(f"{empty} rows without productivity or style left out")
    return keep & filled, told


def _sounds_like_sewing(name: str) -> bool:
    """Plants spell it in many ways, `sweing` among them."""
    return name.lower().startswith(("sew", "swe")) or "缝" in name


def _days(typed: TypedTable, keep: np.ndarray, problems: Problems) -> Ints:
    """Days as numbers; the format that fits every kept row, month first where both ways do."""
    cells = [str(cell)[:10] if "T" in str(cell) else str(cell) for cell in typed.values["date"]]
    rows = np.flatnonzero(keep).tolist()
    best: dict[int, int] = {}
    for form in _FORMATS:
        days = {row: day for row in rows if (day := _ordinal(cells[row], form)) is not None}
        best = max(best, days, key=len)
    if len(best) < len(rows) and all(cells[row].isdigit() for row in rows):
        best = {row: int(cells[row]) for row in rows}
    missing = [row for row in rows if row not in best]
    allowed = "dates of one format such as 2015-01-31 or 1/31/2015, or whole numbers"
    wrong = (
        typed.problem(row, "date", quoted(cells[row]), "correct the cell", allowed)
        for row in missing
    )
    problems.add_all(wrong, len(missing))
    return np.array([best.get(row, 0) for row in range(len(cells))], np.int64)


def _ordinal(cell: str, form: str) -> int | None:
    try:
        return date.toordinal(datetime.strptime(cell, form))
    except ValueError:
        return None


def _by_line_and_day(
    typed: TypedTable, keep: np.ndarray, days: Ints, notes: tuple[str, ...]
) -> PlantDays:
    """One row a line and day: several rows of one day become their mean and the last style."""
    rows: dict[tuple[str, int], list[int]] = {}
    lines = typed.values["line"]
    for row in np.flatnonzero(keep).tolist():
        rows.setdefault((str(lines[row]), int(days[row])), []).append(row)
    order = sorted(rows)
    several = sum(len(rows[key]) > 1 for key in order)
    if several:
        notes = (*notes, f"{several} line-days with several rows: their mean, the last style")
    last = [rows[key][-1] for key in order]
    mean = [float(np.mean(typed.values["productivity"][rows[key]])) for key in order]
    return PlantDays(
        np.array([line for line, _ in order], dtype=object),
        np.array([day for _, day in order], dtype=np.int64),
        np.array(mean, dtype=np.float64),
        typed.values["style"][last],
        typed.values["smv"][last],
        typed.values["target"][last],
        notes,
    )
