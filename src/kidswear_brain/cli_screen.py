"""What the commands show: tables of 80 columns, and a progress bar where somebody looks."""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kidswear_brain.experiment.compare import FinishedRun
from kidswear_brain.experiment.comparison import Comparison, Estimate
from kidswear_brain.results.formulas import LOST_CAUSES, SCHEDULED
from kidswear_brain.results.labels import label
from kidswear_brain.scenario import Scenario

PATIENCE_SECONDS = 2.0
SHARES = (
    "load",
    "utilization",
    "utilization_unweighted",
    "utilization_participants",
    "fill_rate",
    "on_time_share",
    "lost_share",
)
AMOUNTS = {
    "procurement_cost_index": 3,
    "pieces_per_worker_day": 2,
    "lead_time_days": 2,
    "tardiness_days": 2,
    "firms_per_order": 2,
}
"""Measures that are no shares, and the decimals they are shown with."""


def show_run(console: Console, scenario: Scenario, run: FinishedRun, language: str) -> None:
    """Show both arms, what the brain changes, the ledger, and where the run directory is."""
    pair = run.comparison

    def word(key: str) -> str:
        return label(key, language)

    facts = (
        f"{scenario.cluster.firms:,} {word('firms')}",
        f"{scenario.calendar.days} {word('days')}",
        f"{word('replications')} {pair.replications}",
        f"{word('seed')} {pair.seed}",
    )
    console.print(scenario.title, style="bold", markup=False, highlight=False)
    console.print(", ".join(facts), highlight=False)
    console.print(_measures_table(pair, word))
    console.print(_ledger_table(pair, word))
    if scenario.adoption.midpoint is not None:
        console.print(_growth_table(pair, word))
    note = "interval_note" if pair.replications > 1 else "single_note"
    console.print(word(note), highlight=False)
    if scenario.experiment.fitted:
        keys = ", ".join(scenario.experiment.fitted)
        console.print(word("fitted_note").format(keys=keys), markup=False, highlight=False)
    again = f" ({word('shown_again')})" if run.shown_again else ""
    console.print(
        f"{word('run_directory')}: {run.path}{again}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@contextmanager
def progress_bar(
    console: Console, what: str = "replications"
) -> Iterator[Callable[[int, int], None]]:
    """Show a bar of what is finished after two seconds; none when nobody looks."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task(what, total=None)
    timer = threading.Timer(PATIENCE_SECONDS, bar.start)
    timer.daemon = True
    if console.is_terminal:
        timer.start()
    try:
        yield lambda finished, total: bar.update(task, completed=finished, total=total)
    finally:
        timer.cancel()
        if timer.is_alive():
            timer.join()
        if bar.live.is_started:
            bar.stop()


def _measures_table(pair: Comparison, word: Callable[[str], str]) -> Table:
    table = _table(word, "measure", "baseline", "brain", "gain", "difference")
    for name in _shown_shares(pair):
        table.add_row(word(name), *_arms(pair, name, 3), _relative(pair, name), _points(pair, name))
    for name, digits in AMOUNTS.items():
        change = _signed(pair.gain(name, points=True), digits)
        table.add_row(word(name), *_arms(pair, name, digits), _relative(pair, name), change)
    return table


def _shown_shares(pair: Comparison) -> list[str]:
    """Headline shares, and under the lost pieces the causes that occurred."""
    lost = [f"lost_share_{cause}" for cause in LOST_CAUSES]
    return [*SHARES, *(name for name in lost if _occurs(pair, name))]


def _ledger_table(pair: Comparison, word: Callable[[str], str]) -> Table:
    table = _table(word, "ledger", "baseline", "brain", "difference")
    for cause in SCHEDULED:
        name = f"ledger_scheduled_{cause}"
        if _occurs(pair, name):
            table.add_row(word(name), *_arms(pair, name, 3), _points(pair, name))
    return table


def _growth_table(pair: Comparison, word: Callable[[str], str]) -> Table:
    """Show month by month who has joined, and utilization in both arms."""
    table = _table(word, "month", "member_firms", "member_brands", "baseline", "brain")
    for name in pair.measures["brain"]:
        if name.startswith("member_firms_"):
            month = name.removeprefix("member_firms_")
            members = (pair.estimate(f"member_{kind}_{month}", "brain").mean
                       for kind in ("firms", "brands"))  # fmt: skip
            joined = (f"{mean:,.0f}" for mean in members)
            table.add_row(month, *joined, *_arms(pair, f"utilization_month_{month}", 3))
    return table


def _table(word: Callable[[str], str], first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(word(first))  # labels may wrap so that no figure is ever cut
    for heading in others:
        table.add_column(word(heading), justify="right", no_wrap=True)
    return table


def _occurs(pair: Comparison, name: str) -> bool:
    return any(values[name].any() for values in pair.measures.values())


def _arms(pair: Comparison, name: str, digits: int) -> tuple[str, str]:
    baseline, brain = (pair.estimate(name, arm) for arm in ("baseline", "brain"))
    return _spread(baseline, digits, ""), _spread(brain, digits, "")


def _relative(pair: Comparison, name: str) -> str:
    return _signed(pair.shown_gain(name), 1, "%", 100)


def _points(pair: Comparison, name: str) -> str:
    return _signed(pair.gain(name, points=True), 1, " pp", 100)


def _signed(estimate: Estimate, digits: int, unit: str = "", factor: float = 1) -> str:
    return _spread(estimate, digits, unit, factor, "+")


def _spread(estimate: Estimate, digits: int, unit: str, factor: float = 1, sign: str = "") -> str:
    """Write a mean and the half-width of its interval: ``+32.1% ±1.7``."""
    if math.isnan(estimate.mean):
        return "-"
    mean = f"{estimate.mean * factor:{sign}.{digits}f}{unit}"
    if estimate.high is None:
        return mean
    half = (estimate.high - estimate.mean) * factor
    return f"{mean} ±{half:.{digits if half < 100 else 0}f}"
