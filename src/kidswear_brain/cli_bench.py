"""The command `kidswear bench`: find the harness of the checkout, measure, show, compare.

The harness and its cases live in ``benchmarks/`` of the repository and are not installed: what is
measured are the sources beside it.
"""

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from kidswear_brain.cli_options import Debug
from kidswear_brain.errors import RunError

SLOWER = 1


def bench(  # noqa: PLR0913 - one parameter an option
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A case or group; none: list them.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all rows as JSON.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="One instance a case, peers at most 20 seconds.")
    ] = False,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="OLD NEW", help="Compare two JSON files; exit 1 on a slow-down."),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=1, help="Seconds for each peer; default 300.")
    ] = None,
    readme: Annotated[
        bool, typer.Option("--readme", help="Keep the results, and write the page from all kept.")
    ] = False,
    sizes: Annotated[
        str, typer.Option(metavar="F,F,...", help="Numbers of firms: scale, or the duel of year.")
    ] = "",
    days: Annotated[
        int | None, typer.Option(min=2, help="Days of a year: scale, or that duel; default all.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Measure the allocator against its peers, and the simulation against its limits."""
    harness = _part("harness")
    if compare is not None:
        _compare(*compare)
    elif name is None:
        for group, names in harness.names().items():
            typer.echo(f"{group:<12}{', '.join(names)}")
    else:
        part = {"sizes": firms_of(sizes)} | ({} if days is None else {"days": days})
        measured = harness.run(
            name, quick, time_limit, lambda line: typer.echo(line, err=True), harness.Part(**part)
        )
        _show(measured, name, json_file, readme)


def firms_of(sizes: str) -> tuple[int, ...]:
    """Read the numbers of firms of an option.

    Raises
    ------
    RunError
        If it holds anything but whole numbers from 1.
    """
    try:
        firms = tuple(int(size) for size in sizes.split(",") if size.strip())
    except ValueError:
        firms = (0,)
    if any(size < 1 for size in firms):
        raise RunError(f"--sizes: found {sizes!r}, allowed whole numbers of firms, as 1200,3000")
    return firms


def _show(measured: Any, name: str, json_file: Path | None, readme: bool) -> None:
    results = _part("results")
    for target in _targets(name, json_file, readme):
        results.write(measured, target)
    for one in results.medians(measured.rows):
        typer.echo(_line(one))
    if readme:
        _part("readme").update()
    if not measured.sound:
        typer.echo("not certified to 1e-7, or failed: see the rows above", err=True)
        raise typer.Exit(SLOWER)


def _targets(name: str, json_file: Path | None, readme: bool) -> list[Path]:
    targets = [json_file] if json_file else []
    if readme:
        folder: Path = _part("readme").KEPT
        folder.mkdir(exist_ok=True)
        targets.append(folder / f"{name}.json")
    return targets


def _line(one: Any) -> str:
    """One median in 80 columns or so."""
    seconds = one.status if one.seconds is None else f"{one.seconds:.4f} s"
    stated = "" if one.limit_s is None else f"  at most {one.limit_s:g} s"
    over = one.limit_s is not None and one.seconds is not None and one.seconds > one.limit_s
    certificate = "" if one.certificate is None else f"  certificate {one.certificate:.0e}"
    verdict = "  OVER" if over else ""
    ratio = "" if one.ratio is None else f"  x{one.ratio:.1f} in processor time"
    return f"{one.case:<17}{one.solver:<16}{seconds:>12}{ratio}{certificate}{stated}{verdict}"


def _compare(old: Path, new: Path) -> None:
    results = _part("results")
    lines, worse = results.slow_downs(results.read(old), results.read(new))
    for line in lines:
        typer.echo(line)
    for line in worse:
        typer.echo(f"worse: {line}", err=True)
    if worse:
        raise typer.Exit(SLOWER)
    typer.echo(f"nothing slower than the noise bound x{results.NOISE:.2f}")


def _part(name: str) -> Any:
    """Import a module of the harness from the checkout this package or the user is in."""
    for root in (Path(__file__).parents[2], Path.cwd()):
        if (root / "benchmarks" / "harness.py").is_file():
            if str(root) not in sys.path:
                sys.path.insert(0, str(root))
            return importlib.import_module(f"benchmarks.{name}")
    raise RunError(
        "bench: found no benchmarks/ here, allowed in a checkout of the repository only, "
        "clone it and run kidswear bench in its top folder"
    )
