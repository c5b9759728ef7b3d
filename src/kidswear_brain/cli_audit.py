"""The command `kidswear audit`: is a claim about a brain true, and could one have measured it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kidswear_brain.cli_options import (
    STORE,
    AsJson,
    Debug,
    Overrides,
    ScenarioPath,
    Seed,
    Store,
    Workers,
)
from kidswear_brain.cli_running import (
    cores,
    kept_when_stopped,
    load_set,
    read_settings,
    stem_of,
    watched_worlds,
)
from kidswear_brain.cli_tables import screen, sheet, spread

if TYPE_CHECKING:
    from rich.console import Console

    from kidswear_brain.economics.audit import Audit, Probability, Region
    from kidswear_brain.economics.evaluator import Evaluation
    from kidswear_brain.economics.surplus import Surplus
    from kidswear_brain.economics.worlds import Worlds


def audit(  # noqa: PLR0913 - one parameter an option
    scenario: ScenarioPath,
    claim: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML; default: the claim of May 2022 about Wuxing."),
    ] = None,
    points: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="CSV of parameters, e.g. a posterior; default: prior draws."
        ),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="Draws from the priors.")] = 256,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Parameter to draw; repeatable. Default: all priors."),
    ] = None,
    size: Annotated[float, typer.Option(help="Share of firms and brands to simulate.")] = 0.1,
    replications: Annotated[
        int,
        typer.Option(
            "-n", "--replications", min=0, help="Worlds of evaluator and surplus; 0: neither."
        ),
    ] = 4,
    recovery: Annotated[
        float | None,
        typer.Option(
            min=-0.5,
            max=1,
            help="Growth of everybody's demand into the year of adoption, a share; default: 0.088.",
        ),
    ] = None,
    joining: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of firms and brands that join; default: 0.5."),
    ] = None,
    platform_cost: Annotated[
        float | None,
        typer.Option(min=0, metavar="CNY", help="What the platform costs in the measured window."),
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default: runs/audit-NAME-HASH8.")
    ] = None,
    store: Store = STORE,
    overrides: Overrides = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Audit a claim: how likely it holds, where, by which definition, and what one could measure.

    What is simulated at points is kept: the same command goes on where it was stopped.
    """
    from kidswear_brain.economics import audit as room
    from kidswear_brain.economics.evaluator import JOINING, RECOVERY, adoption_design
    from kidswear_brain.economics.points import read_points
    from kidswear_brain.economics.priors import axes, draw, sized
    from kidswear_brain.economics.worlds import Worlds
    from kidswear_brain.errors import RunError
    from kidswear_brain.results.outcome import outcome_of, write_outcome
    from kidswear_brain.scenario import load_scenario, scenario_hash
    from kidswear_brain.scenario.claims import check_months, read_claim

    loaded, said = load_set(scenario, overrides), read_claim(claim)
    recovery = RECOVERY if recovery is None else recovery
    joining = JOINING if joining is None else joining
    given = read_settings(overrides)[0]
    check_months(said, loaded, claim)
    if points and key:
        raise RunError("--points and --key: allowed one of them; the columns name the keys")
    first = loaded.experiment.seed if seed is None else seed
    cube, drawn = read_points(points) if points else (axes(key), None)
    at = draw(cube, draws, first) if drawn is None else drawn
    asked = room.audited_moments(said)
    worlds = Worlds(scenario, given, cube, asked, store, first, workers or cores())
    small = load_scenario(scenario, {**given, **sized(loaded, size)})
    design = adoption_design(small, recovery, joining)
    stem = stem_of(scenario)
    question = (
        scenario_hash(loaded), first, size, replications, recovery, joining, said, at.tolist(),
        [axis.name for axis in cube],
    )  # fmt: skip
    outcome = outcome_of(out, f"audit-{stem}", "audit", question)
    with watched_worlds(worlds) as watched:
        found = room.audit(watched, said, at, size, drawn is None)
    seen = _seen(small, design, worlds, replications) if replications else None
    document = _document(worlds, found, seen, size, platform_cost)
    write_outcome(outcome, {}, document, {"points.csv": found.table().write_csv()})
    if as_json:
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(found, seen, size, platform_cost)
        typer.echo(f"Written to {outcome.folder}: audit.json, points.csv")


def _seen(
    scenario: Any, design: Any, worlds: "Worlds", replications: int
) -> "tuple[Evaluation, Surplus]":
    """What an evaluator would see, and who gains, at the scenario's own values."""
    from rich.console import Console

    from kidswear_brain.cli_screen import progress_bar
    from kidswear_brain.economics.evaluator import evaluate
    from kidswear_brain.economics.surplus import surplus
    from kidswear_brain.experiment.seeds import replication_seed

    seeds = [replication_seed(worlds.seed, r) for r in range(1, replications + 1)]
    kept = f"the points are kept in {worlds.store}; the same command goes on"
    with kept_when_stopped(worlds.store, kept):
        with progress_bar(Console(stderr=True), "worlds of the evaluator") as progress:
            evaluation = evaluate(design, seeds, worlds.workers, progress)
        with progress_bar(Console(stderr=True), "worlds of the surplus") as progress:
            return evaluation, surplus(scenario, seeds, worlds.workers, progress)


