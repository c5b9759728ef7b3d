"""The buying program of one pooling window: which pool is bought where, and in which parts.

Pools k, suppliers s, price breaks t with all-units factors d[t]: minimize the sum over k, s, t of
list[k] f[s] d[t] x[k,s,t], plus list[k] spot z[k], subject to: the parts of a pool and what comes
from the spot market, z, make up its metres; a part x[k,s,t] lies between the ends of its break and
not below the supplier's smallest purchase, or is 0; one break a pool and supplier; all parts of a
supplier stay within what it can deliver. Freight depends on the pool alone (its parts travel as one
load), so that it does not enter.
"""

from dataclasses import dataclass, replace

import numpy as np
import pulp
from highspy._core import _Highs

from kidswear_brain.allocation.buying_kernel import SPOT
from kidswear_brain.allocation.problem import AllocationProblem, Floats, Ints
from kidswear_brain.allocation.solve import allocate
from kidswear_brain.errors import AllocationError, SolverError

GAP = 1e-3
"""Relative gap between cost and bound at which a plan is good enough."""


@dataclass(frozen=True, slots=True)
class Prices:
    """All-units price breaks, and the spot market: factors on list price."""

    breaks: Floats
    """(t,) metres, increasing."""
    factors: Floats
    """(t + 1,) never increasing."""
    spot: float

    def tier(self, metres: Floats) -> Ints:
        """Return the break each purchase reaches: 0 below the first."""
        return np.searchsorted(self.breaks, metres, side="right").astype(np.int64)

    def factor(self, metres: Floats) -> Floats:
        """Factor on list price of purchases of so many metres."""
        return np.asarray(self.factors[self.tier(metres)])


@dataclass(frozen=True, slots=True)
class BuyingProblem:
    """What one window buys.

    Raises
    ------
    AllocationError
        If the arrays do not fit together.
    """

    metres: Floats
    """(k,) of each pool."""
    list_cny_per_m: Floats
    """(k,)"""
    price_factor: Floats
    """(k, s) before the break; inf where the supplier does not sell the class."""
    room: Floats
    """(s,) metres each supplier can deliver."""
    min_order: Floats
    """(s,) metres."""
    prices: Prices

    def __post_init__(self) -> None:
        k, s = self.metres.size, self.room.size
        shapes = (self.list_cny_per_m.shape, self.price_factor.shape, self.min_order.shape)
        if shapes != ((k,), (k, s), (s,)):
            raise AllocationError(f"a buying program of {k} pools and {s} suppliers has {shapes}")


@dataclass(frozen=True, slots=True)
class BuyingPlan:
    """Purchases (p,), their cost, and how far it can be from the least possible."""

    pool: Ints
    supplier: Ints
    """SPOT: the spot market."""
    metres: Floats
    tier: Ints
    """Break it reaches, of no meaning on the spot market."""
    cost: float
    bound: float
    """No plan costs less."""
    method: str
    """How it was found: closed form, transport, in turn or program (see `buy`)."""

    @property
    def gap(self) -> float:
        """(cost - bound) / cost, 0 where nothing is paid."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


def buy(problem: BuyingProblem, gap: float = GAP) -> BuyingPlan:
    """Buy every pool at least cost, to within a relative gap.

    From the easy to the hard. Closed form: where each pool's cheapest supplier can deliver all it
    is asked for, that is the optimum. Else the transport problem in which each part of a pool has
    the price of the whole is a bound; the allocator solves it, and its few pools in parts, at the
    prices of the parts, are a plan. In turn: or all pools whole, one after the other. Where the
    better of the two is not within the gap of the bound, the mixed-integer program is solved.

    Parameters
    ----------
    problem : what is to be bought, where.
    gap : relative gap that is good enough.

    Raises
    ------
    SolverError
        If HiGHS finds no plan.
    """
    cost = _whole_costs(problem)
    cheapest = np.argmin(cost, axis=1)
    supplier = _as_supplier(cheapest, problem)
    sold = supplier != SPOT
    asked = np.bincount(supplier[sold], problem.metres[sold], minlength=problem.room.size)
    if (asked <= problem.room).all():
        bound = float(cost[np.arange(cheapest.size), cheapest].sum())
        return _whole_plan(problem, supplier, (bound, bound), "closed form")
    transport = _transport(problem, cost)
    supplier, total = _in_turn(problem, cost)
    whole = _whole_plan(problem, supplier, (total, min(total, transport.bound)), "in turn")
    best = min(transport, whole, key=lambda plan: plan.cost)
    if best.gap <= gap:
        return best
    program = solve_program(problem, gap, transport.bound)
    cheaper = min(best, program, key=lambda plan: plan.cost)
    return replace(cheaper, bound=min(cheaper.cost, program.bound))


def solve_program(problem: BuyingProblem, gap: float = GAP, bound: float = 0.0) -> BuyingPlan:
    """Solve the whole program by PuLP with HiGHS; `bound` is a bound known already.

    Raises
    ------
    SolverError
        If HiGHS finds no plan.
    """
    parts = _parts(problem)
    program = pulp.LpProblem("buying", pulp.LpMinimize)
    amount = [program.add_variable(f"x{i}", 0) for i in range(parts.pool.size)]
    chosen = [program.add_variable(f"y{i}", cat="Binary") for i in range(parts.pool.size)]
    spot = [program.add_variable(f"z{k}", 0) for k in range(problem.metres.size)]
    spot_price = problem.list_cny_per_m * problem.prices.spot
    program += pulp.LpAffineExpression(
        [*zip(amount, parts.price.tolist(), strict=True), *zip(spot, spot_price, strict=True)]
    )
    for i, (x, y) in enumerate(zip(amount, chosen, strict=True)):
        program += x >= float(parts.low[i]) * y
        program += x <= float(parts.high[i]) * y
    for group in _groups(parts.pool * problem.room.size + parts.supplier):
        program += pulp.lpSum(chosen[i] for i in group) <= 1
    for group in _groups(parts.supplier):
        program += pulp.lpSum(amount[i] for i in group) <= float(
            problem.room[parts.supplier[group[0]]]
        )
    of_pool = {int(parts.pool[group[0]]): group for group in _groups(parts.pool)}
    for k, z in enumerate(spot):
        bought = pulp.lpSum(amount[i] for i in of_pool.get(k, ()))
        program += bought + z == float(problem.metres[k])
    found = _solved(program, gap)
    x = np.array([one.value() for one in amount], dtype=np.float64).reshape(parts.pool.size)
    return _made_exact(problem, parts, x, max(found, bound))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Possible parts: a pool at a supplier within one break."""

    pool: Ints
    supplier: Ints
    tier: Ints
    low: Floats
    high: Floats
    price: Floats
    """CNY a metre."""


