"""Our brain year against the straightforward build's, in one run, each in a process of its own."""

from typing import Any

from benchmarks import scale
from benchmarks.registry import OURS
from benchmarks.solvers import Clock
from benchmarks.year import WORKER, Process

GROUP = "year"
PEER = "straightforward"
SIZES = (120,)
"""Firms; a tenth of the district, so that the peer ends within minutes."""


def processes(sizes: tuple[int, ...] = (), days: int = scale.YEAR_DAYS) -> list[Process]:
    """Return one duel for each size, of a whole year or of so many days around the autumn peak."""
    return [_process(firms, days) for firms in sizes or SIZES]


def _process(firms: int, days: int) -> Process:
    command = [*WORKER, "duel", str(firms), str(days)]
    return Process(
        name=f"year-duel-{firms}",
        group=GROUP,
        title=f"Brain year of {firms:,} firms against the straightforward build, asked: x20",
        command=[*command, OURS],
        limit_s=None,
        own_clock=True,
        repetitions=1,
        large=True,
        peers=((PEER, [*command, PEER]),),
    )


def simulated(solver: str, firms: int, days: int) -> dict[str, Any]:
    """Simulate the brain's arm by one of the two builds, its random world included in the time."""
    from benchmarks.straightforward.build import Build
    from benchmarks.straightforward.planning import CANDIDATES
    from kidswear_brain.cluster.build import build_cluster
    from kidswear_brain.scenario import load_scenario
    from kidswear_brain.simulation.run import simulate_arm

    scenario = load_scenario("kidswear:wuxing", scale.overrides(firms, days))
    clock = Clock()
    cluster = build_cluster(scenario, 1)
    if solver == OURS:
        rows = simulate_arm(scenario, 1, "brain", cluster)
        lost = int(rows.orders.lost_pieces.sum())
        how = "all firms are candidates, books kept"
    else:
        build = Build(scenario, cluster, "brain")
        build.run()
        lost = sum(order.pieces for order in build.lost)
        how = f"{CANDIDATES} candidates an order, {build.platform.solver_name}, no books"
    wall, cpu = clock.stop()
    part = "whole year" if days == scale.YEAR_DAYS else f"{days} days of the year only"
    kept = 1 - lost / int(cluster.orders.pieces.sum())
    return {
        "status": "done",
        "seconds": wall,
        "cpu_seconds": cpu,
        "note": f"{part}; {how}; {kept:.3f} of all pieces not lost",
    }
