"""The harness lies beside the package, not in it: tests find it from the top folder."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))


@pytest.fixture
def make_row():
    from benchmarks.results import Row

    def make(**changes):
        usual = {
            "case": "n-370", "solver": "kidswear", "seed": 1, "status": "optimal",
            "instance": "aa", "seconds": 0.1, "cpu_seconds": 0.09, "objective": 100.0,
            "primal_infeasibility": 1e-15, "dual_infeasibility": 0.0, "relative_gap": 1e-14,
        }  # fmt: skip
        return Row(**(usual | changes))

    return make


@pytest.fixture
def make_results():
    from benchmarks.results import Results

    def make(*rows, **changes):
        machine = {
            "processor": "P", "cores": 2, "system": "S", "commit": "c", "load_before": 0.1,
            "load_after": 1.0, "versions": {"python": "3.11"},
        }  # fmt: skip
        limit = changes.pop("time_limit_s", 300.0)
        name = changes.pop("name", "speed")
        return Results(name, "2026-01-01 00:00 UTC", limit, machine | changes, rows)

    return make
