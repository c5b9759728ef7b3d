"""The commands `kidswear runs` and `kidswear view`: what has been run, and its page."""

import json
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kidswear_brain.experiment.stored import StoredRun

FOLDER = Path("runs")


class ReportLanguage(StrEnum):
    """Languages of the page."""

    en = "en"
    zh = "zh"


def find_run(name: str) -> Path:
    """Find a run directory by its path, or by its name among the runs."""
    path = Path(name)
    return FOLDER / name if not path.exists() and (FOLDER / name).exists() else path


def runs(
    folder: Annotated[Path, typer.Argument(help="Where to look.")] = FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """List the runs there are: what was run, and what came out."""
    from kidswear_brain.errors import KidswearError
    from kidswear_brain.experiment.stored import read_run, stored_runs, unfinished_runs

    listed = []
    for path in stored_runs(folder):
        try:
            listed.append(read_run(path))
        except KidswearError as error:  # one run of an older version must not hide the others
            typer.echo(f"warning: {path}: cannot be read: {error}", err=True)
    unfinished = [path.name for path in unfinished_runs(folder)]
    if as_json:
        rows = [_summary(run) for run in listed]
        typer.echo(json.dumps({"runs": rows, "unfinished": unfinished}, ensure_ascii=False))
        return
    if listed:
        _show(listed)
    elif not unfinished:
        typer.echo(f"no runs in {folder}; kidswear run kidswear:tiny makes one")
    for name in unfinished:
        typer.echo(f"{name}: unfinished; the same run with --resume goes on")


def view(
    run: Annotated[str, typer.Argument(help="Run directory, or its name in runs/.")],
    lang: Annotated[
        ReportLanguage | None, typer.Option(help="Write the report anew in this language.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Open the report of a run in the browser; print where it is when there is none."""
    from kidswear_brain.report.page import REPORT, write_report

    path = find_run(run)
    report = path / REPORT
    if lang is not None or not report.is_file():
        report = write_report(path, lang.value if lang else "en")
    if not webbrowser.open(report.resolve().as_uri()):
        typer.echo(str(report))


def _summary(run: "StoredRun") -> dict[str, object]:
    from kidswear_brain.experiment.summary import plain_estimate

    pair = run.comparison
    return {
        "run": run.path.name,
        "title": run.scenario.title,
        "hash": run.manifest["hash"],
        "seed": pair.seed,
        "replications": pair.replications,
        "utilization": {
            arm: plain_estimate(pair.estimate("utilization", arm)) for arm in ("baseline", "brain")
        },
        "gain": plain_estimate(pair.gain("utilization")),
    }


def _show(listed: "list[StoredRun]") -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("run", overflow="fold")
    table.add_column("title", overflow="fold")
    for heading in ("n", "seed", "utilization", "gain"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run in listed:
        pair = run.comparison
        one, two = (pair.estimate("utilization", arm).mean for arm in ("baseline", "brain"))
        table.add_row(
            escape(run.path.name),
            escape(run.scenario.title),
            str(pair.replications),
            str(pair.seed),
            f"{one:.3f} → {two:.3f}",
            f"{pair.gain('utilization').mean * 100:+.1f}%",
        )
    Console().print(table)
