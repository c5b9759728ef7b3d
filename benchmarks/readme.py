"""The page of results: tables and the scaling plot, from the kept JSON files alone."""

import importlib
from pathlib import Path

from benchmarks import duel, scale
from benchmarks.registry import OURS, all_cases
from benchmarks.results import Median, Results, medians, read
from benchmarks.year import PROCESSES

FOLDER = Path(__file__).parent
KEPT = FOLDER / "results"
PAGE = FOLDER / "README.md"
PLOT = FOLDER / "scaling.svg"
SCALE_PLOT = FOLDER / "scale.svg"
_BEGIN, _END = "<!-- made by the harness: begin -->", "<!-- made by the harness: end -->"
_ORDER = (
    "speed",
    "long",
    "shapes",
    "peers",
    "peers-best",
    "peers-full",
    "year",
    "year-duel-120",
    "year-duel-1200",
    "main-job",
    "scale",
    "smoke",
)


def update() -> None:
    """Write tables and plot anew from all kept results; the text around them stays."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    everything = kept()
    page = f"{before}{_BEGIN}\n\n{tables(everything)}\n{_END}{after}"
    PAGE.write_text(page, encoding="utf-8", newline="\n")
    draw(everything, PLOT)
    for results in everything:
        if results.name == scale.GROUP:
            scale.draw(results, SCALE_PLOT)


def kept() -> list[Results]:
    """All results kept in the repository, the best known groups first."""
    found = [read(path) for path in sorted(KEPT.glob("*.json"))]
    rank = {name: place for place, name in enumerate(_ORDER)}
    return sorted(found, key=lambda results: (rank.get(results.name, len(rank)), results.name))


def tables(everything: list[Results]) -> str:
    """Markdown of all results: one section each, with its date and machine."""
    return "\n".join(_section(results) for results in everything)


def _section(results: Results) -> str:
    machine = results.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    # one core is ours; a fair wall clock leaves it to us
    busy = max(machine["load_before"] or 0, (machine["load_after"] or 0) - 1)
    shared = busy > machine["cores"] - 1
    warning = ": **the machine was shared, wall clocks are too long; see processor time**"
    lines = [
        f"### {results.name}, {results.date}",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}; commit "
        f"{machine['commit']}; {versions}. Processes that wanted a core: "
        f"{machine['load_before']} before, {machine['load_after']} after"
        f"{warning if shared else ''}.",
        "",
    ]
    return "\n".join([*lines, *_table(medians(results.rows), results), ""])


def _table(found: list[Median], results: Results) -> list[str]:
    head = [
        "case", "solver", "instances", "wall s", "CPU s", "stating s", "at most s", "iterations",
        "MiB", "certificate", "objective vs ours", "CPU vs ours", "remarks",
    ]  # fmt: skip
    rows = [_cells(one, results) for one in found]
    wanted = [k for k in range(len(head)) if k < 4 or any(row[k] for row in rows)]
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line[k] for k in wanted) + " |" for line in lines]


def _cells(one: Median, results: Results) -> list[str]:
    seconds = _seconds(one.seconds)
    if one.status == "limit":
        seconds = f"> {results.time_limit_s:,.0f}"
    remarks = [] if one.status in ("optimal", "done", "limit") else [one.status]
    if one.limit_s is not None and one.seconds is not None and one.seconds > one.limit_s:
        within = one.cpu_seconds is not None and one.cpu_seconds <= one.limit_s
        remarks.append("**over**, not in processor time" if within else "**over**")
    return [
        title(one.case),
        one.solver,
        str(one.instances),
        seconds,
        _seconds(one.cpu_seconds),
        _seconds(one.build_seconds) if one.build_seconds else "",
        f"{one.limit_s:g}" if one.limit_s is not None else "",
        f"{one.iterations:,.0f}" if one.iterations is not None else "",
        f"{one.memory_mib:,.0f}" if one.memory_mib is not None else "",
        f"{one.certificate:.0e}" if one.certificate is not None else "",
        _error(one),
        _ratio(one),
        "; ".join([*remarks, *([one.notes] if one.notes else [])]),
    ]


def _error(one: Median) -> str:
    known = one.objective_error is not None and one.solver != OURS
    return f"{one.objective_error:.0e}" if known else ""


def _ratio(one: Median) -> str:
    if one.ratio is None:
        return ""
    digits = 2 if one.ratio < 10 else 0
    return f"{'> ' if one.status == 'limit' else ''}x{one.ratio:,.{digits}f}"


def title(name: str) -> str:
    """What a case or process is called on the page."""
    some = (*scale.processes(), *duel.processes(scale.SIZES), *duel.processes())
    sized = {process.name: process for process in some}
    known = PROCESSES.get(name) or all_cases().get(name) or sized.get(name)
    return f"{name}: {known.title}" if known else name


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if value < 0.1 else f"{value:.3f}" if value < 10 else f"{value:,.1f}"


def draw(everything: list[Results], path: Path) -> None:
    """Draw processor time against the number of orders, ours and the peers'.

    Dashed: not the optimum of the whole instance.
    """
    # by name: the library may be absent, and then the type checker must not miss it
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "kidswear"
    plt = importlib.import_module("matplotlib.pyplot")
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for solver, points in sorted(scaling(everything).items()):
        style = {"color": "black", "linewidth": 2.2} if solver == OURS else {"linewidth": 1.0}
        dashes = "--" if solver.endswith("-24") else "-"
        axes.plot(
            *zip(*points, strict=True), dashes, marker="o", markersize=3, label=solver, **style
        )
    axes.set(xscale="log", yscale="log", xlabel="orders (1,200 firms, 4 periods)")
    axes.set_ylabel("processor seconds of solving, median")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, frameon=False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def scaling(everything: list[Results]) -> dict[str, list[tuple[int, float]]]:
    """Orders and median processor seconds by solver, of cases that differ in their size only.

    A peer that reached its time limit has no point: its time is not known.
    """
    sizes = {
        "n-370": 370, "n-1000": 1000, "n-3000": 3000, "orders-120000": 120_000,
        "peers-30": 30, "peers-100": 100, "peers-300": 300, "peers-best": 1000, "peers-1000": 1000,
    }  # fmt: skip
    points: dict[str, dict[int, float]] = {}
    for results in everything:
        for one in medians(results.rows):
            size, spent = sizes.get(one.case), one.cpu_seconds
            answered = one.seconds is not None and one.solver != "kidswear-warm"
            if size and spent is not None and answered:
                # the cases of ours alone have more instances: they come first and stay
                points.setdefault(one.solver, {}).setdefault(size, spent)
    return {solver: sorted(found.items()) for solver, found in points.items()}
