"""One arm of one replication: the table of contents of the simulation.

SimPy keeps the clock. Two kinds of events happen: a shock begins, and an epoch comes. Between two
epochs nothing that one line does touches another, so that compiled kernels let each line work
through its queue on its own, to the exact minute (docs/model.md says what this buys). At equal
times shocks come before epochs.
"""

from collections.abc import Generator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
import simpy

from kidswear_brain import services
from kidswear_brain.allocation import AllocationProblem
from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.columns import Cluster, Ints
from kidswear_brain.scenario.model import Scenario, Shock
from kidswear_brain.services import Act, Conditions, State
from kidswear_brain.services.effect import minutes
from kidswear_brain.simulation.brain import (
    FORESIGHT_MIN,
    Brain,
    Watch,
    allocate_open,
    offered,
    open_brain,
    take_reports,
)
from kidswear_brain.simulation.closing import close_books
from kidswear_brain.simulation.floor import build_works, day_number, refitted
from kidswear_brain.simulation.hearing import Refusal, heard_epoch
from kidswear_brain.simulation.line_kernel import advance
from kidswear_brain.simulation.market_kernel import LOST, OPEN, give_up, market_epoch
from kidswear_brain.simulation.orderbook import open_book
from kidswear_brain.simulation.rows import NEVER, Rows
from kidswear_brain.simulation.state import OrderBook, Works, grown_knots, grown_lots

ARMS = ("baseline", "brain")
Event = simpy.events.Event


def simulate_arm(
    scenario: Scenario, seed: int, arm: str = "brain", cluster: Cluster | None = None
) -> Rows:
    """Simulate one arm of one replication, warm-up and follow-up included.

    Parameters
    ----------
    scenario : the scenario; its services act in the arm "brain", none in "baseline".
    seed : seed of the replication; both arms of it share the random world.
    arm : "baseline" or "brain".
    cluster : the world of this scenario and seed, if it has been built already.

    Raises
    ------
    ValueError
        If there is no such arm.
    """
    if arm not in ARMS:
        raise ValueError(f"arm: found {arm!r}, allowed {' or '.join(ARMS)}")
    cluster = cluster or build_cluster(scenario, seed)
    return _simulated(_opened(scenario, cluster, services.ALL if arm == "brain" else ()), arm)


def simulate_heard(scenario: Scenario, cluster: Cluster, arm: str) -> tuple[Rows, list[Refusal]]:
    """Simulate as `simulate_arm` does, and hear what every brand was answered, in order of time."""
    world = _opened(scenario, cluster, services.ALL if arm == "brain" else ())
    world.heard = []
    return _simulated(world, arm), world.heard


def _simulated(world: "World", arm: str) -> Rows:
    days = world.cluster.days
    end = (days.first + days.rest.size) * 1440
    _run(world, end)
    advance(world.works, world.now, end)
    return close_books(world, arm, end)


