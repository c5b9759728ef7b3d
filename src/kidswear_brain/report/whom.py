"""The sections of the page that say where minutes went and who gains."""

from kidswear_brain.experiment.firms_apart import Group, groups, inequality, pair_firms
from kidswear_brain.experiment.stored import StoredRun
from kidswear_brain.experiment.waterfall import STEPS, Waterfall, waterfalls
from kidswear_brain.report import figures, numbers
from kidswear_brain.report.html import Html, section, table, tag
from kidswear_brain.report.words import Words
from kidswear_brain.results.formulas import SCHEDULED
from kidswear_brain.results.labels import label


def whom(run: StoredRun, words: Words) -> list[tuple[str, Html]]:
    """The waterfall of utilization and the winners and losers of a run, each with its key.

    Raises
    ------
    RunError
        If the run keeps no table of firms or of their ledger.
    """
    sections = {"waterfall": _waterfall(run, words), "winners": _winners(run, words)}
    return [(key, section(key, words(key), *content)) for key, content in sections.items()]


def step_name(step: str, words: Words) -> str:
    """Call a step of the waterfall by its name."""
    stem = "ledger_scheduled_" if step in SCHEDULED else "waterfall_"
    return label(stem + step, words.language)


def group_name(by: str, name: str, words: Words) -> str:
    """Call a group of firms, ``name`` among those that ``by`` tells apart, by its name."""
    if by == "region":
        return words.region(name)
    if by == "participates":
        return words("joined" if name == "True" else "outside_platform")
    return words("all_firms") if by == "all" else words(f"size_{name.replace(' ', '_')}")


def _waterfall(run: StoredRun, words: Words) -> list[Html]:
    whole, *parts = waterfalls(run.path)
    steps = [s for s in STEPS if any(w.steps[s].mean for w in (whole, *parts))]
    start = figures.Pair(
        label("utilization", words.language), whole.baseline.mean, whole.brain.mean
    )
    # a step is drawn as what it gives: from its size to nothing
    pairs = [figures.Pair(step_name(s, words), whole.steps[s].mean, 0) for s in steps]
    caption = figures.Caption(words("waterfall"), words("baseline"), words("brain"))
    heads = [words("step"), words("all_firms"), *(group_name(p.by, p.name, words) for p in parts)]
    ends = [(words(arm), *_ends([whole, *parts], arm)) for arm in ("baseline", "brain")]
    rows = [
        (step_name(s, words), *(numbers.points(w.steps[s]) for w in (whole, *parts))) for s in steps
    ]
    return [
        tag("p", words("waterfall_note")),
        figures.waterfall(caption, start, pairs),
        table(words("waterfall_table"), heads, [ends[0], *rows, ends[1]]),
    ]


def _ends(parts: list[Waterfall], arm: str) -> list[str]:
    return [f"{getattr(part, arm).mean * 100:.1f}" for part in parts]


def _winners(run: StoredRun, words: Words) -> list[Html]:
    pairs = pair_firms(run.path)
    rows = [(group_name(g.by, g.name, words), *_cells(g)) for g in groups(pairs)]
    keys = ("firms_of", "number", "baseline", "brain", "points", "less", "more", "poorer")
    gini = inequality(pairs)
    return [
        tag("p", words("winners_note")),
        table(words("winners_table"), [words(key) for key in keys], rows),
        tag("p", words("winners_gini", **{
            arm: f"{gini[arm].mean:.3f}" for arm in ("baseline", "brain")
        })),
    ]  # fmt: skip


def _cells(group: Group) -> tuple[str, ...]:
    shares = (group.worse["utilization"], group.better["utilization"], group.worse["funds"])
    return (
        f"{group.firms.mean:,.0f}",
        figures.percent(group.baseline.mean),
        figures.percent(group.brain.mean),
        numbers.points(group.points),
        *(figures.percent(share.mean) for share in shares),
    )
