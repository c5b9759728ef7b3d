"""Rows of measurements, their file, their medians, and what counts as a slow-down."""

import dataclasses
import json
import math
from pathlib import Path
from statistics import median
from typing import Any

from kidswear_brain.errors import RunError

NOISE = 1.20
"""A median ratio above this, over the same instances, is a slow-down."""
FLOOR_S = 0.005
"""Times below this are not compared: starting a clock costs a share of them."""
OPTIMAL = 1e-7


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One measurement: one solver on one instance, or one process.

    Parameters
    ----------
    case, solver, seed, instance
        What was run; `instance` is the hash of the arrays, empty for a whole process.
    status
        "optimal" (certified to 1e-7), "rough" (an answer whose certificate is worse), "limit",
        "no answer", "not run", "not installed", "failed", or "done" for a process.
    seconds, cpu_seconds, build_seconds
        Wall clock and processor time of solving; stating the model for a peer, apart from it.
    objective, primal_infeasibility, dual_infeasibility, relative_gap
        By our certificate, over all eligible arcs of the uncut instance.
    memory_mib
        Peak above what the process held before, instance included there.
    limit_s
        What the project states as the most; None where nothing is stated.
    """

    case: str
    solver: str
    seed: int
    status: str
    instance: str = ""
    seconds: float | None = None
    cpu_seconds: float | None = None
    build_seconds: float | None = None
    objective: float | None = None
    primal_infeasibility: float | None = None
    dual_infeasibility: float | None = None
    relative_gap: float | None = None
    iterations: int | None = None
    memory_mib: float | None = None
    limit_s: float | None = None
    note: str = ""

    @property
    def certificate(self) -> float | None:
        """The worst of the three figures."""
        figures = (self.primal_infeasibility, self.dual_infeasibility, self.relative_gap)
        known = [figure for figure in figures if figure is not None]
        return max(known) if known else None


@dataclasses.dataclass(frozen=True, slots=True)
class Results:
    """What one call of the harness measured, where and when."""

    name: str
    date: str
    time_limit_s: float
    machine: dict[str, Any]
    rows: tuple[Row, ...]

    @property
    def sound(self) -> bool:
        """Whether ours reached its certificate in every row and no process failed."""
        good = ("optimal", "done")
        return all(
            row.status in good
            for row in self.rows
            if row.solver.startswith("kidswear") or row.status == "failed"
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Median:
    """What the instances of one case and solver have in common.

    `seconds` is None unless all instances were answered; `status` is then the first other one,
    and `cpu_seconds` what was spent all the same.
    `objective_error` is the largest relative difference to ours on the same instance; `ratio` the
    median of processor time over that of our run just before, a lower bound with "limit".
    """

    case: str
    solver: str
    instances: int
    status: str
    seconds: float | None
    cpu_seconds: float | None
    build_seconds: float | None
    iterations: float | None
    memory_mib: float | None
    certificate: float | None
    objective_error: float | None
    ratio: float | None
    limit_s: float | None
    notes: str


def row_of(fields: dict[str, Any], **more: Any) -> Row:
    """Make a row of a worker's answer; one not certified to 1e-7 is no optimum."""
    known = {field.name for field in dataclasses.fields(Row)}
    merged = {key: _finite(value) for key, value in (fields | more).items() if key in known}
    row = Row(**merged)
    if row.status == "optimal" and row.instance:
        certificate = row.certificate
        if certificate is None or certificate > OPTIMAL:
            return dataclasses.replace(row, status="rough")
    return row


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write(results: Results, path: Path) -> None:
    """Write results as JSON, their medians beside them for who reads the file.

    Raises
    ------
    RunError
        If the file cannot be written.
    """
    derived = {"medians": [dataclasses.asdict(one) for one in medians(results.rows)]}
    content = dataclasses.asdict(results) | derived
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}") from error


