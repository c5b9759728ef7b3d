"""A finished run of the hand-made arm: three replications, the brain doubling the work done."""

import dataclasses

import numpy as np
import polars as pl
import pytest

from kidswear_brain.experiment.comparison import Comparison
from kidswear_brain.experiment.stored import StoredRun
from kidswear_brain.results.measures import measure
from kidswear_brain.results.tables import build_table
from kidswear_brain.scenario import Scenario, scenario_hash

FACTORS = {"baseline": (0.9, 1.0, 1.1), "brain": (1.9, 2.0, 2.1)}


@pytest.fixture
def stored(rows_factory, tmp_path):
    def make(title="A small district", factors=FACTORS):
        measures, tables = {}, {"firms": [], "ledger": []}
        for arm, each in factors.items():
            values = []
            for number, factor in enumerate(each, 1):
                rows = rows_factory(measured=365)
                rows.good_min[:] *= factor
                values.append(measure(rows))
                for name, frames in tables.items():
                    front = (pl.lit(arm).alias("arm"), pl.lit(number).alias("replication"))
                    frames.append(build_table(rows, name).select(*front, pl.all()))
            measures[arm] = {name: np.array([v[name] for v in values]) for name in values[0]}
        for name, frames in tables.items():
            pl.concat(frames).write_parquet(tmp_path / f"{name}.parquet")
        scenario = Scenario(title=title)
        n = len(factors["brain"])
        manifest = {
            "hash": scenario_hash(scenario),
            "seed": 7,
            "code": "c0de" * 16,
            "version": "0.1.0",
            "python": "3.11.0",
            "libraries": {"numpy": "2.2.0"},
            "replication_seeds": [10**18 + r for r in range(n)],
            "timings": {"started": "2026-01-02T03:04:05+00:00"},
        }
        comparison = Comparison(manifest["hash"], manifest["seed"], measures)
        return StoredRun(tmp_path, manifest, scenario, comparison)

    return make


@pytest.fixture
def changed():
    """The same run, some of its measures replaced, by arm."""

    def make(run, **values):
        measures = {
            arm: {**both, **{k: np.array(v[place]) for k, v in values.items()}}
            for place, (arm, both) in enumerate(run.comparison.measures.items())
        }
        comparison = dataclasses.replace(run.comparison, measures=measures)
        return dataclasses.replace(run, comparison=comparison)

    return make
