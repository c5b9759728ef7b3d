"""The command line: parse, call one function, show, exit with the code that says how it went.

0 done; 2 wrong usage or input; 3 a solver could not answer; 130 interrupted; 1 anything else.
Rooms are imported inside the commands: ``--help`` must not wait for compilers and tables.
"""

import functools
import json
import os
import traceback
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain import __version__, cli_precision
from kidswear_brain.cli_allocate import allocate
from kidswear_brain.cli_attribute import attribute
from kidswear_brain.cli_audit import audit
from kidswear_brain.cli_bench import bench
from kidswear_brain.cli_calibrate import calibrate
from kidswear_brain.cli_compare import compare
from kidswear_brain.cli_firms import firms, waterfall
from kidswear_brain.cli_fit import learning
from kidswear_brain.cli_frontier import frontier
from kidswear_brain.cli_moments import moments
from kidswear_brain.cli_options import (
    AsJson,
    Debug,
    Lang,
    Language,
    Overrides,
    ScenarioPath,
    Seed,
    Workers,
)
from kidswear_brain.cli_posterior import posterior
from kidswear_brain.cli_query import query
from kidswear_brain.cli_running import cores, load_set, read_settings, run_watched, stem_of
from kidswear_brain.cli_runs import runs, view
from kidswear_brain.cli_sensitivity import owed_to_assumptions, sensitivity
from kidswear_brain.cli_sweep import sweep
from kidswear_brain.cli_tables import screen
from kidswear_brain.cli_trace import record, verify
from kidswear_brain.errors import KidswearError, RunError, SolverError, WorkerError

if TYPE_CHECKING:
    from kidswear_brain.experiment.compare import FinishedRun, RunRequest

OTHER, USAGE, NO_ANSWER = 1, 2, 3
EXTRAS = {"optimagic": "economics", "SALib": "economics", "sklearn": "economics"}
"""Which extra installs a library that only some commands need."""

app = typer.Typer(
    help="Simulate a children's-wear industry brain and allocate the capacity of its firms.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Tables(StrEnum):
    """Whose tables a run keeps."""

    all = "all"
    first = "first"
    none = "none"


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Turn what a command raises into a message and the exit code that belongs to it."""

    @functools.wraps(command)
    def guard(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if kwargs.get("debug"):
                traceback.print_exc()
            elif isinstance(error, KidswearError):
                typer.echo(str(error), err=True)
            elif (extra := _missing(error)) is not None:
                advice = f"pip install 'kidswear-brain[{extra}]'"
                typer.echo(f"this command needs what is not installed; {advice}", err=True)
            else:
                text = f"{type(error).__name__}: {error} (--debug shows where)"
                typer.echo(text, err=True)
            raise typer.Exit(_exit_code(error)) from error

    return guard


def _missing(error: Exception) -> str | None:
    """Name the extra that would install what could not be imported."""
    if not isinstance(error, ModuleNotFoundError):
        return None
    return EXTRAS.get((error.name or "").partition(".")[0])


def _exit_code(error: Exception) -> int:
    if isinstance(error, SolverError):
        return NO_ANSWER
    if _missing(error):
        return USAGE
    mendable = isinstance(error, KidswearError) and not isinstance(error, WorkerError)
    return USAGE if mendable else OTHER


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kidswear-brain {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that stand before every command."""


@app.command()
@guarded
def run(
    scenario: ScenarioPath,
    replications: Annotated[
        str | None,
        typer.Option(
            "-n",
            "--replications",
            metavar="INTEGER|auto",
            help="Random worlds; default: the scenario's. auto: as --precision needs.",
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURE:HALFWIDTH",
            help="With -n auto: stop when half the interval of brain - baseline is that narrow.",
        ),
    ] = None,
    least: Annotated[int, typer.Option(min=2, help="With -n auto: replications at least.")] = 5,
    most: Annotated[int, typer.Option(min=2, help="With -n auto: replications at most.")] = 64,
    control: Annotated[
        bool,
        typer.Option("--control", help="Also show effects without the luck of these worlds."),
    ] = False,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/NAME-HASH8.")
    ] = None,
    overrides: Overrides = None,
    as_json: AsJson = False,
    tables: Annotated[
        Tables, typer.Option(help="Tables of all replications, the first one, or none.")
    ] = Tables.first,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a run in the way.")] = False,
    lang: Lang = Language.en,
    debug: Debug = False,
) -> None:
    """Simulate a year without and with the brain, and compare: the main job."""
    from kidswear_brain.experiment.compare import RunRequest
    from kidswear_brain.scenario import scenario_warnings

    number, wanted = cli_precision.read_number(replications, precision, (least, most))
    loaded = load_set(scenario, overrides)
    if control:
        cli_precision.check_control(number or loaded.experiment.replications, wanted)
    for warning in scenario_warnings(loaded):
        typer.echo(f"warning: {warning}", err=True)
    request = RunRequest(
        loaded,
        number or loaded.experiment.replications,
        loaded.experiment.seed if seed is None else seed,
        workers or cores(),
        tables.value,
        out,
        stem_of(scenario),
        resume,
        force,
        wanted,
    )
    finished = run_watched(request, lang.value)
    _show(request, finished, as_json, lang.value)
    if not as_json:
        cli_precision.show(request, finished, control)


