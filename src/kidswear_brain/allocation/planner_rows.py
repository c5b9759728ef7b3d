"""Flows of an allocation back to a planner's rows: pieces by order, firm and period."""

from dataclasses import dataclass

import numpy as np

from kidswear_brain.allocation.planner import Planning, part_cost
from kidswear_brain.allocation.planner_solve import Flows
from kidswear_brain.allocation.problem import Floats, Ints

_CHUNK = 1024
_NOTHING_PIECES = 1e-6
"""Less than this of a piece is the solver's rounding."""
_NO_SAVING = 1e-9
"""A smaller share of a cost is the solver's rounding, and no reason to move."""


@dataclass(frozen=True, slots=True, eq=False)
class PlanRows:
    """Parts of orders at firms, and what is left; pieces of an order sum to what was ordered.

    Parameters
    ----------
    part, firm, period : (k,) int64 arrays
        Which part is sewn where and when (period from 0), sorted by part, period, firm.
    pieces : (k,) array
        Pieces; whole unless fractional ones were asked for.
    unmet_pieces : (n,) array
        Pieces of each part that nobody sews.
    """

    part: Ints
    firm: Ints
    period: Ints
    pieces: Floats
    unmet_pieces: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """What a promise costs: what a first piece would save if it were free to move.

    Parameters
    ----------
    part : (k,) int64 array
        The promised parts.
    firm : (k,) int64 array
        The cheapest firm, the promised one if none is cheaper; -1 if the piece had better be left
        unmet.
    saving_per_piece : (k,) array
        Money; 0 where the promised firm is the cheapest.
    """

    part: Ints
    firm: Ints
    saving_per_piece: Floats


def plan_rows(planning: Planning, flows: Flows, fractional: bool) -> PlanRows:
    """Flows in standard minutes to pieces of orders.

    Whole pieces are given out by largest remainder within each order, what is unmet included, so
    that nothing is lost; a firm's period may thereby carry up to one piece a row beyond its
    capacity.

    Parameters
    ----------
    planning : Planning
        What was allocated.
    flows : Flows
        Lots, or the flows of the linear program.
    fractional : bool
        Whether to leave pieces as the flows say.
    """
    part, firm, period, amount = _merged(planning, flows)
    parts, smv = planning.parts, planning.smv_min
    pieces = amount / smv[part]
    served = np.bincount(part, weights=pieces, minlength=parts.order.size)
    # The solver meets its rows within a tolerance; the planner's rows shall meet exactly.
    pieces *= np.minimum(1.0, parts.pieces / np.maximum(served, _NOTHING_PIECES))[part]
    served = np.bincount(part, weights=pieces, minlength=parts.order.size)
    unmet = np.maximum(parts.pieces - served, 0.0)
    if fractional:
        unmet[unmet < _NOTHING_PIECES] = 0.0
    else:
        pieces, unmet = _whole(planning, part, pieces, unmet)
    sewn = pieces > (_NOTHING_PIECES if fractional else 0.0)
    return PlanRows(part[sewn], firm[sewn], period[sewn], pieces[sewn], unmet)


def price_moves(planning: Planning, free_price: Floats) -> Moves:
    """Price every promise: what a piece would save if it were free to move.

    Priced at the duals of the plan that holds no promise: by so much a promised piece costs more
    there than at its best place. All moves together save at least the sum, since the first piece
    held is the cheapest.

    Parameters
    ----------
    planning : Planning
        What was allocated.
    free_price : (f, t) array
        Capacity prices of the same tables with no promise held.
    """
    held = np.flatnonzero(planning.parts.firm >= 0)
    best, saving = np.empty(held.size, dtype=np.int64), np.empty(held.size)
    for begin in range(0, held.size, _CHUNK):
        chunk = slice(begin, begin + _CHUNK)
        best[chunk], saving[chunk] = _moves(planning, free_price, held[chunk])
    return Moves(held, best, saving)


def _merged(planning: Planning, flows: Flows) -> tuple[Ints, Ints, Ints, Floats]:
    """One row a part, firm and period, in that order of part, period, firm."""
    _, f, _, t = planning.problem.shape
    key = (flows.part * t + flows.period) * f + flows.firm
    keys, row = np.unique(key, return_inverse=True)
    amount = np.bincount(row, weights=flows.amount, minlength=keys.size)
    return keys // (t * f), keys % f, keys // f % t, amount.astype(np.float64)


def _whole(planning: Planning, part: Ints, pieces: Floats, unmet: Floats) -> tuple[Floats, Floats]:
    """Whole pieces by largest remainder; ties go to the earlier row, sewn ones before unmet.

    Counted by order, since a promise of part of a piece becomes whole only with the order's rest.
    """
    ordered = planning.tables.orders.pieces
    owner = np.concatenate([planning.parts.order[part], planning.parts.order])
    exact = np.concatenate([pieces, unmet])
    whole = np.floor(exact + _NOTHING_PIECES)
    missing = ordered - np.bincount(owner, weights=whole, minlength=ordered.size)
    by_remainder = np.lexsort((np.arange(owner.size), whole - exact, owner))
    first = np.searchsorted(owner[by_remainder], np.arange(ordered.size))
    rank = np.arange(owner.size) - first[owner[by_remainder]]
    whole[by_remainder] += rank < missing[owner[by_remainder]]
    return whole[: part.size], whole[part.size :]


def _moves(planning: Planning, free_price: Floats, rows: Ints) -> tuple[Ints, Floats]:
    """Cheapest firm and saving per piece for some promised parts."""
    ways, unmet = planning.ways, planning.unmet_cost[rows]
    smv, firm = planning.smv_min[rows], planning.parts.firm[rows]
    row = np.arange(rows.size)
    cost = part_cost(ways, planning.parts, planning.smv_min, rows)
    minutes = ways.minutes[ways.category[rows]]
    anywhere, held = np.full(cost.shape, np.inf), np.full(rows.size, np.inf)
    bound = planning.problem.lateness_cost[rows, ways.group[firm]]
    for period, price in enumerate(free_price.T):
        priced = cost + minutes * price
        np.minimum(anywhere, priced + ways.lateness[rows][:, ways.group, period], out=anywhere)
        np.minimum(held, priced[row, firm] + bound[:, period], out=held)
    best = anywhere.argmin(axis=1)
    cheapest = np.minimum(anywhere[row, best], unmet)
    held = np.where(np.isfinite(held), held, unmet)
    best = np.where(unmet < anywhere[row, best], -1, best)
    stays = held - cheapest <= _NO_SAVING * np.abs(held)
    return np.where(stays, firm, best), np.where(stays, 0.0, (held - cheapest) * smv)
