"""Who gains and who loses: firms paired with themselves, without and with the brain.

A replication's firms live through both arms, so that each has its own counterfactual. Over
replications the firms are others, drawn anew; an interval is over worlds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.comparison import Estimate, estimate
from kidswear_brain.results.by_firm import SIZE_CLASSES

KINDS = ("utilization", "profit", "funds")
"""What a firm may gain or lose in."""
TRIFLE = 0.01
"""Utilization that changes by less is no gain and no loss: a point of a hundred."""


@dataclass(frozen=True, slots=True)
class Group:
    """What became of some firms, the mean over replications.

    A group that is empty in one of the worlds has nan.
    """

    by: str
    """``all``, ``size_class``, ``region`` or ``participates``."""
    name: str
    firms: Estimate
    """How many there are."""
    baseline: Estimate
    """Utilization without the brain, weighted by capacity."""
    brain: Estimate
    points: Estimate
    """Their difference."""
    profit: Estimate
    """Change of earned less wages and interest, CNY a firm and measured window."""
    worse: dict[str, Estimate]
    """By kind, the share of firms worse off with the brain."""
    better: dict[str, Estimate]


def pair_firms(path: Path) -> pl.DataFrame:
    """Pair the firms of a run with themselves: one row a firm and replication.

    Parameters
    ----------
    path : Path
        A complete run directory.

    Returns
    -------
    DataFrame
        replication, firm_id, region, workers, size_class, participates, capacity_min, and of each
        kind the values ``KIND_baseline``, ``KIND_brain``: ``utilization``; ``profit``, CNY earned
        less wages and interest on measured days; ``funds``, CNY of closing cash and what is owed
        to it, less its loan and all that owners put in.

    Raises
    ------
    RunError
        If the run keeps no table of firms.
    """
    values = {
        "utilization": pl.col("good_min") / pl.col("capacity_min"),
        "profit": pl.col("earned_cny") - pl.col("wages_cny") - pl.col("interest_cny"),
        "funds": pl.col("closing_cny") + pl.col("owed_cny") - pl.col("loan_cny")
        - pl.col("owners_cny"),
    }  # fmt: skip
    same = ("region", "workers", "size_class", "participates", "capacity_min")
    firms = read_summary(path, "firms").with_columns(**values)
    one, other = (firms.filter(arm=arm) for arm in ("baseline", "brain"))
    key = ["replication", "firm_id"]
    return one.select(*key, *same, *KINDS).join(
        other.select(*key, *KINDS), on=key, validate="1:1", suffix="_brain", maintain_order="left"
    ).rename({kind: f"{kind}_baseline" for kind in KINDS})  # fmt: skip


def read_summary(path: Path, name: str) -> pl.DataFrame:
    """Read a table that runs keep of every replication.

    Raises
    ------
    RunError
        If it is missing, as in runs of older versions, or damaged.
    """
    try:
        return pl.read_parquet(path / f"{name}.parquet")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise RunError(
            f"{path / name}.parquet: missing or damaged; make the run again with --force"
        ) from error


def groups(pairs: pl.DataFrame) -> tuple[Group, ...]:
    """Say what became of all firms, of each size class, each region, and of those who joined."""
    found = [_group(pairs, "all", "all firms", pairs)]
    for by, names in (
        ("size_class", SIZE_CLASSES),
        ("region", pairs["region"].unique(maintain_order=True).to_list()),
        ("participates", [True, False]),
    ):
        for name in names:
            some = pairs.filter(pl.col(by) == name)
            if some.height:
                found.append(_group(pairs, by, str(name), some))
    return tuple(found)


def inequality(pairs: pl.DataFrame) -> dict[str, Estimate]:
    """Gini coefficient of firms' utilization, not weighted: baseline, brain, their difference."""
    each = {
        arm: [_gini(one[f"utilization_{arm}"]) for one in _by_replication(pairs)]
        for arm in ("baseline", "brain")
    }
    change = [b - a for a, b in zip(each["baseline"], each["brain"], strict=True)]
    return {**{arm: estimate(v) for arm, v in each.items()}, "points": estimate(change)}


def _by_replication(pairs: pl.DataFrame) -> Sequence[pl.DataFrame]:
    return pairs.partition_by("replication", maintain_order=True)


def _group(pairs: pl.DataFrame, by: str, name: str, some: pl.DataFrame) -> Group:
    weight = pl.col("capacity_min") / pl.col("capacity_min").sum()
    change = {kind: pl.col(f"{kind}_brain") - pl.col(f"{kind}_baseline") for kind in KINDS}
    trifle = {kind: TRIFLE if kind == "utilization" else 0.0 for kind in KINDS}
    by_world = some.group_by("replication").agg(
        firms=pl.len().cast(pl.Float64),
        baseline=(weight * pl.col("utilization_baseline")).sum(),
        brain=(weight * pl.col("utilization_brain")).sum(),
        profit=change["profit"].mean(),
        **{f"worse_{k}": (change[k] < -trifle[k]).mean() for k in KINDS},
        **{f"better_{k}": (change[k] > trifle[k]).mean() for k in KINDS},
    )
    worlds = pairs.select(pl.col("replication").unique(maintain_order=True))
    table = worlds.join(by_world, on="replication", how="left", maintain_order="left")
    table = table.with_columns(points=pl.col("brain") - pl.col("baseline"))
    found = {
        column: estimate(table[column].fill_null(float("nan")).to_numpy())
        for column in table.columns[1:]
    }
    return Group(
        by=by,
        name=name,
        firms=found["firms"],
        baseline=found["baseline"],
        brain=found["brain"],
        points=found["points"],
        profit=found["profit"],
        worse={kind: found[f"worse_{kind}"] for kind in KINDS},
        better={kind: found[f"better_{kind}"] for kind in KINDS},
    )


def _gini(values: pl.Series) -> float:
    """Half the mean difference over the mean; nan where all are zero."""
    each, n = values.sort(), len(values)
    rank = 2 * pl.int_range(1, n + 1, eager=True) - n - 1
    total = float(each.sum())
    return float((rank * each).sum()) / (n * total) if total else float("nan")
