"""Run a scenario where a person watches: a bar, the page, and what is kept when it stops."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kidswear_brain.errors import Problem, RunError, ScenarioError, WorkerError

if TYPE_CHECKING:
    from kidswear_brain.economics.worlds import Worlds
    from kidswear_brain.experiment.compare import FinishedRun, RunRequest
    from kidswear_brain.scenario import Scenario

INTERRUPTED = 130


def run_watched(request: "RunRequest", language: str) -> "FinishedRun":
    """Run into a run directory, with its page in a language; show an identical one again.

    Raises
    ------
    typer.Exit
        130 when the user interrupts.
    WorkerError
        If a worker process dies; the message says what is kept.
    """
    from rich.console import Console

    from kidswear_brain import cli_screen
    from kidswear_brain.experiment.compare import run
    from kidswear_brain.report.page import write_report
    from kidswear_brain.results.directory import part_of

    part = part_of(request.path)
    kept = f"finished replications are kept in {part}; go on with --resume"
    console = Console(stderr=True)
    with kept_when_stopped(part, kept), cli_screen.progress_bar(console) as progress:
        finished = run(request, progress, lambda whole: write_report(whole, language))
    if finished.shown_again:
        write_report(finished.path, language)
    return finished


@contextmanager
def kept_when_stopped(part: Path, kept: str) -> Iterator[None]:
    """Say what is kept in an unfinished directory when the user or a worker's end stops the work.

    Raises
    ------
    typer.Exit
        130 when the user interrupts.
    WorkerError
        With what is kept added to its message.
    """
    try:
        yield
    except KeyboardInterrupt as error:
        typer.echo(f"interrupted; {kept if part.exists() else 'nothing was finished'}", err=True)
        raise typer.Exit(INTERRUPTED) from error
    except WorkerError as error:
        raise WorkerError(f"{error}; {kept}" if part.exists() else str(error)) from error


@contextmanager
def watched_worlds(worlds: "Worlds") -> Iterator["Worlds"]:
    """Give worlds whose workers stay, and that tell a bar how far they are.

    When the work is stopped it is said what is kept.
    """
    from rich.console import Console

    from kidswear_brain.cli_screen import progress_bar
    from kidswear_brain.experiment.pool import lasting_crew

    kept = f"finished work is kept in {worlds.store}; the same command goes on"
    bar = progress_bar(Console(stderr=True), "arms")
    stop, crew = kept_when_stopped(worlds.store, kept), lasting_crew(worlds.workers)
    with stop, bar as progress, crew as workers:
        yield replace(worlds, progress=progress, workers=workers)


def stem_of(scenario: str) -> str:
    """Name what comes of a scenario after its file, or after the shipped scenario."""
    return Path(scenario.removeprefix("kidswear:")).stem


def load_set(scenario: str, settings: list[str] | None) -> "Scenario":
    """Load a scenario with the values of ``--set KEY=VALUE``.

    Raises
    ------
    ScenarioError
        Lists every problem of the settings and of the scenario.
    """
    from kidswear_brain.scenario import load

    if Path(scenario).is_dir():
        raise RunError(
            f"{scenario}: found a directory, allowed a scenario file; of a run, view and compare "
            f"show what came out, and {Path(scenario) / 'scenario.resolved.yaml'} runs it again"
        )
    pairs, problems = read_settings(settings)
    try:
        loaded = load(scenario, pairs)
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems]) from error
    if problems:
        raise ScenarioError(problems)
    if loaded.empty:
        typer.echo(f"warning: {scenario} sets nothing: this is the default district", err=True)
    return loaded.scenario


def read_settings(settings: list[str] | None) -> tuple[dict[str, object], list[Problem]]:
    """Read ``KEY=VALUE`` texts: the values by key, and a problem for each that is none."""
    pairs: dict[str, object] = {}
    problems = []
    for text in settings or ():
        key, equals, value = text.partition("=")
        if key.strip() and equals:
            pairs[key.strip()] = value
        else:
            allowed = "KEY=VALUE, e.g. demand.load=0.9"
            problems.append(
                Problem(file="--set", found=repr(text), allowed=allowed, advice="write it so")
            )
    return pairs, problems


def cores() -> int:
    """How many processes this machine runs at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