def read(path: Path) -> Results:
    """Read results back.

    Raises
    ------
    RunError
        If the file cannot be read or holds something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        found.pop("medians", None)
        return Results(**(found | {"rows": tuple(Row(**row) for row in found["rows"])}))
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(f"{path}: found something else than results of kidswear bench") from error


def medians(rows: tuple[Row, ...]) -> list[Median]:
    """One line for each case and solver, in the order in which they first appear."""
    ours = {(row.case, row.instance): row.objective for row in rows if row.solver == "kidswear"}
    groups: dict[tuple[str, str], list[Row]] = {}
    ratios: dict[tuple[str, str], list[float]] = {}
    last: Row | None = None
    for row in rows:
        groups.setdefault((row.case, row.solver), []).append(row)
        if row.solver == "kidswear":
            last = row
        elif last and last.instance == row.instance and last.cpu_seconds and row.cpu_seconds:
            ratio = row.cpu_seconds / last.cpu_seconds
            ratios.setdefault((row.case, row.solver), []).append(ratio)
    return [_median(group, ours, ratios.get(key, [])) for key, group in groups.items()]


def _median(
    rows: list[Row], ours: dict[tuple[str, str], float | None], ratios: list[float]
) -> Median:
    answered = [row for row in rows if row.status in ("optimal", "rough", "done")]
    complete = len(answered) == len(rows)
    status = next((row.status for row in rows if row not in answered), rows[0].status)
    if complete and any(row.status == "rough" for row in rows):
        status = "rough"
    return Median(
        case=rows[0].case,
        solver=rows[0].solver,
        instances=len({(row.instance, row.seed) for row in rows}),
        status=status,
        seconds=_middle([row.seconds for row in rows]) if complete else None,
        cpu_seconds=_middle([row.cpu_seconds for row in rows]),
        build_seconds=_middle([row.build_seconds for row in rows]),
        iterations=_middle([row.iterations for row in rows]),
        memory_mib=_middle([row.memory_mib for row in rows]),
        certificate=max((c for row in rows if (c := row.certificate) is not None), default=None),
        objective_error=_objective_error(answered, ours),
        ratio=_middle(ratios),
        limit_s=rows[0].limit_s,
        notes="; ".join(dict.fromkeys(row.note for row in rows if row.note)),
    )


def _middle(values: list[Any]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return median(known) if known else None


def _objective_error(rows: list[Row], ours: dict[tuple[str, str], float | None]) -> float | None:
    errors = [
        abs(row.objective - right) / max(abs(right), 1e-300)
        for row in rows
        if row.objective is not None and (right := ours.get((row.case, row.instance))) is not None
    ]
    return max(errors, default=None)


def slow_downs(before: Results, after: Results) -> tuple[list[str], list[str]]:
    """Compare two results of the same machine over the instances they share.

    Parameters
    ----------
    before, after : Results
        Old and new.

    Returns
    -------
    list of str, list of str
        One line for each case and solver; and what has become worse: a median ratio of times above
        `NOISE`, a certificate lost, a row that is no longer there.

    Raises
    ------
    RunError
        If the processors differ or no measurement is in both.
    """
    one, other = before.machine.get("processor"), after.machine.get("processor")
    if one != other:
        raise RunError(f"found results of two processors, {one} and {other}: measure on one")
    old, new = _by_instance(before), _by_instance(after)
    shared = {key: (old[key], new[key]) for key in old if key in new}
    if not shared:
        raise RunError("found no case, solver and instance that both files have measured")
    lines, worse = [], []
    for case, solver in dict.fromkeys((case, solver) for case, solver, *_ in shared):
        pairs = [pair for key, pair in shared.items() if key[:2] == (case, solver)]
        line, bad = _compared(f"{case} {solver}", pairs)
        lines.append(line)
        worse += bad
    measured = {row.case for row in after.rows}
    gone = [key for key in old if key[0] in measured and key not in new]
    worse += [f"{case} {solver} {seed}: measured before, not now" for case, solver, seed, _ in gone]
    return lines, worse


def _by_instance(results: Results) -> dict[tuple[str, str, int, str], list[Row]]:
    found: dict[tuple[str, str, int, str], list[Row]] = {}
    for row in results.rows:
        found.setdefault((row.case, row.solver, row.seed, row.instance), []).append(row)
    return found


def _compared(name: str, pairs: list[tuple[list[Row], list[Row]]]) -> tuple[str, list[str]]:
    good = ("optimal", "done")
    lost = [
        f"{name}: was {old[0].status}, is {new[0].status}"
        for old, new in pairs
        if old[0].status in good and new[0].status not in good
    ]
    ratios = []
    for old, new in pairs:
        then, now = _middle([r.seconds for r in old]), _middle([r.seconds for r in new])
        if then is not None and now is not None:
            ratios.append(max(now, FLOOR_S) / max(then, FLOOR_S))
    if not ratios:
        return f"{name}: no times", lost
    ratio = median(ratios)
    line = f"{name}: x{ratio:.2f} over {len(ratios)} instances"
    slow = [f"{line}, above the noise bound x{NOISE:.2f}"] if ratio > NOISE else []
    return line, lost + slow
