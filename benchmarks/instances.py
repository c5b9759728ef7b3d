"""Made-up districts: sizes, loads and shapes of an allocation, each from its seed alone.

Demands are whole minutes and all else comes from uniform draws by exact arithmetic, so that an
instance has the same bytes, and the same hash, on other processors.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import ARRAYS, OURS, case
from kidswear_brain.allocation import AllocationProblem

Floats = NDArray[np.float64]

PERIOD_ENDS = np.array([3.0, 7.0, 14.0, 28.0, 42.0, 56.0])
PEERS = ("highs-simplex", "highs-ipm", "scipy", "glop", "pdlp")
PULP = ("pulp-cbc", "pulp-highs", "pulp-cbc-24")


@dataclasses.dataclass(frozen=True, slots=True)
class Market:
    """What a made-up instance looks like.

    Parameters
    ----------
    orders, firms, periods, regions : int
        Its size.
    load : float
        Operator-minutes of all orders at a firm of mean speed over those of all firms.
    median_min : float
        Median standard minutes of an order (lognormal, sigma .9).
    eligible : float
        Share of pairs of order and firm that can be: .42 follows from 1-3 skilled categories of 9
        and .25 of the others.
    closed : float
        Share of an order's periods at a region that are not allowed.
    """

    orders: int
    firms: int = 1200
    periods: int = 4
    regions: int = 8
    load: float = 0.9
    median_min: float = 8000.0
    eligible: float = 0.42
    closed: float = 0.2


def build(market: Market, seed: int) -> AllocationProblem:
    """Draw an instance with independent costs for every pair (the dense case)."""
    rng = np.random.default_rng(seed)
    n, f, g, t = market.orders, market.firms, market.regions, market.periods
    demand = np.ceil(market.median_min * np.exp(0.9 * rng.standard_normal(n)))
    unit_cost = rng.uniform(0.45, 0.9, (n, f))
    if market.eligible < 1:
        unit_cost[rng.random((n, f)) >= market.eligible] = np.inf
    minutes = rng.uniform(1.6, 3.5, (n, f))
    lateness = rng.uniform(0.0, 0.05, (n, g, t)) * np.arange(t)
    lateness[rng.random((n, g, t)) < market.closed] = np.inf
    workers = np.ceil(17 * np.exp(0.85 * rng.standard_normal(f)))
    days = np.diff(PERIOD_ENDS[:t], prepend=0.0)
    capacity = _to_load(workers[:, None] * days, demand, market.load)
    region = rng.integers(0, g, f)
    return AllocationProblem(
        demand, np.full(n, 1.8), unit_cost, lateness, minutes, capacity, region
    )


def _to_load(capacity: Floats, demand: Floats, load: float) -> Floats:
    """Scale capacity so that all demand, at 2.55 operator-minutes a minute, is `load` of it."""
    return np.asarray(np.ceil(capacity * (demand.sum() * 2.55 / load / capacity.sum())))


def changed(problem: AllocationProblem, **arrays: Floats) -> AllocationProblem:
    """Return the problem with some arrays replaced."""
    kept = {name: getattr(problem, name) for name in ARRAYS}
    return AllocationProblem(**(kept | arrays))


@case("smoke", "smoke", (OURS, "highs-simplex", "pulp-cbc"), instances=1)
def smoke(seed: int) -> AllocationProblem:
    """40 orders, 60 firms: does the harness work."""
    return build(Market(40, 60), seed)


@case("n-370", "speed", (OURS, "kidswear-warm"), limit_s=0.060)
def n_370(seed: int) -> AllocationProblem:
    """370 orders (a usual day)."""
    return build(Market(370), seed)


@case("n-1000", "speed", (OURS, "kidswear-warm"), limit_s=0.100)
def n_1000(seed: int) -> AllocationProblem:
    """1,000 orders."""
    return build(Market(1000), seed)


@case("n-3000", "speed", (OURS, "kidswear-warm"), limit_s=0.250)
def n_3000(seed: int) -> AllocationProblem:
    """3,000 orders."""
    return build(Market(3000), seed)


@case("six-periods", "speed", (OURS, "kidswear-warm"), limit_s=0.160)
def six_periods(seed: int) -> AllocationProblem:
    """1,000 orders, 6 periods."""
    return build(Market(1000, periods=6), seed)


@case("firms-12000", "long", limit_s=4, instances=3, large=True)
def firms_12000(seed: int) -> AllocationProblem:
    """3,000 orders, 12,000 firms."""
    return build(Market(3000, 12_000), seed)


@case("orders-120000", "long", limit_s=15, instances=3, large=True)
def orders_120000(seed: int) -> AllocationProblem:
    """120,000 orders."""
    return build(Market(120_000), seed)


@case("loose", "shapes", (OURS, "kidswear-warm"))
def loose(seed: int) -> AllocationProblem:
    """1,000 orders, load .5."""
    return build(Market(1000, load=0.5), seed)


@case("tight", "shapes", (OURS, "kidswear-warm"))
def tight(seed: int) -> AllocationProblem:
    """1,000 orders, load 1.3."""
    return build(Market(1000, load=1.3), seed)


@case("all-pairs", "shapes")
def all_pairs(seed: int) -> AllocationProblem:
    """1,000 orders that every firm can make, no period closed."""
    return build(Market(1000, eligible=1.0, closed=0.0), seed)


@case("tiny-orders", "shapes")
def tiny_orders(seed: int) -> AllocationProblem:
    """5,000 orders of 400 minutes, far fewer than firms could take each."""
    return build(Market(5000, median_min=400.0), seed)


@case("scarce", "shapes")
def scarce(seed: int) -> AllocationProblem:
    """1,000 orders, a fifth of them of a category that only 60 firms can make."""
    problem = build(Market(1000, load=0.6), seed)
    cost = problem.unit_cost.copy()
    cost[:200, 60:] = np.inf
    return changed(problem, unit_cost=cost)


@case("shock", "shapes", (OURS, "kidswear-warm"))
def shock(seed: int) -> AllocationProblem:
    """1,000 orders while three of eight regions stand still for two periods."""
    problem = build(Market(1000), seed)
    capacity = problem.capacity.copy()
    capacity[problem.group < 3, :2] = 0.0
    return changed(problem, capacity=capacity)


@case("typed", "shapes")
def typed(seed: int) -> AllocationProblem:
    """1,000 orders of 9 types: cost and minutes by type and firm, freight by order and region."""
    problem = build(Market(1000), seed)
    rng = np.random.default_rng([seed, 1])
    kind = rng.integers(0, 9, problem.demand.size)
    freight = rng.uniform(0.0, 0.06, problem.demand.size)
    cost = problem.unit_cost[:9][kind] + freight[:, None] * (1 + problem.group / 4)
    return changed(problem, unit_cost=cost, minutes=problem.minutes[:9][kind].copy())


def equal_efficiencies(orders: int, firms: int, seed: int) -> AllocationProblem:
    """Every firm takes 2 minutes a minute; costs are whole ten-thousandths, flows whole minutes."""
    problem = build(Market(orders, firms), seed)
    return changed(
        problem,
        unit_cost=np.ceil(problem.unit_cost * 1e4) / 1e4,
        lateness_cost=np.ceil(problem.lateness_cost * 1e4) / 1e4,
        minutes=np.full_like(problem.minutes, 2.0),
        capacity=2.0 * np.ceil(problem.capacity * 2.0 / 2.55 / 2.0),
    )


@case("equal", "shapes")
def equal(seed: int) -> AllocationProblem:
    """1,000 orders, all efficiencies equal, whole-number data."""
    return equal_efficiencies(1000, 1200, seed)


@case("peers-30", "peers", (OURS, *PEERS, *PULP), instances=3)
def peers_30(seed: int) -> AllocationProblem:
    """30 orders, against everybody."""
    return build(Market(30), seed)


@case("peers-100", "peers", (OURS, *PEERS, *PULP), instances=3)
def peers_100(seed: int) -> AllocationProblem:
    """100 orders, against everybody."""
    return build(Market(100), seed)


@case("peers-300", "peers", (OURS, *PEERS, "pulp-cbc-24"), instances=1)
def peers_300(seed: int) -> AllocationProblem:
    """300 orders, against the peers that take arrays."""
    return build(Market(300), seed)


@case("peers-1000", "peers-full", (OURS, *PEERS, *PULP), instances=1)
def peers_1000(seed: int) -> AllocationProblem:
    """1,000 orders, the full instance of 1.6 million arcs, against everybody."""
    return build(Market(1000), seed)


@case("peers-best", "peers-best", (OURS, "glop", "pulp-cbc-24"), instances=3)
def peers_best(seed: int) -> AllocationProblem:
    """1,000 orders, against the best of them and the usual way around it."""
    return build(Market(1000), seed)


@case("peers-equal", "peers", (OURS, "min-cost-flow", "highs-simplex"), instances=3)
def peers_equal(seed: int) -> AllocationProblem:
    """300 orders with equal efficiencies, against min-cost flow."""
    return equal_efficiencies(300, 1200, seed)


@case("peers-equal-1000", "peers", (OURS, "min-cost-flow"), instances=3)
def peers_equal_1000(seed: int) -> AllocationProblem:
    """1,000 orders with equal efficiencies, against min-cost flow."""
    return equal_efficiencies(1000, 1200, seed)
