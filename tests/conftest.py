"""For all tests: golden figures, no deadline for examples, and kernels compiled only once."""

import os

# Before numpy: a worker on each core already, so more threads of linear algebra would only wait
# for one another (on a busy machine thirty times as long as they work).
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# the first example may compile a kernel, and a busy machine is no failure
settings.register_profile("kidswear", deadline=None)
settings.load_profile("kidswear")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden measures anew; look at the difference before committing it",
    )


MANY = 1000
"""From so many tests on, workers share the compiling of kernels out before they begin."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """On a cold cache let each worker compile other kernels first, and load those of the rest.

    Otherwise all of them compile all, at the same time. On a warm cache this takes half a second.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None and len(session.items) >= MANY:
        parts = (_plan_and_prove, _round_to_lots, _simulate)
        for part in parts if int(worker.removeprefix("gw")) % 2 == 0 else parts[::-1]:
            part()


def _plan_and_prove() -> None:
    from odd_problems import ordinary_day

    from kidswear_brain.allocation import allocate

    allocate(ordinary_day(0, n=20, f=20))


def _round_to_lots() -> None:
    from odd_problems import ordinary_day

    from kidswear_brain.allocation import allocate, whole_lots

    problem = ordinary_day(0, n=20, f=20)
    whole_lots(problem, allocate(problem, method="highs"), minimum_run=2500.0)


def _simulate() -> None:
    from kidswear_brain import load_scenario, simulate

    week = {"calendar.days": 7, "calendar.warmup_days": 7, "calendar.followup_days": 3}
    rule = {"services.manufacturing.planning": "first_come"}  # which asks no solver
    simulate(load_scenario("kidswear:tiny", week | rule), seed=1, arm="brain")
