"""The commands `kidswear firms` and `kidswear waterfall`: who gains, and where minutes went."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import AsJson, Debug
from kidswear_brain.cli_runs import find_run
from kidswear_brain.cli_tables import sheet, spread

if TYPE_CHECKING:
    from kidswear_brain.experiment.comparison import Estimate
    from kidswear_brain.experiment.firms_apart import Group
    from kidswear_brain.experiment.waterfall import Waterfall

Run = Annotated[str, typer.Argument(help="Run directory, or its name in runs/.")]


def firms(run: Run, as_json: AsJson = False, debug: Debug = False) -> None:
    """Who gains and who loses by the brain: each firm of a run beside itself without the brain."""
    from kidswear_brain.experiment.firms_apart import groups, inequality, pair_firms

    pairs = pair_firms(_whole(run))
    found, gini = groups(pairs), inequality(pairs)
    if as_json:
        document = {"groups": [_plain_group(g) for g in found], "gini": _plain(gini)}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    _show_firms(found, gini)


def waterfall(run: Run, as_json: AsJson = False, debug: Debug = False) -> None:
    """Where line minutes went: from utilization without the brain to that with it, by cause."""
    from kidswear_brain.experiment.waterfall import waterfalls

    found = waterfalls(_whole(run))
    if as_json:
        document = {"waterfalls": [_plain_waterfall(w) for w in found]}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    _show_waterfalls(found)


def _whole(run: str) -> Path:
    """Find a run, and make sure that it is one."""
    from kidswear_brain.experiment.stored import read_run

    return read_run(find_run(run)).path


def _show_firms(found: "tuple[Group, ...]", gini: "dict[str, Estimate]") -> None:
    from rich.console import Console

    console = Console(highlight=False)
    heads = ("firms", "before", "after", "points", "less", "more", "poorer")
    table = sheet("", *heads)
    for group in found:
        table.add_row(
            _name(group.by, group.name),
            _number(group.firms, 0),
            _number(group.baseline, 3),
            _number(group.brain, 3),
            _points(group.points),
            _number(group.worse["utilization"], 1, 100),
            _number(group.better["utilization"], 1, 100),
            _number(group.worse["funds"], 1, 100),
        )
    console.print(table)
    lines = (
        "before, after: utilization without, with the brain; points: its change x 100, ±",
        "half the 95 % interval over worlds; less, more: % of firms whose utilization",
        "falls, rises by over a point; poorer: % with less cash and claims, net of loans",
        "and of what owners put in",
        f"Gini of firms' utilization: {spread(gini['baseline'], 3)} without the brain, "
        f"{spread(gini['brain'], 3)} with it",
    )
    console.print("\n".join(lines), markup=False)


def _show_waterfalls(found: "tuple[Waterfall, ...]") -> None:
    from rich.console import Console

    from kidswear_brain.experiment.waterfall import STEPS

    console = Console(highlight=False)
    whole, *parts = found
    table = sheet("points of utilization", "all firms")
    table.add_row("without the brain", spread(whole.baseline, 1, 100))
    for step in STEPS:
        if _matters(whole.steps[step]):
            table.add_row(_step_name(step), _points(whole.steps[step]))
    table.add_row("with the brain", spread(whole.brain, 1, 100))
    console.print(table)
    for by in dict.fromkeys(part.by for part in parts):
        console.print(_parts_table([part for part in parts if part.by == by]))
    note = (
        "good standard minutes over the sustainable capacity of all firms, x 100; groups sum to "
        "all firms.\nAccounting, not cause and effect: what a service causes, kidswear attribute "
        "says."
    )
    console.print(note, markup=False, soft_wrap=True)


def _parts_table(parts: "list[Waterfall]") -> Any:
    """One row a group: the steps that matter in any, wrapped into few columns."""
    order = ("no_order", "refused", "waiting_cash", "waiting_material", "vacancy")
    heads = ("before", "no order", "refused", "cash", "material", "vacancy", "other", "after")
    table = sheet(parts[0].by.replace("_", " "), *heads)
    for part in parts:
        shown = [part.steps[step].mean for step in order]
        other = math.fsum(step.mean for step in part.steps.values()) - math.fsum(shown)
        table.add_row(
            part.name,
            _number(part.baseline, 1, 100),
            *(f"{100 * value:+.1f}" for value in (*shown, other)),
            _number(part.brain, 1, 100),
        )
    return table


def _step_name(step: str) -> str:
    from kidswear_brain.results.formulas import SCHEDULED
    from kidswear_brain.results.labels import label

    stem = "ledger_scheduled_" if step in SCHEDULED else "waterfall_"
    return "  " + label(stem + step, "en")


def _matters(estimate: "Estimate") -> bool:
    """Whether it is not zero in every world."""
    return estimate.mean != 0 or (estimate.high or 0) != 0


def _name(by: str, name: str) -> str:
    if by == "participates":
        return "on the platform" if name == "True" else "outside"
    return f"{name} workers" if by == "size_class" else name


def _number(estimate: "Estimate", digits: int, factor: float = 1) -> str:
    return "-" if math.isnan(estimate.mean) else f"{estimate.mean * factor:,.{digits}f}"


def _points(estimate: "Estimate") -> str:
    return spread(estimate, 1, 100, "+")


def _plain(estimates: "dict[str, Estimate]") -> dict[str, Any]:
    from kidswear_brain.experiment.summary import plain_estimate

    return {name: plain_estimate(one) for name, one in estimates.items()}


def _plain_group(group: "Group") -> dict[str, Any]:
    names = ("firms", "baseline", "brain", "points", "profit")
    return {
        "by": group.by,
        "name": group.name,
        **_plain({name: getattr(group, name) for name in names}),
        "worse": _plain(group.worse),
        "better": _plain(group.better),
    }


def _plain_waterfall(one: "Waterfall") -> dict[str, Any]:
    return {
        "by": one.by,
        "name": one.name,
        **_plain({"baseline": one.baseline, "brain": one.brain}),
        "steps": _plain(one.steps),
    }
