"""Tables against each other: every name that one table uses must stand in the other.

A firm or a promised order nobody knows is a problem. A category or a region nobody knows only
leaves orders unmet, each with its reason, so it is a warning.
"""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from kidswear_brain.tables.problems import Problems, quoted
from kidswear_brain.tables.typed import TypedTable

_NAMED = 5


def check_references(typed: dict[str, TypedTable], periods: int | None, problems: Problems) -> None:
    """Find firms and orders that do not exist, and promises that cannot be meant.

    Parameters
    ----------
    typed : dict of str to TypedTable
        Orders, firms, skills, lanes and keep, those that could be read; cells may be wrong.
    periods : int or None
        How many periods there are; a promise names one of them, from 0.
    problems : Problems
        Takes what is wrong.
    """
    _check_known(typed, ("skills", "firm_id"), "firms", problems)
    if "keep" in typed:
        _check_known(typed, ("keep", "firm_id"), "firms", problems)
        _check_known(typed, ("keep", "order_id"), "orders", problems)
        _check_periods(typed["keep"], periods, problems)
        if not problems.listed:
            _check_promises(typed, problems)


def odd_references(typed: dict[str, TypedTable]) -> Iterator[str]:
    """Warn of categories and regions that only one table knows: most often a slip of the pen."""
    orders, firms, skills = (typed[name].values for name in ("orders", "firms", "skills"))
    yield from _odd(typed["orders"], "category", skills["category"], "no firm's skill")
    regions = [orders["region"], firms["region"]]
    if "lanes" not in typed:
        reached = firms["region"]
    else:
        lanes = typed["lanes"].values
        reached = np.concatenate([lanes["from_region"], firms["region"]])
        places = np.concatenate(regions)
        for end in ("from_region", "to_region"):
            yield from _odd(typed["lanes"], end, places, "no order's or firm's region")
        yield from _own_lanes(typed["lanes"])
    yield from _odd(typed["orders"], "region", reached, "no firm's region and no lane's begin")


def _check_known(
    typed: dict[str, TypedTable], place: tuple[str, str], owner: str, problems: Problems
) -> None:
    """Every id in one column must be an id of the table that owns such ids."""
    name, key = place
    known = typed[owner].ids(key) if owner in typed else None
    if name not in typed or not known:
        return
    table = typed[name]
    cells = table.values[key].tolist()
    rows = [row for row, cell in enumerate(cells) if cell and cell not in known]
    problems.add_all(
        (
            table.problem(row, key, quoted(cell), f"correct it{hint}", f"an id of {owner}")
            for row in rows
            for cell in [table.values[key][row]]
            for hint in [_hint(cell, known)]
        ),
        len(rows),
    )


def _hint(name: str, known: Collection[str]) -> str:
    # Closeness over very many names costs more than the hint is worth.
    close = get_close_matches(name, known, n=1, cutoff=0.8) if len(known) <= 5000 else []
    return f" (did you mean {quoted(close[0])}?)" if close else ""


def _check_periods(keep: TypedTable, periods: int | None, problems: Problems) -> None:
    for row in np.flatnonzero(keep.values["period"] >= (periods or np.inf)):
        found = f"{keep.values['period'][row]:.0f}"
        advice = "correct it, or give more --periods"
        allowed = f"0 (the first) to {(periods or 1) - 1}"
        problems.add(keep.problem(int(row), "period", found, advice, allowed))


def _check_promises(typed: dict[str, TypedTable], problems: Problems) -> None:
    """A promise must be to a firm that can make the order, and for no more than its pieces."""
    keep, orders, skills = typed["keep"], typed["orders"].values, typed["skills"].values
    row_of = {order: row for row, order in enumerate(orders["order_id"].tolist())}
    able = set(zip(skills["firm_id"].tolist(), skills["category"].tolist(), strict=True))
    promised: dict[int, float] = {}
    for row, (order, firm, pieces) in enumerate(
        zip(*(keep.values[key].tolist() for key in ("order_id", "firm_id", "pieces")), strict=True)
    ):
        place = row_of[order]
        category = orders["category"][place]
        if (firm, category) not in able:
            found = f"{quoted(firm)}, which has no skill in {quoted(category)}"
            advice = "add the skill or drop the promise"
            problems.add(keep.problem(row, "firm_id", found, advice, "a firm that can make it"))
        rest = float(orders["pieces"][place]) - promised.get(place, 0.0)
        # Without pieces a promise means all that earlier rows have left.
        wanted = rest if np.isnan(pieces) else pieces
        promised[place] = promised.get(place, 0.0) + wanted
        if wanted > rest * (1 + 1e-9) or rest <= 0:
            found = f"{promised[place]:.10g} pieces of order {quoted(order)} promised so far"
            allowed = f"at most its {orders['pieces'][place]:.10g} pieces"
            problems.add(keep.problem(row, "pieces", found, "lower the promise", allowed))


def _odd(table: TypedTable, key: str, known: NDArray[np.object_], what: str) -> Iterator[str]:
    names = set(known.tolist())
    odd = [name for name in dict.fromkeys(table.values[key].tolist()) if name not in names]
    for name in odd[:_NAMED]:
        yield f"{table.file}: {key} {quoted(name)} is {what}{_hint(name, names)}"
    if len(odd) > _NAMED:
        yield f"{table.file}: {len(odd) - _NAMED} more of column {key} are {what}"


def _own_lanes(lanes: TypedTable) -> Iterator[str]:
    """A lane inside a region has no meaning: there the way is free and immediate."""
    columns = lanes.values
    costly = (columns["lead_days"] > 0) | (columns["cost_per_piece"] > 0)
    for row in np.flatnonzero((columns["from_region"] == columns["to_region"]) & costly)[:_NAMED]:
        place = f"{lanes.file}:{lanes.line[row]}"
        yield f"{place}: a lane inside one region is not used; there the way is free and immediate"
