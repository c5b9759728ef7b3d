"""Run a scenario where a person watches: a bar, the page, and what is kept when it stops."""

import os
from typing import TYPE_CHECKING

import typer

from kidswear_brain.errors import WorkerError

if TYPE_CHECKING:
    from kidswear_brain.experiment.compare import FinishedRun, RunRequest

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
    try:
        with cli_screen.replication_bar(Console(stderr=True)) as progress:
            finished = run(request, progress, lambda whole: write_report(whole, language))
    except KeyboardInterrupt as error:
        typer.echo(f"interrupted; {kept if part.exists() else 'nothing was finished'}", err=True)
        raise typer.Exit(INTERRUPTED) from error
    except WorkerError as error:
        raise WorkerError(f"{error}; {kept}" if part.exists() else str(error)) from error
    if finished.shown_again:
        write_report(finished.path, language)
    return finished


def cores() -> int:
    """How many processes this machine runs at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def overriding(overrides: list[str] | None) -> dict[str, object]:
    """Read what ``--set`` says: values by key.

    Raises
    ------
    typer.BadParameter
        For one that is not KEY=VALUE.
    """
    pairs: dict[str, object] = {}
    for text in overrides or ():
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise typer.BadParameter(f"found {text!r}, allowed KEY=VALUE, e.g. demand.load=0.9")
        pairs[key.strip()] = value
    return pairs
