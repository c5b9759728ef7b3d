"""Simulate a children's-wear industry brain and allocate the capacity of its firms.

Public names are loaded when first used, so that importing the package costs next to nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kidswear_brain.allocation import Allocation, AllocationProblem, allocate, rows_by_type
    from kidswear_brain.errors import (
        AllocationError,
        KidswearError,
        RunError,
        ScenarioError,
        SolverError,
        TableError,
        WorkerError,
    )
    from kidswear_brain.experiment.compare import compare
    from kidswear_brain.experiment.comparison import Comparison, Estimate
    from kidswear_brain.experiment.seeds import replication_seed
    from kidswear_brain.results.result import SimulationResult, simulate
    from kidswear_brain.scenario import Scenario, load_scenario

__all__ = [
    "Allocation",
    "AllocationError",
    "AllocationProblem",
    "Comparison",
    "Estimate",
    "KidswearError",
    "RunError",
    "Scenario",
    "ScenarioError",
    "SimulationResult",
    "SolverError",
    "TableError",
    "WorkerError",
    "allocate",
    "compare",
    "load_scenario",
    "replication_seed",
    "rows_by_type",
    "simulate",
]

_ROOMS = {
    "Allocation": "allocation",
    "AllocationError": "errors",
    "AllocationProblem": "allocation",
    "Comparison": "experiment.comparison",
    "Estimate": "experiment.comparison",
    "KidswearError": "errors",
    "RunError": "errors",
    "Scenario": "scenario",
    "ScenarioError": "errors",
    "SimulationResult": "results.result",
    "SolverError": "errors",
    "TableError": "errors",
    "WorkerError": "errors",
    "allocate": "allocation",
    "compare": "experiment.compare",
    "load_scenario": "scenario",
    "replication_seed": "experiment.seeds",
    "rows_by_type": "allocation",
    "simulate": "results.result",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
