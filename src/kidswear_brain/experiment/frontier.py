"""Efficiency and equity: what it costs to guarantee some firms a share of the day's work.

On real days of the simulated brain, what the allocator was asked is asked again under the rule
that a group of firms together gets at least a share of all minutes sewn. The rest stays as it was:
a frontier of one day's plan, not of a year lived under the rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kidswear_brain.allocation import AllocationProblem, allocate
from kidswear_brain.allocation.fairness import MinimumShare, allocate_fairly
from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.columns import Bools, Cluster, Floats, Ints
from kidswear_brain.errors import RunError
from kidswear_brain.experiment.pool import run_tasks
from kidswear_brain.results.by_firm import SIZE_CLASSES, size_class
from kidswear_brain.scenario import Scenario
from kidswear_brain.simulation.run import asked_problems

_OUTSIDE = "outside "
SCHEMA: dict[str, pl.DataType] = {
    "group": pl.String(),
    "day": pl.Int64(),
    "guaranteed_share": pl.Float64(),
    "share": pl.Float64(),
    "capacity_share": pl.Float64(),
    "cost_cny": pl.Float64(),
    "extra_cny": pl.Float64(),
    "demand_min": pl.Float64(),
    "served_min": pl.Float64(),
    "share_price_cny": pl.Float64(),
}
"""One row a group, day and guaranteed share: the share it got, and that of free capacity; cost of
the plan, unmet work priced in; what of it the guarantee costs; standard minutes asked and served;
what one more standard minute for the group would cost."""


@dataclass(frozen=True, slots=True)
class FrontierRequest:
    """Which guarantees are priced, on which days of which world."""

    scenario: Scenario
    seed: int
    days: tuple[int, ...]
    """Days after calendar.start."""
    groups: tuple[str, ...] = (SIZE_CLASSES[0],)
    """Names of size classes or regions, or ``outside REGION`` for all others."""
    shares: tuple[float, ...] = tuple(k / 10 for k in range(11))
    workers: int = 1


def frontier(request: FrontierRequest) -> pl.DataFrame:
    """Price every guarantee on every day; the columns are those of `SCHEMA`.

    Raises
    ------
    RunError
        For a group, day or share that there is not; if nothing was optimized on any of the days.
    SolverError
        If the solver finds no certified optimum.
    """
    cluster = build_cluster(request.scenario, request.seed)
    members = {name: _members(cluster, name) for name in request.groups}
    _check(request)
    problems = asked_problems(request.scenario, cluster, request.days)
    if not problems:
        raise RunError(
            f"days: found {_list(request.days)}, on none of which the platform optimized; choose "
            "working days, and another services.manufacturing.planning than first_come"
        )
    tasks = [
        _Task(name, day, problem, firms, request.shares)
        for name, firms in members.items()
        for day, problem in problems.items()
    ]
    rows: list[tuple[object, ...]] = []
    run_tasks(_priced, tasks, request.workers, rows.extend)
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    place = {name: k for k, name in enumerate(request.groups)}
    turn = pl.col("group").replace_strict(place, return_dtype=pl.Int64)
    return frame.sort(turn, "day", "guaranteed_share")


def over_days(frame: pl.DataFrame) -> pl.DataFrame:
    """Sum a frontier up over its days: one row a group and guaranteed share.

    Columns: group, guaranteed_share, share (of what is sewn), capacity_share, extra_share (extra
    cost over the cost without a guarantee), served_share, share_price_cny (mean over days).
    """
    work = pl.col("served_min")
    return frame.group_by("group", "guaranteed_share", maintain_order=True).agg(
        share=(pl.col("share") * work).sum() / work.sum(),
        capacity_share=pl.col("capacity_share").mean(),
        extra_share=pl.col("extra_cny").sum()
        / (pl.col("cost_cny") - pl.col("extra_cny")).sum(),
        served_share=work.sum() / pl.col("demand_min").sum(),
        share_price_cny=pl.col("share_price_cny").mean(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Task:
    group: str
    day: int
    problem: AllocationProblem
    firms: Bools
    shares: tuple[float, ...]


def _priced(task: _Task) -> list[tuple[object, ...]]:
    """Price one group's guarantees on one day."""
    problem, firms = task.problem, task.firms
    free = allocate(problem)
    sewn = np.bincount(free.firm, free.amount, minlength=firms.size)
    capacity_share = _share(problem.capacity.sum(axis=1), firms)
    rows: list[tuple[object, ...]] = []
    for share in task.shares:
        cost, price, work = free.objective, 0.0, sewn
        if share > _share(sewn, firms):
            fair = allocate_fairly(problem, [MinimumShare(firms, share)])
            cost, price = fair.plan.objective, float(fair.share_price[0])
            work = np.bincount(fair.plan.firm, fair.plan.amount, minlength=firms.size)
        rows.append((
            task.group, task.day, share, _share(work, firms), capacity_share, cost,
            max(cost - free.objective, 0.0), float(problem.demand.sum()), float(work.sum()), price,
        ))  # fmt: skip
    return rows


def _share(work: Floats | Ints, firms: Bools) -> float:
    total = float(work.sum())
    return float(work[firms].sum()) / total if total else 0.0


def _members(cluster: Cluster, name: str) -> Bools:
    """(f,): the firms of a group."""
    if name in SIZE_CLASSES:
        return (size_class(cluster.firms.workers) == name).to_numpy()
    key = name.removeprefix(_OUTSIDE)
    if key not in cluster.regions.key:
        allowed = (*SIZE_CLASSES, *cluster.regions.key)
        raise RunError(
            f"group: found {name!r}, allowed {', '.join(allowed)}, or '{_OUTSIDE}REGION'"
        )
    inside = cluster.firms.region == cluster.regions.key.index(key)
    return np.asarray(~inside if key != name else inside)


def _check(request: FrontierRequest) -> None:
    last = request.scenario.calendar.days - 1
    wrong = [day for day in request.days if not 0 <= day <= last]
    if wrong or not request.days:
        raise RunError(f"days: found {_list(wrong) or 'none'}, allowed 0 to {last}, at least one")
    bad = [share for share in request.shares if not 0 <= share <= 1]
    if bad or not request.shares:
        raise RunError(f"shares: found {_list(bad) or 'none'}, allowed 0 to 1, at least one")


def _list(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