def _whole_costs(problem: BuyingProblem) -> Floats:
    """(k, s + 1): cost of each pool whole at each supplier, the spot market last."""
    value = problem.list_cny_per_m * problem.metres
    at = problem.price_factor * problem.prices.factor(problem.metres)[:, None]
    at = np.where(problem.metres[:, None] < problem.min_order, np.inf, at)
    spot = np.full((value.size, 1), problem.prices.spot)
    factor = np.hstack([at, spot])
    return np.where(np.isfinite(factor), value[:, None] * factor, np.inf)


def _as_supplier(column: Ints, problem: BuyingProblem) -> Ints:
    return np.where(column == problem.room.size, SPOT, column).astype(np.int64)


def _in_turn(problem: BuyingProblem, cost: Floats) -> tuple[Ints, float]:
    """Take pools by what a wrong supplier would cost, each whole, to the cheapest with room."""
    room = np.append(problem.room, np.inf)
    ranked = np.argsort(cost, axis=1, kind="stable")
    best = np.sort(cost, axis=1)
    regret = best[:, min(1, cost.shape[1] - 1)] - best[:, 0]
    column = np.empty(problem.metres.size, dtype=np.int64)
    for k in np.argsort(-regret, kind="stable"):
        metres = problem.metres[k]
        column[k] = next(s for s in ranked[k] if room[s] >= metres)
        room[column[k]] -= metres
    total = float(cost[np.arange(column.size), column].sum())
    return _as_supplier(column, problem), total


def _transport(problem: BuyingProblem, cost: Floats) -> BuyingPlan:
    """Let the allocator split pools over suppliers at the price of the whole; then price parts.

    Parts below the smallest purchase of their supplier go to the spot market, and pools in parts
    go whole to one supplier where that is cheaper.
    """
    allocation = allocate(
        AllocationProblem(
            demand=problem.metres,
            unmet_cost=cost[:, -1] / problem.metres,
            unit_cost=cost[:, :-1] / problem.metres[:, None],
            lateness_cost=np.zeros((problem.metres.size, 1)),
            minutes=np.ones(problem.price_factor.shape),
            capacity=problem.room[:, None],
        )
    )
    parts = np.zeros(cost.shape)  # metres of each pool at each supplier, the spot market last
    parts[allocation.order, allocation.firm] = allocation.amount
    parts[:, :-1][parts[:, :-1] < problem.min_order] = 0.0
    parts[parts < 1e-9 * problem.metres[:, None]] = 0.0
    parts[:, -1] = np.maximum(problem.metres - parts.sum(axis=1), 0.0)
    parts[parts[:, -1] < 1e-9 * problem.metres, -1] = 0.0
    parts *= (problem.metres / parts.sum(axis=1))[:, None]
    _make_whole(problem, cost, parts)
    pool, column = np.nonzero(parts)
    metres, supplier = parts[pool, column], _as_supplier(column, problem)
    total = float((metres * _unit_price(problem, pool, supplier, metres)).sum())
    tier = problem.prices.tier(metres)
    bound = min(allocation.objective, total)
    return BuyingPlan(pool, supplier, metres, tier, total, bound, "transport")


