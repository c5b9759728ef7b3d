"""Solve a planner's problem: promises first, then all that is free, then whole lots."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from kidswear_brain.allocation.lots import FirmMinimum, Lots, whole_lots
from kidswear_brain.allocation.planner import Planning, plan_problem
from kidswear_brain.allocation.problem import Allocation, AllocationProblem, Floats, Ints
from kidswear_brain.allocation.solve import Method, allocate
from kidswear_brain.errors import SolverError


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Who sews how much of which part when: parallel arrays, amounts in standard minutes."""

    part: Ints
    firm: Ints
    period: Ints
    amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """The answer to a planner's problem.

    Parameters
    ----------
    problem : AllocationProblem
        Of what is free, in the capacity that promises leave.
    plan : Allocation
        Its plan, with certificate and prices.
    flows : Flows
        Promises and free work, in whole lots unless fractional ones were asked for.
    held_cost : float
        Money: promises, and what of them does not fit.
    lots : Lots or None
        Costs of making free work whole.
    """

    problem: AllocationProblem
    plan: Allocation
    flows: Flows
    held_cost: float
    lots: Lots | None


def solve_planning(
    planning: Planning, method: Method, fractional: bool, minimum_run_pieces: float = 0.0
) -> Planned:
    """Allocate all parts: what is promised takes capacity first, in its cheapest open periods.

    Parameters
    ----------
    planning : Planning
        The problem of the tables.
    method : {"auto", "simplex", "highs", "pulp"}
        As in `allocate`.
    fractional : bool
        Whether the flows of the linear program stand as they are.
    minimum_run_pieces : float
        Least pieces of a lot, unless the whole part is smaller.

    Raises
    ------
    SolverError
        If no method could answer.
    """
    held, held_cost, problem, start = _hold(planning, method)
    plan = _answer(problem, method, start)
    lots = None
    free = Flows(plan.order, plan.firm, plan.period, plan.amount)
    if not fractional:
        run = np.minimum(minimum_run_pieces, planning.parts.pieces) * planning.smv_min
        least = FirmMinimum(planning.ways.least_pieces, planning.smv_min)
        lots = whole_lots(problem, plan, run, firm_minimum=least)
        free = _by_period(problem, lots)
    return Planned(problem, plan, _joined(held, free), held_cost, lots)


def solve_free(planning: Planning, method: Method) -> Allocation:
    """Allocate the same tables with no promise held: the ideal that promises are priced by.

    Raises
    ------
    SolverError
        If no method could answer.
    """
    ends = tuple(planning.period_ends.tolist())
    return _answer(plan_problem(planning.tables, ends, keep=False).problem, method, None)


def _answer(
    problem: AllocationProblem, method: Method, warm_start: Allocation | None
) -> Allocation:
    plan = allocate(problem, method=method, warm_start=warm_start)
    if plan.status != "optimal":
        raise SolverError(f"no optimal plan ({plan.status}): {plan.note or 'no reason given'}")
    return plan


def _hold(
    planning: Planning, method: Method
) -> tuple[Flows, float, AllocationProblem, Allocation | None]:
    """Flows and cost of promises, and the problem they leave.

    All is solved together first, so that promises take the periods that suit the rest; they are
    then taken out, for their priority must not show in the prices of what is free.
    """
    parts, problem = planning.parts, planning.problem
    promised = parts.firm >= 0
    if not promised.any():
        nothing = np.empty(0, dtype=np.int64)
        return Flows(nothing, nothing, nothing, np.empty(0)), 0.0, problem, None
    plan = _answer(problem, method, None)
    is_held = promised[plan.order]
    held = Flows(
        plan.order[is_held], plan.firm[is_held], plan.period[is_held], plan.amount[is_held]
    )
    cost = problem.arc_cost(held.part, held.firm, held.period) @ held.amount
    cost += planning.unmet_cost[promised] @ plan.unmet[promised]
    used = np.zeros_like(problem.capacity)
    minutes = problem.minutes[held.part, held.firm] * held.amount
    np.add.at(used, (held.firm, held.period), minutes)
    rest = AllocationProblem(
        np.where(promised, 0.0, problem.demand),
        planning.unmet_cost,
        problem.unit_cost,
        problem.lateness_cost,
        problem.minutes,
        np.maximum(problem.capacity - used, 0.0),
        problem.group,
    )
    return held, float(cost), rest, plan


def _by_period(problem: AllocationProblem, lots: Lots) -> Flows:
    """Spread each lot over the periods it works in, so that no period is overfull.

    A firm works on the lot that must end first; since lots keep within the capacity of every
    stretch of periods, that finishes them all.
    """
    urgency = np.lexsort((lots.period, lots.last_period, lots.firm))
    room = problem.capacity.tolist()
    spread: list[tuple[int, int, int, float]] = []
    for _, members in groupby(urgency.tolist(), key=lots.firm.__getitem__):
        spread += _firm_by_period(problem, lots, list(members), room)
    part, firm, period, amount = zip(*spread, strict=True) if spread else ((), (), (), ())
    return Flows(
        np.array(part, np.int64),
        np.array(firm, np.int64),
        np.array(period, np.int64),
        np.array(amount, np.float64),
    )


def _firm_by_period(
    problem: AllocationProblem, lots: Lots, members: list[int], room: list[list[float]]
) -> list[tuple[int, int, int, float]]:
    """Lots of one firm, most urgent first, as (part, firm, period, amount)."""
    firm = int(lots.firm[members[0]])
    rest = {lot: float(lots.amount[lot]) for lot in members}
    spread = []
    for period in range(len(room[firm])):
        for lot in members:
            first, last = int(lots.period[lot]), int(lots.last_period[lot])
            if not first <= period <= last or rest[lot] <= 0.0:
                continue
            part = int(lots.order[lot])
            minutes = float(problem.minutes[part, firm])
            amount = min(rest[lot], room[firm][period] / minutes)
            if period == last:
                amount = rest[lot]  # what is missing here is no more than rounding
            if amount > 0.0:
                spread.append((part, firm, period, amount))
            rest[lot] -= amount
            room[firm][period] = max(room[firm][period] - amount * minutes, 0.0)
    return spread


def _joined(held: Flows, free: Flows) -> Flows:
    return Flows(
        np.concatenate([held.part, free.part]),
        np.concatenate([held.firm, free.firm]),
        np.concatenate([held.period, free.period]),
        np.concatenate([held.amount, free.amount]),
    )
