"""What `kidswear run` says of its precision: replications found, warm-up, control variates."""

from typing import TYPE_CHECKING

from kidswear_brain.cli_tables import screen
from kidswear_brain.errors import RunError

if TYPE_CHECKING:
    from rich.console import Console

    from kidswear_brain.experiment.compare import FinishedRun, RunRequest
    from kidswear_brain.experiment.precision import Precision

AUTO = "auto"
HEADLINES = ("utilization", "procurement_cost_index")
"""Effects shown relative to the baseline."""
CONTRASTS = (
    "utilization",
    "fill_rate",
    "lost_share",
    "procurement_cost_index",
    "pieces_per_worker_day",
    "lead_time_days",
    "tardiness_days",
)
"""Effects shown in their own unit."""


def read_number(
    replications: str | None, precision: str | None, bounds: tuple[int, int]
) -> "tuple[int | None, Precision | None]":
    """Read ``-n`` and ``--precision``: a number (None: the scenario's), or a precision.

    Raises
    ------
    RunError
        If either is wrong, or they do not fit together.
    """
    if replications == AUTO:
        if precision is None:
            raise RunError(
                "-n auto: found no --precision, allowed --precision MEASURE:HALFWIDTH with it, "
                "e.g. utilization:0.005"
            )
        from kidswear_brain.experiment.precision import read_precision

        least, most = bounds
        if least > most:
            raise RunError(f"--least: found {least}, allowed at most --most, which is {most}")
        return None, read_precision(precision, least, most)
    if precision is not None:
        raise RunError(f"--precision: found with -n {replications}, allowed with -n auto")
    if replications is None:
        return None, None
    if not replications.isdecimal() or int(replications) < 1:
        raise RunError(f"--replications: found {replications!r}, allowed auto or 1 or more")
    return int(replications), None


def show(request: "RunRequest", finished: "FinishedRun", control: bool) -> None:
    """Show how precise a run is, as far as that was asked for."""
    console = screen()
    if request.precision is not None:
        _show_precision(console, request, finished)
        _show_warmup(console, request)
    if control:
        _show_control(console, request, finished)


def _show_precision(console: "Console", request: "RunRequest", finished: "FinishedRun") -> None:
    wanted, pair = request.precision, finished.comparison
    if wanted is None:
        return
    half = wanted.reached(pair)
    verdict = "narrow enough" if half <= wanted.half_width else "NOT narrow enough"
    console.print(
        f"{pair.replications} replications (least {wanted.least}, most {wanted.most}): half the "
        f"interval of brain - baseline in {wanted.measure} is {half:.4g}, "
        f"asked {wanted.half_width:g}: {verdict}"
    )


def _show_warmup(console: "Console", request: "RunRequest") -> None:
    from kidswear_brain.experiment.seeds import replication_seed
    from kidswear_brain.experiment.warmup import check_warmup

    for check in check_warmup(request.scenario, replication_seed(request.seed, 1)):
        short = "TOO SHORT by that test, raise calendar.warmup_days"
        verdict = "long enough" if check.long_enough else short
        console.print(
            f"warm-up, {check.arm}: MSER-5 would drop the first {check.dropped_days} days, "
            f"{check.warmup_days} are: {verdict}; twice the warm-up changes utilization by "
            f"{-check.bias * 100:+.3f} pp (replication 1)"
        )


def check_control(replications: int, precision: "Precision | None") -> None:
    """Refuse a control over too few replications before they are simulated."""
    from kidswear_brain.experiment.control import LEAST

    if precision is None and replications < LEAST:
        raise RunError(f"--control: found {replications} replications, allowed {LEAST} or more")


def _show_control(console: "Console", request: "RunRequest", finished: "FinishedRun") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from kidswear_brain.cli_screen import progress_bar
    from kidswear_brain.experiment.control import LEAST, OTHERS, control, unevenness_of_worlds
    from kidswear_brain.results.labels import label

    pair = finished.comparison
    if pair.replications < LEAST:
        console.print(f"--control needs {LEAST} replications or more")
        return
    with progress_bar(Console(stderr=True), "worlds drawn") as progress:
        worlds = unevenness_of_worlds(
            request.scenario, request.seed, pair.replications, request.workers, progress
        )
    if worlds is None:
        console.print("--control needs drawn firms, brands and orders, not own tables")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("brain - baseline")
    for heading in ("as measured", "controlled", "variance"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, points in [
        *((name, False) for name in HEADLINES),
        *((name, True) for name in CONTRASTS),
    ]:
        found = control(pair.effects(name, points), *worlds)
        spreads = (
            f"{e.mean:+.4g} ±{(e.high or e.mean) - e.mean:.2g}"
            for e in (found.plain, found.controlled)
        )
        shown = label(name, "en") + ("" if points else ", relative")
        table.add_row(shown, *spreads, f"{-found.variance_reduction:+.0%}")
    console.print(table)
    console.print(
        "controlled: without what is explained by how unevenly the orders of these\n"
        f"worlds lie on the firms that brands know, held against {OTHERS} worlds only drawn"
    )