def asked_problems(
    scenario: Scenario, cluster: Cluster, days: Sequence[int]
) -> dict[int, AllocationProblem]:
    """Simulate the brain until the last of some days; keep what it asks the allocator on each.

    Parameters
    ----------
    scenario : the scenario.
    cluster : the world of this scenario and a seed.
    days : days after calendar.start.

    Returns
    -------
    dict
        By day, what its last epoch asked. A day is missing on which nothing was optimized:
        nothing was open on the platform, or `planning` is ``first_come``.
    """
    found: dict[int, AllocationProblem] = {}

    def watch(now: int, problem: AllocationProblem) -> None:
        if now // 1440 in days:
            # the brain writes its next problem over this one
            found[now // 1440] = deepcopy(problem)

    world = _opened(scenario, cluster, services.ALL, watch)
    if len(days):
        _run(world, (max(days) + 1) * 1440)
    return found


def _run(world: "World", end: int) -> None:
    """Let time pass up to a minute; events at that minute itself are left undone."""
    env = simpy.Environment(initial_time=world.now)
    for shock in world.scenario.shocks:
        env.process(_shock(env, world, shock))
    env.process(_epochs(env, world))
    env.run(until=end)


@dataclass(slots=True)
class World:
    """What changes while time passes."""

    scenario: Scenario
    cluster: Cluster
    acts: tuple[Act, ...]
    works: Works
    book: OrderBook
    brain: Brain
    conditions: Conditions
    now: int
    release_min: Ints
    pool_min: Ints
    """(n,): the window each order's pooled material is bought in; 0: alone."""
    noted: list[tuple[int, Conditions]]
    """Conditions of firms from some days on, whenever they changed."""
    lost_min: Ints
    """(n,): the epoch at which each order was given up; NEVER if it was not."""
    begun: tuple[Shock, ...] = ()
    arrived: int = 0
    """Orders whose order date has passed."""
    sampled: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Orders that have come but are not released yet."""
    open: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Orders released and neither placed nor lost, by release."""
    paid_column: int = 0
    heard: list[Refusal] | None = None
    """Refusals of the market so far, where somebody listens."""


def _opened(
    scenario: Scenario, cluster: Cluster, acts: tuple[Act, ...], watch: Watch | None = None
) -> World:
    none = np.empty(0, dtype=np.int64)
    state = State(scenario=scenario, cluster=cluster, day=cluster.days.first, ordered=none)
    conditions = services.conditions(state, acts)
    works = build_works(scenario, cluster, conditions)
    return World(
        scenario=scenario,
        cluster=cluster,
        acts=acts,
        works=works,
        book=open_book(scenario, cluster),
        brain=open_brain(scenario, cluster, works, watch),
        conditions=conditions,
        now=cluster.days.first * 1440,
        release_min=np.full(cluster.orders.brand.size, NEVER),
        pool_min=np.zeros(cluster.orders.brand.size, dtype=np.int64),
        noted=[(cluster.days.first, conditions)],
        lost_min=np.full(cluster.orders.brand.size, NEVER),
    )


def _shock(env: simpy.Environment, world: World, shock: Shock) -> Generator[Event, None, None]:
    """Let a shock begin: only from then on does anybody know its days."""
    wait = day_number(world.scenario, shock.first_day) * 1440 - int(env.now)
    yield env.timeout(max(wait, 0))
    world.begun = (*world.begun, shock)
    _refit(world)


def _epochs(env: simpy.Environment, world: World) -> Generator[Event, None, None]:
    """Hold an epoch now and after every epoch length."""
    step = max(minutes(world.scenario.services.manufacturing.epoch_days), 1)
    while True:
        _epoch(world, int(env.now), step)
        yield env.timeout(step)


def _epoch(world: World, now: int, step: int) -> None:
    """Play one epoch in its order: work, cash, services, market, allocator, patience."""
    advance(world.works, world.now, now)
    world.now = now
    _receive_payments(world)
    _let_services_act(world)
    _release(world)
    _make_room(world)
    book, brain = world.book, world.brain
    on_platform = offered(brain, world.open, world.conditions)
    market = world.open[~on_platform | brain.unplaced[world.open]]
    split_max = world.scenario.market.split_max
    if world.heard is None:
        market_epoch(world.works, book, market, float(now), split_max)
    else:
        world.heard += heard_epoch(world.works, book, market, now, split_max)
    left = world.open[on_platform & (book.orders["status"][world.open] == OPEN)]
    if left.size:
        allocate_open(brain, world.works, book, left, world.conditions, (now, now + step))
    give_up(book, world.open, float(now + step))
    world.lost_min[world.open[book.orders["status"][world.open] == LOST]] = now
    world.open = world.open[book.orders["status"][world.open] == OPEN]
    take_reports(brain, world.works, now)


def _receive_payments(world: World) -> None:
    """Take what customers have paid up to now off the unpaid minutes."""
    works = world.works
    upto = min(world.now // 1440 - works.first_day + 1, works.repay.shape[1])
    if upto > world.paid_column:
        works.firms["unpaid"] -= works.repay[:, world.paid_column : upto].sum(axis=1)
        world.paid_column = upto


def _let_services_act(world: World) -> None:
    """Let every service say what it changes, for the orders that came and for all firms."""
    orders = world.cluster.orders
    arrived = int(np.searchsorted(orders.ordered_min, world.now))
    new = np.arange(world.arrived, arrived)
    world.arrived = arrived
    before = world.conditions
    state = State(world.scenario, world.cluster, world.now // 1440, new)
    world.conditions = conditions = services.conditions(state, world.acts)
    _enter(world, new, conditions)
    world.release_min[new] = orders.ordered_min[new] + conditions.sampling_min
    world.pool_min[new] = conditions.pool_min
    world.sampled = np.concatenate([world.sampled, new])
    _foresee(world)
    if not _same_firms(before, conditions):
        world.noted.append((state.day, conditions))
        _refit(world)


def _enter(world: World, some: Ints, conditions: Conditions) -> None:
    """Enter in the book what the services in force make of some orders."""
    orders, book = world.cluster.orders, world.book.orders
    released = orders.ordered_min[some] + conditions.sampling_min
    bought = released + -released % np.maximum(conditions.pool_min, 1)
    book["family"][some] = conditions.style_family
    book["material_min"][some] = bought + minutes(world.scenario.materials.lead_days)
    book["patience_min"][some] = released + orders.patience_min[some]


def _foresee(world: World) -> None:
    """Let a planner with foresight know the coming orders of its horizon, as they will be.

    Only those it must sew within the horizon: it knows no capacity beyond, so that the others would
    push present orders aside.
    """
    if world.scenario.services.manufacturing.planning != "foresight":
        return
    orders = world.cluster.orders
    horizon = world.now + FORESIGHT_MIN
    ahead = np.arange(world.arrived, int(np.searchsorted(orders.ordered_min, horizon)))
    state = State(world.scenario, world.cluster, world.now // 1440, ahead)
    _enter(world, ahead, services.conditions(state, world.acts))
    coming = np.concatenate([world.sampled[world.release_min[world.sampled] > world.now], ahead])
    world.brain.coming = coming[orders.due_min[coming] <= horizon]


def _same_firms(one: Conditions, other: Conditions) -> bool:
    names = ("fill_days", "gap_decay_days", "credit", "receivable_min", "loan_rate")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def _refit(world: World) -> None:
    world.works = refitted(
        world.works, world.scenario, world.cluster, world.conditions, world.begun
    )


def _release(world: World) -> None:
    """Move the orders whose sampling is done to the open ones, by release."""
    ready = world.release_min[world.sampled] <= world.now
    new = world.sampled[ready]
    world.sampled = world.sampled[~ready]
    new = new[np.argsort(world.release_min[new], kind="stable")]
    world.open = np.concatenate([world.open, new])


def _make_room(world: World) -> None:
    """Make room for lots and ties of all open orders, each on as many lines as it may be."""
    works = world.works
    most_lines = int((works.firms["end_line"] - works.firms["first_line"]).max())
    firms = max(
        world.scenario.market.split_max, world.scenario.services.manufacturing.lots_per_order
    )
    room = world.open.size * firms
    lots = grown_lots(works.lots, int(works.lot_count[0]), room * most_lines)
    knots = grown_knots(works.knots, int(works.knot_count[0]), room)
    world.works = works._replace(lots=lots, knots=knots)
