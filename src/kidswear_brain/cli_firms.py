"""The commands `kidswear firms` and `kidswear waterfall`: who gains, and where minutes went."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import AsJson, Debug, Lang, Language
from kidswear_brain.cli_runs import find_run
from kidswear_brain.cli_tables import screen, sheet, spread

if TYPE_CHECKING:
    from kidswear_brain.experiment.comparison import Estimate
    from kidswear_brain.experiment.firms_apart import Group
    from kidswear_brain.experiment.waterfall import Waterfall
    from kidswear_brain.report.words import Words

Run = Annotated[str, typer.Argument(help="Run directory, or its name in runs/.")]


def firms(
    run: Run,
    lang: Lang = Language.en,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Who gains and who loses by the brain: each firm of a run beside itself without the brain."""
    from kidswear_brain.experiment.firms_apart import groups, inequality, pair_firms
    from kidswear_brain.report.words import Words

    pairs = pair_firms(_whole(run))
    found, gini = groups(pairs), inequality(pairs)
    if as_json:
        document = {"groups": [_plain_group(g) for g in found], "gini": _plain(gini)}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    _show_firms(found, gini, Words(lang.value))


def waterfall(
    run: Run,
    lang: Lang = Language.en,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Where line minutes went: from utilization without the brain to that with it, by cause."""
    from kidswear_brain.experiment.waterfall import waterfalls
    from kidswear_brain.report.words import Words

    found = waterfalls(_whole(run))
    if as_json:
        document = {"waterfalls": [_plain_waterfall(w) for w in found]}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    _show_waterfalls(found, Words(lang.value))


def _whole(run: str) -> Path:
    """Find a run, and make sure that it is one."""
    from kidswear_brain.experiment.stored import read_run

    return read_run(find_run(run)).path


def _show_firms(found: "tuple[Group, ...]", gini: "dict[str, Estimate]", words: "Words") -> None:
    from kidswear_brain.report.whom import group_name

    console = screen()
    heads = ("number", "before", "after", "in_points", "less", "more", "poorer")
    table = sheet(words("firms_of"), *map(words, heads))
    for group in found:
        table.add_row(
            group_name(group.by, group.name, words),
            _number(group.firms, 0),
            _number(group.baseline, 3),
            _number(group.brain, 3),
            _points(group.points),
            _number(group.worse["utilization"], 1, 100),
            _number(group.better["utilization"], 1, 100),
            _number(group.worse["funds"], 1, 100),
        )
    console.print(table)
    unequal = words("winners_gini", **{arm: spread(one, 3) for arm, one in gini.items()})
    for text in (words("firms_note"), words("winners_note"), unequal):
        console.print(text, markup=False)


def _show_waterfalls(found: "tuple[Waterfall, ...]", words: "Words") -> None:
    from kidswear_brain.experiment.waterfall import STEPS
    from kidswear_brain.report.whom import step_name

    console = screen()
    whole, *parts = found
    table = sheet(words("waterfall_points"), words("all_firms"))
    table.add_row(words("baseline"), spread(whole.baseline, 1, 100))
    for step in STEPS:
        if _matters(whole.steps[step]):
            table.add_row("  " + step_name(step, words), _points(whole.steps[step]))
    table.add_row(words("brain"), spread(whole.brain, 1, 100))
    console.print(table)
    for by in dict.fromkeys(part.by for part in parts):
        console.print(_parts_table([part for part in parts if part.by == by], words))
    console.print(words("waterfall_note"), markup=False)


def _parts_table(parts: "list[Waterfall]", words: "Words") -> Any:
    """One row a group: the steps that matter in any, wrapped into few columns."""
    from kidswear_brain.report.whom import group_name, step_name

    order = ("no_order", "refused", "waiting_cash", "waiting_material", "vacancy")
    short = {"waiting_cash": words("for_cash"), "waiting_material": words("for_material")}
    steps = [short.get(step) or step_name(step, words) for step in order]
    table = sheet(words("firms_of"), words("before"), *steps, words("other_steps"), words("after"))
    for part in parts:
        shown = [part.steps[step].mean for step in order]
        other = math.fsum(step.mean for step in part.steps.values()) - math.fsum(shown)
        table.add_row(
            group_name(part.by, part.name, words),
            _number(part.baseline, 1, 100),
            *(f"{100 * value:+.1f}" for value in (*shown, other)),
            _number(part.brain, 1, 100),
        )
    return table


def _matters(estimate: "Estimate") -> bool:
    """Whether it is not zero in every world."""
    return estimate.mean != 0 or (estimate.high or 0) != 0


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