def _make_whole(problem: BuyingProblem, cost: Floats, parts: Floats) -> None:
    """Move each pool that is bought in parts whole to where it then costs less, if anywhere."""
    room = np.append(problem.room, np.inf) - parts.sum(axis=0)
    for k in np.flatnonzero((parts > 0).sum(axis=1) > 1):
        column = np.flatnonzero(parts[k])
        metres = parts[k, column]
        pool, supplier = np.full(column.size, k), _as_supplier(column, problem)
        now = float((metres * _unit_price(problem, pool, supplier, metres)).sum())
        fits = np.where(room + parts[k] >= problem.metres[k], cost[k], np.inf)
        best = int(np.argmin(fits))
        if fits[best] < now:
            room += parts[k]
            parts[k] = 0.0
            parts[k, best] = problem.metres[k]
            room[best] -= problem.metres[k]


def _unit_price(problem: BuyingProblem, pool: Ints, supplier: Ints, metres: Floats) -> Floats:
    factor = problem.price_factor[pool, supplier] * problem.prices.factor(metres)
    return problem.list_cny_per_m[pool] * np.where(supplier == SPOT, problem.prices.spot, factor)


def _whole_plan(
    problem: BuyingProblem, supplier: Ints, cost_and_bound: tuple[float, float], method: str
) -> BuyingPlan:
    pool = np.arange(problem.metres.size)
    cost, bound = cost_and_bound
    tier = problem.prices.tier(problem.metres)
    return BuyingPlan(pool, supplier, problem.metres.copy(), tier, cost, bound, method)


def _parts(problem: BuyingProblem) -> _Parts:
    prices, breaks = problem.prices, np.append(problem.prices.breaks, np.inf)
    low_end = np.concatenate([[0.0], problem.prices.breaks])
    low = np.maximum(low_end, problem.min_order[:, None])[None, :, :]  # (1, s, t)
    high = np.minimum(
        np.minimum(breaks, problem.metres[:, None])[:, None, :], problem.room[None, :, None]
    )
    factor = problem.price_factor[:, :, None] * prices.factors
    pool, supplier, tier = np.nonzero((low <= high) & (high > 0) & (factor < prices.spot))
    shape = factor.shape
    return _Parts(
        pool=pool,
        supplier=supplier,
        tier=tier,
        low=np.broadcast_to(low, shape)[pool, supplier, tier],
        high=np.broadcast_to(high, shape)[pool, supplier, tier],
        price=problem.list_cny_per_m[pool] * factor[pool, supplier, tier],
    )


def _groups(key: Ints) -> list[list[int]]:
    """Places of each distinct key."""
    turn = np.argsort(key, kind="stable")
    _, first = np.unique(key[turn], return_index=True)
    return [part.tolist() for part in np.split(turn, first[1:])] if key.size else []


def _solved(program: pulp.LpProblem, gap: float) -> float:
    """Solve, and return HiGHS's bound."""
    # half of the gap is left for what rounding the amounts may add
    solver = _QuietHighs(msg=False, gapRel=gap / 2, threads=1, random_seed=1)
    program.solve(solver)
    if program.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        raise SolverError(f"HiGHS answers to the buying program: {pulp.LpStatus[program.status]}")
    info = program.solverModel.getInfo()
    return float(info.mip_dual_bound)


class _QuietHighs(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS without the greeting that its public class prints on standard output."""

    def createAndConfigureSolver(self, lp: pulp.LpProblem) -> None:  # noqa: N802
        """Hand out a solver that has been told to be quiet."""
        lp.solverModel = _Highs()
        options = {"output_flag": False, "mip_rel_gap": self.gapRel, "threads": self.threads}
        for name, value in (options | self.optionsDict).items():
            lp.solverModel.setOptionValue(name, value)


def _made_exact(problem: BuyingProblem, parts: _Parts, x: Floats, bound: float) -> BuyingPlan:
    """Drop rounding errors of the solver, and buy on the spot market exactly what is missing."""
    keep = x > 1e-6 * problem.metres[parts.pool]
    pool, supplier, metres = parts.pool[keep], parts.supplier[keep], x[keep]
    bought = np.bincount(pool, metres, minlength=problem.metres.size)
    missing = problem.metres - bought
    last = np.zeros(problem.metres.size, dtype=np.int64)
    last[pool] = np.arange(pool.size)
    small = (np.abs(missing) <= 1e-6 * problem.metres) & (bought > 0)
    metres[last[small]] += missing[small]
    spot = np.flatnonzero(~small & (missing > 0))
    cost = float((parts.price[keep] * metres).sum())
    cost += float((problem.list_cny_per_m * problem.prices.spot * missing)[spot].sum())
    return BuyingPlan(
        np.concatenate([pool, spot]),
        np.concatenate([supplier, np.full(spot.size, SPOT)]),
        np.concatenate([metres, missing[spot]]),
        np.concatenate([parts.tier[keep], np.zeros(spot.size, dtype=np.int64)]),
        cost,
        min(bound, cost),
        "program",
    )
