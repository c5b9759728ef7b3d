"""What would an evaluator have measured? Before/after and joiners/others in a world with the truth.

In the year the brain grew, demand recovered for everybody. An evaluator sees the year before and
that year; the simulation also has that year without the brain, in the same random world. So what
each method finds stands beside what it ought to find.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.columns import Bools, Floats
from kidswear_brain.errors import RunError
from kidswear_brain.experiment.comparison import Estimate, estimate
from kidswear_brain.experiment.pool import Crew, Progress, run_in_order
from kidswear_brain.results.window import work_of
from kidswear_brain.scenario import Scenario
from kidswear_brain.simulation.run import simulate_arm

RECOVERY = 0.088
"""Growth of demand from the year before to the year of adoption, common to all: national textile
utilization, 73.1 % in 2020 and 79.5 % in 2021."""
JOINING = 0.5
"""Share of firms and brands that ever join, so that the others can be compared with them."""


@dataclass(frozen=True, slots=True)
class Design:
    """The two years an evaluator compares."""

    before: Scenario
    """The year before: lower demand, nobody on the platform."""
    after: Scenario
    """The year of adoption: recovered demand; joiners join along its adoption path."""


def adoption_design(
    scenario: Scenario, recovery: float = RECOVERY, joining: float = JOINING
) -> Design:
    """Make the two years out of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Its load is that of the year before. Its adoption path is kept; where it has none, half of
        the joiners have joined by the middle of the measured window.
    recovery : float
        Growth of everybody's demand from the one year to the other.
    joining : float
        Share of firms and brands that ever join; the others are the comparison.
    """
    load = scenario.demand.load * (1 + recovery)
    demand = scenario.demand.model_copy(update={"load": load})
    adoption, calendar = scenario.adoption, scenario.calendar
    if adoption.midpoint is None:
        middle = calendar.start + timedelta(days=calendar.days // 2)
        adoption = adoption.model_copy(update={"midpoint": middle})
    partial = {
        name: getattr(scenario.services, name).model_copy(update={"participation_share": joining})
        for name in type(scenario.services).model_fields
    }
    services = scenario.services.model_copy(update=partial)
    changed = {"demand": demand, "adoption": adoption, "services": services}
    return Design(before=scenario, after=scenario.model_copy(update=changed))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Relative changes of utilization, over worlds; each share is a share of the year before."""

    naive: Estimate
    """After with the brain over before: recovery and brain together."""
    did: Estimate
    """Difference in differences: joiners' change less others', over joiners before."""
    true: Estimate
    """The year of adoption with over without the brain, all firms."""
    true_joiners: Estimate
    true_others: Estimate
    """What the brain does to firms that never join: work that goes elsewhere, or comes to them."""
    recovery: Estimate
    """The year of adoption without the brain over the year before."""
    joiners_share: float
    """Joiners' share of capacity."""


def evaluate(
    design: Design,
    seeds: list[int],
    workers: int | Crew = 1,
    progress: Progress = lambda finished, total: None,
) -> Evaluation:
    """Live through both years in every world, and measure as evaluators do.

    Parameters
    ----------
    design : Design
        The two years.
    seeds : list of int
        One world each; the three runs of a world share it.

    Raises
    ------
    RunError
        If all firms join or none does, so that there are no two groups to compare.
    """
    worlds = run_in_order(_live, [_World(design, seed) for seed in seeds], workers, progress)
    if any(np.isnan(world.utilization).any() for world in worlds):
        raise RunError(
            "evaluator: found no joiners or no others among the firms, allowed both; set a "
            "participation share between 0 and 1"
        )
    before, without, with_brain = np.array([world.utilization for world in worlds]).swapaxes(0, 1)
    change = with_brain - before
    return Evaluation(
        naive=estimate(change[:, 0] / before[:, 0]),
        did=estimate((change[:, 1] - change[:, 2]) / before[:, 1]),
        true=_over(with_brain, without, 0),
        true_joiners=_over(with_brain, without, 1),
        true_others=_over(with_brain, without, 2),
        recovery=_over(without, before, 0),
        joiners_share=float(np.mean([world.joiners_share for world in worlds])),
    )


@dataclass(frozen=True, slots=True)
class _World:
    """What a worker is asked for."""

    design: Design
    seed: int


@dataclass(frozen=True, slots=True)
class _Years:
    """Utilization by year (before, after without the brain, after with it) and group."""

    utilization: Floats
    """(3, 3)"""
    joiners_share: float


def _live(world: _World) -> _Years:
    before, after, seed = world.design.before, world.design.after, world.seed
    cluster = build_cluster(after, seed)
    with_brain = simulate_arm(after, seed, "brain", cluster)
    joins = with_brain.participates
    rows = [
        simulate_arm(before, seed, "baseline", build_cluster(before, seed)),
        simulate_arm(after, seed, "baseline", cluster),
        with_brain,
    ]
    works = [work_of(each) for each in rows]
    utilization = [_by_group(work.good, work.capacity, joins) for work in works]
    capacity = works[2].capacity
    return _Years(np.array(utilization), float(capacity[joins].sum() / capacity.sum()))


def _by_group(good: Floats, capacity: Floats, joins: Bools) -> list[float]:
    """Weighted utilization of all firms, of joiners and of others; nan where there are none."""
    groups = (np.ones(len(joins), bool), joins, ~joins)
    return [
        float(good[group].sum() / capacity[group].sum()) if group.any() else float("nan")
        for group in groups
    ]


def _over(numerator: Floats, denominator: Floats, group: int) -> Estimate:
    return estimate(numerator[:, group] / denominator[:, group] - 1)
