"""The commands under `kidswear fit`: a plant's own data into lines of a scenario."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import AsJson, Debug
from kidswear_brain.cli_tables import screen, sheet

if TYPE_CHECKING:
    from kidswear_brain.economics.learning import Interval, LearningFit


class Changes(StrEnum):
    """What counts as a style change."""

    every = "every"
    beyond = "beyond"
    unmixed = "unmixed"


def _header(what: str) -> Any:
    return typer.Option(metavar="HEADER", help=f"{what}; default: guessed by name, and said.")


def learning(  # noqa: PLR0913 - one parameter an option
    table: Annotated[
        Path,
        typer.Argument(metavar="TABLE", help="CSV, Parquet or XLSX: one row a line and day."),
    ],
    line: Annotated[str | None, _header("Column of the sewing line or team")] = None,
    date: Annotated[str | None, _header("Column of the day")] = None,
    productivity: Annotated[str | None, _header("Column of productivity, in any unit")] = None,
    style: Annotated[str | None, _header("Column of the style")] = None,
    smv: Annotated[str | None, _header("Column of standard minutes a piece")] = None,
    target: Annotated[str | None, _header("Column of the day's target")] = None,
    department: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Rows to keep; default: what sounds like sewing."),
    ] = None,
    changes: Annotated[
        Changes,
        typer.Option(
            help="A style change is every other style or standard minutes; a change of standard "
            "minutes beyond 5 %; or every one but days on which two styles were mixed."
        ),
    ] = Changes.every,
    draws: Annotated[int, typer.Option(min=100, help="Bootstrap samples of lines.")] = 1000,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Fit how fast lines learn a new style, from a plant's productivity table."""
    from kidswear_brain.economics.learning import DEFINITIONS, fit_learning
    from kidswear_brain.economics.plant_table import read_plant_days

    given = {
        "line": line,
        "date": date,
        "productivity": productivity,
        "style": style,
        "smv": smv,
        "target": target,
    }
    named = {role: header for role, header in given.items() if header is not None}
    days = read_plant_days(table, named, department)
    fitted = fit_learning(days, changes.value, draws)
    if as_json:
        typer.echo(json.dumps(_plain(fitted, days.notes), indent=2, ensure_ascii=False))
        return
    others = [d for d in DEFINITIONS if d != changes.value and days.by_smv]
    _show(fitted, [fit_learning(days, other, draws) for other in others], days.notes)


def _show(fitted: "LearningFit", others: "list[LearningFit]", notes: tuple[str, ...]) -> None:
    console = screen()
    console.print("; ".join(notes), markup=False, soft_wrap=True)
    counts = f"{fitted.changes} style changes on {fitted.lines} lines, {fitted.rows:,} days"
    console.print(f"{counts} of known age", markup=False)
    console.print(_day_table(fitted))
    console.print(_curve_table([fitted, *others]))
    console.print(_lines(fitted), markup=False, soft_wrap=True)
    console.print("# lines to paste into a scenario:")
    console.print(_yaml(fitted), markup=False)


def _day_table(fitted: "LearningFit") -> Any:
    from kidswear_brain.economics.learning import SETTLED_DAY

    table = sheet("day after a change", *(str(level.day) for level in fitted.by_day))
    table.add_row("rows", *(str(level.rows) for level in fitted.by_day))
    means = (f"{level.mean:.3f}" for level in fitted.by_day)
    table.add_row(f"share of day {SETTLED_DAY} on", *means)
    table.add_row("fitted, of plateau", *(f"{level.fitted:.3f}" for level in fitted.by_day))
    return table


def _curve_table(fits: "list[LearningFit]") -> Any:
    table = sheet("style changes", "number", "loss share a", "days tau", "loss on day 1")
    for fit in fits:
        intervals = (fit.loss_share, fit.days, fit.day_one_loss)
        shown = (_interval(one, 2) for one in intervals)
        table.add_row(fit.definition, str(fit.changes), *shown)
    return table


def _lines(fitted: "LearningFit") -> str:
    lines = [
        f"between lines: plateaus vary by {_interval(fitted.plateau_cv, 3)} of their mean",
        f"from day to day: sd of log productivity {_interval(fitted.daily_sd, 3)} around the curve",
        "intervals: 95 %, bootstrap over lines; shape and dispersion are meant, not the level",
    ]
    if fitted.on_target_share == fitted.on_target_share:
        share = f"{fitted.on_target_share:.0%} of days lie within .002 of their target"
        lines.append(f"{share}: managed figures, so the daily spread is too small")
    return "\n".join(lines)


def _yaml(fitted: "LearningFit") -> str:
    """The estimates as lines of a scenario; plateaus vary around the ledger's own mean."""
    from kidswear_brain.scenario import read_provenance

    mean = read_provenance()["cluster.efficiency_mean"].value
    return (
        f"line:\n  learning_loss_share: {fitted.loss_share.value:.3f}\n"
        f"  learning_days: {fitted.days.value:.2f}\n"
        f"cluster:\n  efficiency_sd: {fitted.plateau_cv.value * mean:.3f}"
        f"  # {fitted.plateau_cv.value:.3f} x efficiency_mean {mean}"
    )


def _plain(fitted: "LearningFit", notes: tuple[str, ...]) -> dict[str, Any]:
    from dataclasses import asdict

    number = fitted.on_target_share
    return {
        "table": list(notes),
        **asdict(fitted),
        "on_target_share": number if number == number else None,
        "scenario": _yaml(fitted),
    }


def _interval(one: "Interval", digits: int) -> str:
    return f"{one.value:.{digits}f} ({one.low:.{digits}f}-{one.high:.{digits}f})"
