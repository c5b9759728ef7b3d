"""The sections of the page that say what came out."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from kidswear_brain.experiment.comparison import Comparison, Estimate
from kidswear_brain.report import figures, numbers
from kidswear_brain.report.html import Html, folded, join, section, table, tag
from kidswear_brain.report.words import Words
from kidswear_brain.results.formulas import LOST_CAUSES
from kidswear_brain.results.labels import label

CLAIM = 0.32
COST_CLAIM = -0.06
CARDS = (
    "utilization",
    "fill_rate",
    "lost_share",
    "pieces_per_worker_day",
    "procurement_cost_index",
    "unit_cost",
)
RELATIVE = CARDS[3:]
"""Of these the change that is asked for is the relative one."""
COMPARED = (
    "utilization",
    "utilization_unweighted",
    "utilization_participants",
    "utilization_busy",
    "fill_rate",
    "on_time_share",
    "lost_share",
    "pieces_per_worker_day",
    "lead_time_days",
    "tardiness_days",
    "firms_per_order",
)
MONEY = (
    "procurement_cost_index",
    "procurement_cost_index_price",
    "procurement_cost_index_freight",
    "procurement_cost_index_fee",
    "procurement_cost_index_shared_orders",
    "procurement_pooled_share",
    "procurement_member_saving",
    "procurement_outside_share",
    "unit_cost",
    "firm_margin",
    "firms_at_loss_share",
)
LEDGER = (
    "producing",
    "rework",
    "off_skill",
    "learning",
    "change_over",
    "vacancy",
    "absence",
    "waiting_material",
    "waiting_cash",
    "refused",
    "no_order",
    "shock",
)
"""Scheduled causes from the best use of a minute to none at all."""
PERCENTILES = ("p10", "p50", "p90")


def results(pair: Comparison, fitted: Sequence[str], words: Words) -> list[tuple[str, Html]]:
    """Every section of results, each with the key of its heading.

    `fitted`: keys whose values were chosen so that the claim is met.
    """
    sections: dict[str, Callable[[Comparison, Words], list[Html]]] = {
        "headline": partial(_headline, fitted),
        "measures": _measures,
        "lost": _lost,
        "ledger": _ledger,
        "regions": _regions,
        "firms": _firms,
        "months": _months,
        "money": _money,
    }
    return [(key, section(key, words(key), *make(pair, words))) for key, make in sections.items()]


def _headline(fitted: Sequence[str], pair: Comparison, words: Words) -> list[Html]:
    relative, points = pair.gain("utilization"), pair.gain("utilization", points=True)
    baseline, brain = (pair.estimate("utilization", arm).mean for arm in ("baseline", "brain"))
    sentence = words(
        "sentence",
        baseline=figures.percent(baseline),
        brain=figures.percent(brain),
        relative=_in_full(relative, figures.PERCENT, words),
        points=_in_full(points, words("pp"), words),
    )
    claim = words("claim", relative=_verdict(relative, words), points=_verdict(points, words))
    cost = pair.gain("procurement_cost_index")
    said = words(
        "claim_cost",
        change=_in_full(cost, figures.PERCENT, words),
        verdict=_verdict(cost, words, COST_CLAIM),
    )
    cards = [_card(pair, measure, words) for measure in CARDS]
    note = [tag("p", words("fitted", keys=", ".join(fitted)))] if fitted else []
    return [
        tag("p", tag("strong", sentence)),
        tag("p", claim),
        tag("p", said),
        *note,
        tag("div", *cards, class_="cards"),
    ]


def _in_full(estimate: Estimate, unit: str, words: Words) -> str:
    return f"{numbers.change(estimate, unit)} ({numbers.interval(estimate, unit, words)})"


def _verdict(estimate: Estimate, words: Words, claim: float = CLAIM) -> str:
    """Say how a claimed figure, a rise or a fall of at least so much, stands to an interval."""
    if math.isnan(estimate.mean):
        return "–"
    if estimate.low is None or estimate.high is None:
        return words("claim_single")
    beyond, short = estimate.low > claim, estimate.high < claim
    if claim < 0:
        beyond, short = short, beyond
    return words("claim_above" if beyond else "claim_below" if short else "claim_open")


def _card(pair: Comparison, measure: str, words: Words) -> Html:
    """One measure: its change, the interval of the change, and both arms."""
    if measure in RELATIVE:
        gain, unit = pair.gain(measure), figures.PERCENT
    else:
        gain, unit = pair.gain(measure, points=True), words("pp")
    baseline, brain = (numbers.mean(pair, measure, arm) for arm in ("baseline", "brain"))
    caveat = [tag("dd", words("cost_caveat"))] if measure == "unit_cost" else []
    return tag(
        "dl",
        tag("dt", label(measure, words.language)),
        tag("dd", numbers.change(gain, unit), class_="change"),
        tag("dd", numbers.interval(gain, unit, words)),
        tag("dd", f"{words('baseline')}: {baseline}"),
        tag("dd", f"{words('brain')}: {brain}"),
        *caveat,
        class_="card",
    )


def _measures(pair: Comparison, words: Words) -> list[Html]:
    rows = [
        (_indented(label(name, words.language)), *numbers.row(pair, name, words))
        for name in COMPARED
    ]
    heads = [words(key) for key in ("measure", "baseline", "brain", "relative", "points")]
    return [table(words("compared"), heads, rows), _note(pair, words)]


def _lost(pair: Comparison, words: Words) -> list[Html]:
    causes = [c for c in LOST_CAUSES if numbers.occurs(pair, f"lost_share_{c}")]
    note = tag("p", words("lost_note"))
    if not causes:
        return [note, tag("p", words("lost_none"))]
    named = {f"lost_share_{c}": label(f"lost_share_{c}", words.language).strip() for c in causes}
    bars = [numbers.means(pair, measure, name) for measure, name in named.items()]
    rows = [(name, *numbers.differences(pair, key, words)) for key, name in named.items()]
    rows.append((label("lost_share", words.language), *_total(pair, "lost_share", words)))
    heads = [words(key) for key in ("cause", "baseline", "brain", "points")]
    caption = _caption(words("lost_share"), words)
    return [note, figures.paired_bars(caption, bars), table(words("lost_share"), heads, rows)]


def _total(pair: Comparison, measure: str, words: Words) -> list[Html]:
    return [tag("strong", cell) for cell in numbers.differences(pair, measure, words)]


def _ledger(pair: Comparison, words: Words) -> list[Html]:
    causes = [c for c in LEDGER if numbers.occurs(pair, f"ledger_scheduled_{c}")]
    named = {c: label(f"ledger_scheduled_{c}", words.language) for c in causes}
    parts = [numbers.means(pair, f"ledger_scheduled_{c}", name) for c, name in named.items()]
    rows = [
        (
            join((_swatch(cause), name)),
            *numbers.differences(pair, f"ledger_scheduled_{cause}", words),
        )
        for cause, name in named.items()
    ]
    heads = [words(key) for key in ("cause", "baseline", "brain", "points")]
    return [
        tag("p", words("ledger_note")),
        figures.stacked(_caption(words("ledger_bars"), words), parts, [f"c-{c}" for c in causes]),
        table(words("ledger_bars"), heads, rows),
    ]


def _swatch(cause: str) -> Html:
    square = tag("rect", width=14, height=14, class_=f"c-{cause}")
    return tag("svg", square, viewBox="0 0 14 14", class_="swatch", aria_hidden="true")


def _regions(pair: Comparison, words: Words) -> list[Html]:
    stem = "utilization_region_"
    keys = [name.removeprefix(stem) for name in numbers.family(pair, stem)]
    dots = [numbers.means(pair, stem + key, words.region(key)) for key in keys]
    content = [figures.dumbbells(_caption(words("utilization"), words), dots)]
    heads = [words(key) for key in ("region", "baseline", "brain", "points")]
    for stem, name in (
        ("utilization_region_", "utilization"),
        ("fill_rate_region_", "fill"),
        ("on_time_share_region_", "on_time"),
    ):
        rows = [(words.region(k), *numbers.differences(pair, stem + k, words)) for k in keys]
        content.append(table(words(name), heads, rows))
    return [*content, tag("p", words("region_note"), class_="quiet")]


def _firms(pair: Comparison, words: Words) -> list[Html]:
    stem = "firm_share_"
    names = numbers.family(pair, stem)
    bars = [numbers.means(pair, name, _percent_of(name.removeprefix(stem))) for name in names]
    figure = figures.columns(_caption(words("firm_share"), words), bars, words("firm_axis"))
    heads = [words(key) for key in ("firm_class", "baseline", "brain", "points")]
    classes = [
        (_class_name(name.removeprefix(stem), name == names[-1], words), name) for name in names
    ]
    detail = [(text, *numbers.differences(pair, name, words)) for text, name in classes]
    spread = [
        (words(p), *numbers.differences(pair, f"utilization_firm_{p}", words)) for p in PERCENTILES
    ]
    spread.append((words("gini"), *numbers.differences(pair, "gini_utilization", words)))
    return [
        figure,
        table(words("spread"), [words("measure"), *heads[1:]], spread),
        folded(words("numbers"), table(words("firm_share"), heads, detail)),
    ]


def _percent_of(share: str) -> str:
    return f"{float(share) * 100:.0f}"


def _class_name(low: str, last: bool, words: Words) -> str:
    begin = figures.percent(float(low), 0)
    return (
        f"{begin} {words('and_more')}"
        if last
        else f"{begin} – {figures.percent(float(low) + 0.1, 0)}"
    )


def _months(pair: Comparison, words: Words) -> list[Html]:
    stem = "utilization_month_"
    names = numbers.family(pair, stem)
    points = [numbers.means(pair, name, name.removeprefix(stem)[2:]) for name in names]
    heads = [words(key) for key in ("month", "baseline", "brain", "points")]
    rows = [(n.removeprefix(stem), *numbers.differences(pair, n, words)) for n in names]
    return [
        figures.lines(_caption(words("month_chart"), words), points),
        folded(words("numbers"), table(words("month_chart"), heads, rows)),
    ]


def _money(pair: Comparison, words: Words) -> list[Html]:
    rows = [(_indented(label(m, words.language)), *numbers.row(pair, m, words)) for m in MONEY]
    heads = [words(key) for key in ("measure", "baseline", "brain", "relative", "points")]
    stem = "procurement_tier_"
    tiers = [
        (name.removeprefix(stem), *numbers.differences(pair, name, words))
        for name in numbers.family(pair, stem)
    ]
    columns = [words(key) for key in ("tier", "baseline", "brain", "points")]
    return [table(words("money_table"), heads, rows), table(words("tiers"), columns, tiers)]


def _note(pair: Comparison, words: Words) -> Html:
    n = pair.replications
    return tag("p", words("note", n=n) if n > 1 else words("note_one"), class_="quiet")


def _caption(title: str, words: Words) -> figures.Caption:
    return figures.Caption(title, words("baseline"), words("brain"))


def _indented(name: str) -> Html:
    """Labels begin with blanks where they belong to the one above."""
    return tag("span", name.strip(), class_="indent" if name.startswith(" ") else None)
