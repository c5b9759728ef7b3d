"""How time and memory grow with the district: sizes, the processes that measure them, the plot."""

import importlib
import math
from pathlib import Path

from benchmarks.results import Results, medians
from benchmarks.year import WORKER, Process

GROUP = "scale"
SIZES = (1200, 3000, 12000, 48000)
YEAR_DAYS = 609
"""Simulated days of a year: 184 of warm-up, 365, 60 of follow-up."""
_BRAIN_MOST = 12000
"""Above this many firms only the baseline runs unless asked for by size."""
_BRAIN_LIMIT_S = 3600.0
"""Stated for a brain year of 12,000 firms."""
ARMS = ("baseline", "brain")


def processes(sizes: tuple[int, ...] = (), days: int = YEAR_DAYS) -> list[Process]:
    """Return one process for each arm and size, orders and suppliers in proportion to the firms.

    Parameters
    ----------
    sizes : numbers of firms; by default those of the project, the brain's up to 12,000.
    days : a whole year, or a stated part of it: so many days around the autumn peak.
    """
    return [
        _process(arm, size, days)
        for arm in ARMS
        for size in sizes or SIZES
        if sizes or arm == "baseline" or size <= _BRAIN_MOST
    ]


def _process(arm: str, firms: int, days: int) -> Process:
    part = "" if days == YEAR_DAYS else f", {days} days of it"
    known = arm == "brain" and firms == _BRAIN_MOST and days == YEAR_DAYS
    return Process(
        name=f"{GROUP}-{arm}-{firms}",
        group=GROUP,
        title=f"{arm} year of {firms:,} firms{part}",
        command=[*WORKER, GROUP, arm, str(firms), str(days)],
        limit_s=_BRAIN_LIMIT_S if known else None,
        own_clock=True,
        repetitions=1,
        large=True,
    )


def overrides(firms: int, days: int) -> dict[str, object]:
    """Scenario keys of a district of so many firms, and of a part of a year."""
    keys: dict[str, object] = {
        "cluster.firms": firms,
        "cluster.brands": 2 * firms,
        "cluster.suppliers": max(firms // 30, 1),
    }
    if days != YEAR_DAYS:
        warm_up = days // 2
        keys |= {
            "calendar.start": "2021-09-15",
            "calendar.warmup_days": warm_up,
            "calendar.days": days - warm_up,
            "calendar.followup_days": 0,
        }
    return keys


def points(results: Results) -> dict[str, list[tuple[int, float, float]]]:
    """Firms, processor seconds and MiB by arm; a process that did not end has no point."""
    found: dict[str, list[tuple[int, float, float]]] = {}
    for one in medians(results.rows):
        group, arm, firms = one.case.split("-")
        if group == GROUP and one.seconds and one.cpu_seconds and one.memory_mib:
            found.setdefault(arm, []).append((int(firms), one.cpu_seconds, one.memory_mib))
    return {arm: sorted(some) for arm, some in found.items()}


def exponent(values: list[tuple[int, float]]) -> float | None:
    """Slope of log time over log firms by least squares; None of fewer than two sizes."""
    if len(values) < 2:
        return None
    x, y = ([math.log(v) for v in column] for column in zip(*values, strict=True))
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)


def draw(results: Results, path: Path) -> None:
    """Draw processor time and memory against the number of firms, both axes logarithmic."""
    # by name: the library may be absent, and then the type checker must not miss it
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "kidswear"
    plt = importlib.import_module("matplotlib.pyplot")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    for arm, some in points(results).items():
        firms, seconds, memory = zip(*some, strict=True)
        slope = exponent([(size, spent) for size, spent, _ in some])
        label = arm if slope is None else f"{arm}: exponent {slope:.2f}"
        left.plot(firms, seconds, "-o", markersize=4, label=label)
        right.plot(firms, memory, "-o", markersize=4, label=arm)
    left.set(ylabel="processor seconds")
    right.set(ylabel="MiB at the peak")
    for axes in (left, right):
        axes.set(xscale="log", yscale="log", xlabel="firms (orders in proportion)")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8, frameon=False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