@app.command()
@guarded
def check(
    scenario: ScenarioPath,
    overrides: Overrides = None,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Print the merged scenario, complete.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Value, unit, source and prior; who set it where."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Validate a scenario; show it merged, or where one of its values comes from."""
    from kidswear_brain import scenario as room

    loaded = load_set(scenario, overrides)
    if resolved:
        typer.echo(room.resolved_yaml(loaded, copies=False), nl=False)
    if explain is not None:
        typer.echo(room.explain(scenario, explain, read_settings(overrides)[0]))
    if not resolved and explain is None:
        typer.echo(
            f"{loaded.title}: valid; {loaded.cluster.firms:,} firms, {loaded.cluster.brands:,} "
            f"brands, {loaded.calendar.days} days, hash {room.scenario_hash(loaded)[:8]}"
        )
    for warning in room.scenario_warnings(loaded):
        typer.echo(f"warning: {warning}", err=True)


@app.command()
@guarded
def schema(debug: Debug = False) -> None:
    """Print the JSON Schema of scenarios, for editors that complete and check YAML."""
    from kidswear_brain.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
@guarded
def init(
    file: Annotated[Path, typer.Argument(help="The file to write; - prints it.")] = Path(
        "scenario.yaml"
    ),
    debug: Debug = False,
) -> None:
    """Write a starter scenario with comments."""
    from kidswear_brain.scenario import init_text

    if str(file) == "-":
        typer.echo(init_text(), nl=False)
        return
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(init_text())
    except FileExistsError as error:
        raise RunError(f"{file}: exists already; give another name") from error
    except OSError as error:
        raise RunError(f"{file}: cannot be written: {error.strerror}") from error
    typer.echo(f"{file} written; next: kidswear check {file}, then kidswear run {file}")


app.command()(guarded(allocate))
app.command()(guarded(attribute))
app.command()(guarded(audit))
app.command()(guarded(bench))
app.command()(guarded(calibrate))
app.command()(guarded(compare))
app.command()(guarded(firms))
app.command()(guarded(frontier))
app.command()(guarded(moments))
app.command()(guarded(posterior))
app.command()(guarded(query))
app.command()(guarded(runs))
app.command()(guarded(sensitivity))
app.command()(guarded(sweep))
app.command()(guarded(view))
app.command()(guarded(waterfall))

fit = typer.Typer(help="Turn a plant's own data into lines of a scenario.", no_args_is_help=True)
fit.command()(guarded(learning))
app.add_typer(fit, name="fit")

trace = typer.Typer(help="Golden traces of small scenarios.", no_args_is_help=True)
trace.command()(guarded(record))
trace.command()(guarded(verify))
app.add_typer(trace, name="trace")


def main() -> None:
    """Run the command line."""
    # Replications in this process count as those in workers do: one thread of linear algebra.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    app()


def _show(request: "RunRequest", finished: "FinishedRun", as_json: bool, language: str) -> None:
    from kidswear_brain import cli_screen
    from kidswear_brain.experiment.summary import summary
    from kidswear_brain.scenario import scenario_hash

    if as_json:
        typer.echo(json.dumps(summary(request, finished), indent=2, ensure_ascii=False))
    else:
        cli_screen.show_run(screen(), request.scenario, finished, language)
        digest = scenario_hash(request.scenario)
        if owed := owed_to_assumptions(finished.path.parent, digest, language):
            typer.echo(owed)
