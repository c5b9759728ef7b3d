"""The tables a scenario names: read, held against each other and the scenario, kept with content.

Anybody may have written a scenario, so no message quotes what stands in a file it names; a place
and the allowed values say enough to find the cell.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.errors import Problem, TableError
from kidswear_brain.tables.columns import Committed, Firms, Lanes, Orders, Relations, Skills, Texts
from kidswear_brain.tables.planner import order_rows, rows_of
from kidswear_brain.tables.problems import Problems
from kidswear_brain.tables.reading import read_raw
from kidswear_brain.tables.schema import OWN_TABLES
from kidswear_brain.tables.typed import TypedTable, typed_table

_NAMED = 12


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file as it was read."""

    path: Path
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the content, 64 hex digits."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Names:
    """What the rest of a scenario calls its places and garments, in its order."""

    regions: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class OwnTables:
    """A planner's own tables; what was not given is None. Equal where the contents are.

    Parameters
    ----------
    typed : dict of str to TypedTable
        The interpreted cells by table.
    files : dict of str to TableFile
        The same tables as files.
    warnings : tuple of str
        What was odd about them.
    """

    typed: Mapping[str, TypedTable]
    files: Mapping[str, TableFile]
    warnings: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OwnTables):
            return NotImplemented
        return {name: file.content for name, file in self.files.items()} == {
            name: file.content for name, file in other.files.items()
        }

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def firms(self) -> Firms | None:
        """Who can sew."""
        return rows_of(Firms, self.typed["firms"].values) if "firms" in self.typed else None

    @cached_property
    def skills(self) -> Skills | None:
        """What each firm can make."""
        return rows_of(Skills, self.typed["skills"].values) if "skills" in self.typed else None

    @cached_property
    def orders(self) -> Orders | None:
        """What is to be sewn; days count from calendar.start."""
        return order_rows(self.typed["orders"]) if "orders" in self.typed else None

    @cached_property
    def lanes(self) -> Lanes | None:
        """Ways between regions."""
        return rows_of(Lanes, self.typed["lanes"].values) if "lanes" in self.typed else None

    @cached_property
    def relations(self) -> Relations | None:
        """Which firms brands know."""
        if "relations" not in self.typed:
            return None
        return rows_of(Relations, self.typed["relations"].values)

    @cached_property
    def committed(self) -> Committed | None:
        """What firms are busy with already."""
        if "committed" not in self.typed:
            return None
        return rows_of(Committed, self.typed["committed"].values)

    @cached_property
    def brands(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Names of the brands that order, by first appearance, and (n,) each order's brand.

        An order without a brand is a brand of its own, named after the order in brackets.
        """
        if self.orders is None:
            return (), np.empty(0, dtype=np.int64)
        pairs = zip(self.orders.brand_id.tolist(), self.orders.order_id.tolist(), strict=True)
        place: dict[str, int] = {}
        rows = [place.setdefault(brand or f"({order})", len(place)) for brand, order in pairs]
        return tuple(place), np.array(rows, dtype=np.int64)


def read_own_tables(paths: Mapping[str, Path], names: Names) -> OwnTables:
    """Read the tables of a scenario and find every problem in them.

    Parameters
    ----------
    paths : dict of str to Path
        Files by table: firms, skills, orders, lanes, relations, committed; any of them.
    names : Names
        The regions and categories that tables may name.

    Returns
    -------
    OwnTables
        Typed columns in the order of the files, and the files.

    Raises
    ------
    TableError
        With every problem found, each with file, line, column, and what to do; no content quoted.
    """
    problems = Problems(quotes=False)
    typed: dict[str, TypedTable] = {}
    files: dict[str, TableFile] = {}
    for table in OWN_TABLES:
        if table.name in paths:
            try:
                raw = read_raw(paths[table.name], table, problems)
            except TableError as refusal:
                problems.add_all(refusal.problems, len(refusal.problems))
                continue
            typed[table.name] = typed_table(raw, table, problems)
            files[table.name] = TableFile(paths[table.name], raw.content)
    _check_references(typed, names, problems)
    problems.refuse()
    return OwnTables(typed, files, tuple(w for table in typed.values() for w in table.warnings))


def _check_references(typed: dict[str, TypedTable], names: Names, problems: Problems) -> None:
    for table, key in (
        ("firms", "region"),
        ("orders", "region"),
        ("lanes", "from_region"),
        ("lanes", "to_region"),
    ):
        _check_names(typed, (table, key), ("region", names.regions), problems)
    for table in ("skills", "orders"):
        _check_names(typed, (table, "category"), ("category", names.categories), problems)
    none: frozenset[str] = frozenset()
    firms = typed["firms"].ids("firm_id") if "firms" in typed else none
    skills = typed["skills"].ids("firm_id") if "skills" in typed else none
    if firms:
        for table in ("skills", "relations", "committed"):
            _check_ids(typed, (table, "firm_id"), firms, "firms", problems)
    if "orders" in typed:
        brands = set(typed["orders"].values["brand_id"].tolist())
        _check_ids(typed, ("relations", "brand_id"), brands, "orders", problems)
    if firms and skills:
        _check_skilled(typed["firms"], skills, problems)
    if "committed" in typed:
        _check_days(typed["committed"], problems)


def _check_names(
    typed: dict[str, TypedTable],
    place: tuple[str, str],
    known: tuple[str, tuple[str, ...]],
    problems: Problems,
) -> None:
    """Every cell of a column must be a name the scenario has."""
    (table, key), (kind, names) = place, known
    if table not in typed:
        return
    cells: Texts = typed[table].values[key]
    allowed = "one of " + " / ".join(names[:_NAMED]) + (" / ..." if len(names) > _NAMED else "")

    def advice(cell: str) -> str:
        close = get_close_matches(cell, names, n=1)
        return f"did you mean {close[0]}?" if close else f"correct it, or add the {kind}"

    known_names = frozenset(names)
    rows = [row for row, cell in enumerate(cells.tolist()) if cell and cell not in known_names]
    found = f"a {kind} that the scenario does not have"
    problems.add_all(
        (typed[table].problem(row, key, found, advice(cells[row]), allowed) for row in rows),
        len(rows),
    )


def _check_ids(
    typed: dict[str, TypedTable],
    place: tuple[str, str],
    known: Collection[str],
    owner: str,
    problems: Problems,
) -> None:
    """Every id in a column must be one of the table that owns such ids."""
    table, key = place
    if table not in typed:
        return
    cells = typed[table].values[key].tolist()
    rows = [row for row, cell in enumerate(cells) if cell and cell not in known]
    found, allowed = f"an id that {owner} does not have", f"a {key} of {owner}"
    problems.add_all(_each(typed[table], rows, key, (found, "correct it", allowed)), len(rows))


def _check_skilled(firms: TypedTable, able: Collection[str], problems: Problems) -> None:
    """A firm that can make nothing has no line to simulate."""
    ids = firms.values["firm_id"].tolist()
    rows = [row for row, firm in enumerate(ids) if firm and firm not in able]
    words = ("a firm without any skill", "add a row to skills", "a firm_id of skills")
    problems.add_all(_each(firms, rows, "firm_id", words), len(rows))


def _check_days(committed: TypedTable, problems: Problems) -> None:
    first, last = committed.values["from_day"], committed.values["to_day"]
    rows = np.flatnonzero(last < first).tolist()
    words = ("a day before from_day", "exchange the two", "from_day or later")
    problems.add_all(_each(committed, rows, "to_day", words), len(rows))


def _each(
    table: TypedTable, rows: Iterable[int], key: str, words: tuple[str, str, str]
) -> Iterator[Problem]:
    found, advice, allowed = words
    return (table.problem(row, key, found, advice, allowed) for row in rows)
