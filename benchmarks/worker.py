"""One process, one measurement: ``python -m benchmarks.worker solve CASE SEED SOLVER LIMIT``.

Prints one JSON object. Also ``year ARM``: one arm of ``wuxing.yaml`` in this process;
``scale ARM FIRMS DAYS``: the same for a district of another size; ``duel FIRMS DAYS SOLVER``: its
brain's arm by us or by the straightforward build; and ``first``: the time from the start of the
process to the first solved instance. ``sweep``, ``efficiency`` and ``parent`` stand in
`benchmarks.sweeps`.
"""

import contextlib
import ctypes
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import duel, scale, sweeps
from benchmarks.registry import Case, all_cases, instance_hash


def main(arguments: list[str]) -> dict[str, Any]:
    """Do what the arguments say and return what is to be printed."""
    if arguments[0] in sweeps.MEASURED:
        return sweeps.MEASURED[arguments[0]](*map(int, arguments[1:]))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if arguments[0] == "solve":
        name, seed, solver, limit_s = arguments[1:]
        return solve(all_cases()[name], int(seed), solver, float(limit_s))
    if arguments[0] == "year":
        return year(arguments[1])
    if arguments[0] == "scale":
        arm, firms, days = arguments[1:]
        return year(arm, scale.overrides(int(firms), int(days)))
    if arguments[0] == "duel":
        firms, days, solver = arguments[1:]
        return duelled(solver, int(firms), int(days))
    return first()


def solve(case: Case, seed: int, solver: str, limit_s: float) -> dict[str, Any]:
    """Warm up, build the instance, solve it, and certify what came out over all its arcs."""
    from benchmarks.solvers import NotRunError, all_solvers
    from kidswear_brain.allocation import certify
    from kidswear_brain.allocation.certificate import objective

    answer_of = all_solvers()[solver]
    ours = solver.startswith("kidswear")
    small = all_cases()["smoke"].build(0)
    problem = case.build(seed)
    row: dict[str, Any] = {"instance": instance_hash(problem)}
    try:
        # A peer for other kinds of instances only has no warm-up here.
        with contextlib.suppress(NotRunError):
            answer_of(small, limit_s)
        if ours and not case.large:
            answer_of(case.build(seed + 1), limit_s)
        before = _reset_peak()
        solved = answer_of(problem, limit_s)
    except ImportError as error:
        return row | {"status": "not installed", "note": str(error)}
    except NotRunError as error:
        return row | {"status": "not run", "note": str(error)}
    row |= {
        "seconds": solved.seconds,
        "cpu_seconds": solved.cpu_seconds,
        "build_seconds": solved.build_s,
        "memory_mib": _peak_above(before),
        "iterations": solved.iterations,
        "note": "; ".join(filter(None, (solved.note, _drift(case.name, row["instance"])))),
    }
    if solved.raw is None:
        over = solved.seconds >= 0.95 * limit_s
        return row | {"status": "limit" if over else "no answer"}
    found = certify(problem, solved.raw)
    return row | {
        "status": solved.raw.status,
        "objective": objective(problem, solved.raw),
        "primal_infeasibility": found.primal_infeasibility,
        "dual_infeasibility": found.dual_infeasibility,
        "relative_gap": found.relative_gap,
    }


def _drift(name: str, instance: str) -> str:
    """Say when an instance that is simulated anew is no longer the recorded one."""
    from benchmarks.real_days import recorded_hashes

    recorded = recorded_hashes().get(name, instance)
    return (
        "" if recorded == instance else f"not the recorded instance {recorded}: the model changed"
    )


def year(arm: str, overrides: dict[str, object] | None = None) -> dict[str, Any]:
    """Simulate one arm of the default district, compiled code loaded beforehand."""
    from kidswear_brain.scenario import load_scenario
    from kidswear_brain.simulation.run import simulate_arm

    simulate_arm(load_scenario("kidswear:tiny"), 1, arm)
    scenario = load_scenario("kidswear:wuxing", overrides)
    before = _reset_peak()
    begin, cpu = time.perf_counter(), time.process_time()
    simulate_arm(scenario, 1, arm)
    return {
        "status": "done",
        "seconds": time.perf_counter() - begin,
        "cpu_seconds": time.process_time() - cpu,
        "memory_mib": _peak_above(before),
    }


def duelled(solver: str, firms: int, days: int) -> dict[str, Any]:
    """Simulate a brain year by our build or the peer's, compiled code loaded beforehand."""
    from kidswear_brain.scenario import load_scenario
    from kidswear_brain.simulation.run import simulate_arm

    simulate_arm(load_scenario("kidswear:tiny"), 1, "brain")
    before = _reset_peak()
    answer = duel.simulated(solver, firms, days)
    return answer | {"memory_mib": _peak_above(before)}


def first() -> dict[str, Any]:
    """Time from the start of this process until the first answer, the instance not counted."""
    from benchmarks.instances import Market, build
    from kidswear_brain.allocation import allocate

    begin = time.perf_counter()
    problem = build(Market(370), 1)
    built = time.perf_counter() - begin
    begun = float(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    status = allocate(problem).status
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - begun / os.sysconf("SC_CLK_TCK")
    return {"status": status, "seconds": age - built, "cpu_seconds": time.process_time()}


def _reset_peak() -> float | None:
    """Forget the largest memory so far; returns what is used now, MiB, where Linux tells."""
    # What earlier calls freed must go back first, or it would hide what the next one takes.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    try:
        Path("/proc/self/clear_refs").write_text("5")
        return _status_mib("VmRSS")
    except OSError:
        return None


def _peak_above(before: float | None) -> float | None:
    """MiB used above `before` at the most, a started process included.

    A child counts only if it grew larger than this process, whose size it inherits at its birth.
    """
    if before is None:
        return None
    peak = _status_mib("VmHWM")
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return peak - before + (children if children > 1.05 * peak else 0.0)


def _status_mib(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name + ":"))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
