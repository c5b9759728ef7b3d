"""How runs stand against the moments: targets, check, and the held-out rows of MODEL section 8."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from kidswear_brain.cluster.columns import Floats
from kidswear_brain.economics.moments import LIFTED, MOMENTS, Moment
from kidswear_brain.experiment.comparison import Estimate, estimate
from kidswear_brain.experiment.firms_apart import pair_firms
from kidswear_brain.experiment.stored import StoredRun, read_run

ABOUT_60 = (0.55, 0.65)
ABOVE = 0.90
"""What a firm lifted from about 60 % to above 90 % is taken to mean."""


@dataclass(frozen=True, slots=True)
class Row:
    """One moment of one run."""

    moment: Moment
    found: Estimate
    """Over worlds; nan where it could not be measured in one of them."""

    @property
    def holds(self) -> bool:
        """Whether the mean lies in the moment's range."""
        return self.moment.holds(self.found.mean)


def held_against(path: Path) -> tuple[StoredRun, tuple[Row, ...]]:
    """Hold a run against every moment.

    Parameters
    ----------
    path
        A complete run directory.

    Raises
    ------
    RunError
        If no complete run stands there, or its tables are damaged or of an older version.
    """
    run = read_run(path)
    baseline, brain = (dict(run.comparison.measures[arm]) for arm in ("baseline", "brain"))
    brain[LIFTED] = _lifted(path)
    none = np.full(run.comparison.replications, np.nan)
    rows = []
    for moment in MOMENTS:
        known = moment.measure in baseline or moment.measure in brain
        rows.append(Row(moment, estimate(moment.of(baseline, brain) if known else none)))
    return run, tuple(rows)


def _lifted(path: Path) -> Floats:
    """(n,): share of firms lifted, by replication."""
    was, now = pl.col("utilization_baseline"), pl.col("utilization_brain")
    lifted = was.is_between(*ABOUT_60) & (now > ABOVE)
    shares = pair_firms(path).group_by("replication").agg(lifted.mean().alias("share"))
    return shares.sort("replication")["share"].to_numpy()