def _document(
    worlds: "Worlds",
    found: "Audit",
    seen: "tuple[Evaluation, Surplus] | None",
    size: float,
    platform_cost: float | None,
) -> dict[str, Any]:
    from kidswear_brain.economics.audit_findings import audit_findings

    return audit_findings(worlds, found, seen, size, platform_cost)


def _show(
    found: "Audit",
    seen: "tuple[Evaluation, Surplus] | None",
    size: float,
    platform_cost: float | None,
) -> None:
    console = screen()
    console.print(found.claim.title, style="bold", markup=False)
    console.print(f"{len(found.points)} points of {len(found.cube)} parameters at {size:g} of the "
                  "size, each in a world of its own", soft_wrap=True)  # fmt: skip
    if found.failed:
        console.print(f"{found.failed} runs failed and are left out: {found.errors[0]}")
    _show_reaches(console, found)
    for region in found.regions:
        _show_region(console, found, region)
    if seen:
        _show_evaluation(console, seen[0])
        _show_surplus(console, seen[1], platform_cost)


def _show_reaches(console: "Console", found: "Audit") -> None:
    table = sheet("claim", "reading", "5 %", "50 %", "95 %", "holds at", no_wrap=True)
    for statement in found.claim.statements:
        table.add_section()
        for reach in found.reaches[statement.name]:
            meant = (reach.measure, reach.reading) == (statement.measure, statement.reading)
            quantiles = (f"{100 * value:+.1f}" for value in reach.quantiles)
            share = _probability(reach.holds)
            name = f"{reach.measure}{' <' if meant else ''}"
            table.add_row(name, reach.reading, *quantiles, share)
    console.print(table)
    for name, probability in found.probabilities.items():
        console.print(f"{name}: holds at {_probability(probability)} of the points", markup=False)
    console.print("< as the claim is read; the other rows: the same bounds, other definitions")


def _show_region(console: "Console", found: "Audit", region: "Region") -> None:
    box = region.box
    if not box.density:
        console.print(f"{region.name}: holds nowhere the surrogate knows of", markup=False)
        return
    if not box.bounded:
        said = f"no box is better than the whole space, where {box.density:.1%} hold"
        console.print(f"{region.name}: {said} by the surrogate", markup=False)
        return
    table = sheet(f"{region.name}: holds where", "from", "to", "prior", "tag", no_wrap=True)
    for place in box.bounded:
        axis = found.cube[place]
        low, high = (f"{axis.value(float(u)):.4g}" for u in (box.low[place], box.high[place]))
        table.add_row(axis.name, low, high, f"{axis.low:g} to {axis.high:g}", axis.tag)
    console.print(table)
    error = ", ".join(f"{value:.3f}" for value in region.error)
    console.print(
        f"there {box.density:.0%} hold by the surrogate (error {error}), {region.holding} of "
        f"{region.inside} simulated points; that is {box.coverage:.0%} of all that hold, in "
        f"{box.support:.0%} of the space",
        soft_wrap=True,
    )


def _show_evaluation(console: "Console", seen: "Evaluation") -> None:
    table = sheet("an evaluator in the year of adoption", "utilization, %", no_wrap=True)
    rows = {
        "before and after": seen.naive,
        "joiners against others": seen.did,
        "truth: all firms": seen.true,
        "truth: joiners": seen.true_joiners,
        "truth: others": seen.true_others,
        "recovery without the brain": seen.recovery,
    }
    for name, one in rows.items():
        table.add_row(name, spread(one, 1, 100, "+"))
    console.print(table)


def _show_surplus(console: "Console", seen: "Surplus", platform_cost: float | None) -> None:
    table = sheet("gains by the brain a window", "million CNY", no_wrap=True)
    for party, one in seen.gain.items():
        table.add_row(party, spread(one, 2, 1e-6, "+"))
    table.add_row("all: customers pay", spread(seen.customers, 2, 1e-6, "+"))
    console.print(table)
    console.print(
        f"a firm gains {spread(seen.per_firm, 0, 1, '+')} CNY; the platform takes "
        f"{spread(seen.fee, 2, 1e-6)} million CNY, {spread(seen.fee_share, 2, 100)} % of what it "
        f"buys;\nfirms and brands together would gain nothing at a fee of "
        f"{spread(seen.break_even_fee_share, 1, 100)} %",
        soft_wrap=True,
    )
    if platform_cost is not None:
        needed = platform_cost / seen.pooled.mean if seen.pooled.mean else float("nan")
        console.print(f"a platform that costs {platform_cost:,.0f} CNY needs {needed:.2%}")
    console.print(
        "suppliers, carriers and workers: receipts, what they give for it is not deducted",
        soft_wrap=True,
    )


def _probability(one: "Probability") -> str:
    return f"{one.share:.0%} ({one.low:.0%}-{one.high:.0%})"
