"""The ledger waterfall: from utilization without the brain to that with it, cause by cause.

Accounting, not cause and effect. Every scheduled minute of a line is worth posts x plateau
efficiency standard minutes (`plateau_min` of the table ``ledger``); its cause says whether they
were made. So, summed over lines and measured days,

    good = scheduled - (all causes but producing) - rejected,

exactly, where `scheduled` counts overtime and `rejected` is what producing minutes are worth less
good minutes: rejects, and rounding to whole minutes. Divided by sustainable capacity, the same in
both arms, the changes of the terms sum to the change of utilization. A group of firms takes its own
terms over the capacity of all, so that groups sum to the whole.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from kidswear_brain.experiment.comparison import Estimate, estimate
from kidswear_brain.experiment.firms_apart import read_summary
from kidswear_brain.results.formulas import SCHEDULED

STEPS = ("scheduled", *(cause for cause in SCHEDULED if cause != "producing"), "rejected")
"""Terms of the waterfall: scheduled minutes (overtime), what each cause takes, rejects."""
GROUPINGS = ("region", "size_class")


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The steps of some firms, in points of the utilization of all."""

    by: str
    """``all``, ``region`` or ``size_class``."""
    name: str
    baseline: Estimate
    """Good minutes without the brain over the capacity of all firms."""
    steps: dict[str, Estimate]
    """By term of `STEPS`, what its change adds to the brain's utilization."""
    brain: Estimate


def waterfalls(path: Path) -> tuple[Waterfall, ...]:
    """Draw up the waterfall of all firms of a run, of each region and of each size class.

    Raises
    ------
    RunError
        If the run keeps no table of firms or of their ledger.
    """
    table = _terms(path)
    worlds = sorted(table["replication"].unique().to_list())
    found = [_waterfall("all", "all firms", table, worlds)]
    for by in GROUPINGS:
        names = table[by].unique(maintain_order=True).to_list()
        found += [_waterfall(by, n, table.filter(pl.col(by) == n), worlds) for n in names]
    return tuple(found)


def _terms(path: Path) -> pl.DataFrame:
    """Add up, one row a replication, region, size class and term, over the capacity of all firms.

    Columns baseline, brain: the term as it adds to utilization, so that causes are negative.
    """
    firms, ledger = read_summary(path, "firms"), read_summary(path, "ledger")
    place = ["arm", "replication"]
    ledger = ledger.filter(pl.col("cause").is_in(SCHEDULED))
    worked = ledger.select(*place, "firm_id", term="cause", value=-pl.col("plateau_min"))
    kinds = [
        worked.filter(pl.col("term") != "producing"),
        worked.with_columns(term=pl.lit("scheduled"), value=-pl.col("value")),
        worked.filter(term="producing").with_columns(term=pl.lit("rejected")),
        firms.select(*place, "firm_id", term=pl.lit("rejected"), value="good_min"),
        firms.select(*place, "firm_id", term=pl.lit("good"), value="good_min"),
    ]
    capacity = firms.group_by(place).agg(capacity=pl.col("capacity_min").sum())
    named = firms.select(*place, "firm_id", *GROUPINGS)
    return (
        pl.concat(kinds)
        .join(named, on=[*place, "firm_id"])
        .join(capacity, on=place)
        .group_by("arm", "replication", *GROUPINGS, "term", maintain_order=True)
        .agg(value=(pl.col("value") / pl.col("capacity")).sum())
        .pivot("arm", index=["replication", *GROUPINGS, "term"], values="value")
        .with_columns(pl.col("baseline", "brain").fill_null(0.0))
    )


def _waterfall(by: str, name: str, table: pl.DataFrame, worlds: list[int]) -> Waterfall:
    def over_worlds(term: str, value: pl.Expr) -> Estimate:
        sums = dict(table.filter(term=term).group_by("replication").agg(value.sum()).rows())
        return estimate(np.array([sums.get(world, 0.0) for world in worlds]))

    change = pl.col("brain") - pl.col("baseline")
    return Waterfall(
        by,
        name,
        over_worlds("good", pl.col("baseline")),
        {term: over_worlds(term, change) for term in STEPS},
        over_worlds("good", pl.col("brain")),
    )
