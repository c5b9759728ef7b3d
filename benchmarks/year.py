"""The speed table of the design: whole processes, and years of the simulation."""

import sys
from dataclasses import dataclass

_KIDSWEAR = (sys.executable, "-m", "kidswear_brain")
WORKER = (sys.executable, "-m", "benchmarks.worker")
_PATIENCE_S = 6 * 3600.0
"""Of processes of which nothing is stated."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process to be timed.

    Parameters
    ----------
    name, group, title : str
        As in a case.
    command : list of str
        What is started; ``{folder}`` becomes a folder that goes with the process.
    limit_s : float or None
        As stated by the project; None where nothing is.
    own_clock : bool
        Whether the process says itself what counts; else it is timed from outside, as a user
        would.
    repetitions, warm_up : int
        How often; the first `warm_up` ones compile and are not counted.
    pinned : bool
        Whether it is kept to one thread.
    large : bool
        Whether it takes minutes.
    peers : tuple
        Name and command of what does the same otherwise, run after it each time.
    """

    name: str
    group: str
    title: str
    command: list[str]
    limit_s: float | None
    own_clock: bool = False
    repetitions: int = 3
    warm_up: int = 0
    pinned: bool = True
    large: bool = False
    peers: tuple[tuple[str, list[str]], ...] = ()

    @property
    def patience_s(self) -> float:
        """Seconds after which the process is ended."""
        return _PATIENCE_S if self.limit_s is None else 120 + 20 * self.limit_s


def _run(*more: str) -> list[str]:
    return [*_KIDSWEAR, "run", *more, "--out", "{folder}/run"]


PROCESSES: dict[str, Process] = {
    process.name: process
    for process in (
        Process("help", "year", "`kidswear --help`", [*_KIDSWEAR, "--help"], 0.4, False, 7, 1),
        Process(
            "first-answer",
            "year",
            "A second process, from its start to the first optimum of 370 orders",
            [*WORKER, "first"],
            1.5,
            True,
            5,
            1,
        ),
        Process(
            "run-tiny", "year", "`kidswear run tiny.yaml`", _run("kidswear:tiny"), 3, False, 3, 1
        ),
        Process(
            "year-baseline",
            "year",
            "Baseline year of `wuxing.yaml`",
            [*WORKER, "year", "baseline"],
            5,
            True,
        ),
        Process(
            "year-brain",
            "year",
            "Brain year of `wuxing.yaml`, daily exact epochs over all firms",
            [*WORKER, "year", "brain"],
            20,
            True,
            1,
            large=True,
        ),
        Process(
            "main-job",
            "main-job",
            "`kidswear run wuxing.yaml`, 4 replications, 2 cores",
            _run("kidswear:wuxing", "--workers", "2", "-n", "4"),
            240,
            False,
            1,
            large=True,
            pinned=False,
        ),
        Process(
            "sweep-320",
            "sweep",
            "32 cells x 10 replications of a tenth of `wuxing.yaml`, both arms, 2 cores",
            [*WORKER, "sweep", "2", "32", "10"],
            600,
            True,
            1,
            large=True,
            pinned=False,
        ),
        Process(
            "sweep-efficiency",
            "sweep",
            "8 cells x 4 replications on 1 and on 2 cores; the note tells the efficiency",
            [*WORKER, "efficiency", "8", "4"],
            None,
            True,
            1,
            large=True,
            pinned=False,
        ),
        *(
            Process(
                f"sweep-parent-{cells}",
                "sweep",
                f"Memory of the parent of {cells:,} cells",
                [*WORKER, "parent", str(cells)],
                None,
                True,
                1,
                large=True,
                pinned=False,
            )
            for cells in (100, 2_000)
        ),
    )
}
