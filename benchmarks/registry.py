"""Cases register themselves here: an instance builder, who solves it, and what it may cost."""

import dataclasses
import hashlib
import importlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kidswear_brain.allocation import AllocationProblem

Builder = Callable[[int], AllocationProblem]

OURS = "kidswear"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure, on several different instances.

    Parameters
    ----------
    name, group, title : str
        ``kidswear bench`` takes the name or the group.
    build : callable
        Seed to instance; the same seed gives the same instance in every process.
    solvers : tuple of str
        Names as in `all_solvers`; ours runs before each other one, so that both see the same
        state of the machine.
    instances : int
        How many seeds, from 1.
    limit_s : float or None
        The most seconds our median may take, as stated by the project; None where nothing is.
    large : bool
        Whether one instance needs gigabytes: then the warm-up call uses a small one.
    """

    name: str
    group: str
    title: str
    build: Builder
    solvers: tuple[str, ...]
    instances: int
    limit_s: float | None
    large: bool


CASES: dict[str, Case] = {}


def case(
    name: str,
    group: str,
    solvers: tuple[str, ...] = (OURS,),
    instances: int = 7,
    limit_s: float | None = None,
    large: bool = False,
) -> Callable[[Builder], Builder]:
    """Register the builder below as a case; the first line of its docstring is the title."""

    def register(build: Builder) -> Builder:
        if name in CASES:
            raise ValueError(f"two benchmark cases are called {name}")
        title = (build.__doc__ or name).splitlines()[0].rstrip(".")
        CASES[name] = Case(name, group, title, build, solvers, instances, limit_s, large)
        return build

    return register


def all_cases() -> dict[str, Case]:
    """All cases by name; imports the modules that register them."""
    for module in ("instances", "real_days"):
        importlib.import_module(f"benchmarks.{module}")
    return CASES


ARRAYS = tuple(
    one.name for one in dataclasses.fields(AllocationProblem) if one.init and one.name != "rows"
)
"""What an instance is given, which lists all firms in each row; the rest is worked out."""


def instance_hash(problem: AllocationProblem) -> str:
    """First 16 hexadecimal digits of the SHA-256 of all arrays and their shapes."""
    digest = hashlib.sha256()
    for name in ARRAYS:
        array: np.ndarray = getattr(problem, name)
        digest.update(f"{name} {array.shape} {array.dtype.str}\n".encode())
        digest.update(array.data if array.size else b"")
    return digest.hexdigest()[:16]
