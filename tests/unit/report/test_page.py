"""The page says what the measures say, for everybody, without asking anybody."""

import dataclasses
import re
import shutil
from collections import Counter
from html.parser import HTMLParser

import numpy as np
import pytest

from kidswear_brain.report.page import page
from kidswear_brain.report.words import Words
from kidswear_brain.results.labels import LANGUAGES, label

VOID = {"meta", "br", "wbr"}


class Reader(HTMLParser):
    """Reads tables and ids, and refuses what is not well formed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tables, self.attributes, self.headings = [], {}, [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.rows = []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td", "caption"):
            self.text = ""
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag in ("th", "td"):
            self.rows[-1].append(self.text)
        elif tag == "caption":
            self.tables[self.text] = self.rows

    def handle_data(self, data):
        self.text = getattr(self, "text", "") + data


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def test_the_table_says_what_the_comparison_says(stored):
    run = stored()
    tables = Reader(page(run)).tables
    compared = tables["Means over the replications, and what the brain changes"]
    row = {cells[0]: cells[1:] for cells in compared}["utilization"]
    pair = run.comparison
    for cell, one, factor in zip(
        row,
        (
            pair.estimate("utilization", "baseline"),
            pair.estimate("utilization", "brain"),
            pair.gain("utilization"),
            pair.gain("utilization", points=True),
        ),
        (100,) * 4,
        strict=True,
    ):
        mean, half = re.match(r"\+?([\d.]+)\D+ ±([\d.]+)", cell).groups()
        assert float(mean) == pytest.approx(one.mean * factor, abs=0.05)
        assert float(half) == pytest.approx((one.high - one.mean) * factor, abs=0.05)
    assert row[2].startswith("+100.")
    assert row[3].startswith("+50.0\N{NO-BREAK SPACE}pp")


def test_every_scheduled_cause_that_occurs_has_a_row_and_they_sum_to_one(stored):
    tables = Reader(page(stored())).tables
    rows = tables["Share of scheduled minutes by cause"][1:]
    assert [r[0] for r in rows] == ["producing", "learning", "change-over", "vacancy", "no order"]
    for arm in (1, 2):
        assert sum(float(r[arm].split()[0]) for r in rows) == pytest.approx(100, abs=0.3)


def test_nothing_is_asked_of_the_network_and_nothing_runs(stored, language):
    text = page(stored(), language)
    outside = r"https?:|//|url\(|@import|<script|<link|<img|<iframe|\ssrc=|\son\w+="
    assert not re.search(outside, text)
    policies = [a["content"] for _, a in Reader(text).attributes if "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_it_is_well_formed_and_names_its_language(stored, language):
    reader = Reader(page(stored(), language))
    tags = Counter(tag for tag, _ in reader.attributes)
    assert dict(reader.attributes)["html"]["lang"] == {"en": "en", "zh": "zh-Hans"}[language]
    assert tags["h1"] == tags["main"] == tags["nav"] == 1
    assert tags["caption"] == tags["table"] == len(reader.tables) > 5
    ids = [a["id"] for _, a in reader.attributes if "id" in a]
    assert len(set(ids)) == len(ids)
    links = [a["href"] for tag, a in reader.attributes if tag == "a"]
    assert len(links) == 14
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert reader.headings[:2] == ["h1", "h2"]


def test_what_scrolls_can_be_reached_by_keyboard_and_pictures_have_names(stored, language):
    attributes = Reader(page(stored(), language)).attributes
    scrolling = [a for _, a in attributes if a.get("class") == "scroll"]
    assert scrolling
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in scrolling)
    pictures = [a for tag, a in attributes if tag == "svg"]
    assert all(a.get("aria-label") or a.get("aria-hidden") == "true" for a in pictures)


def test_chinese_is_chinese(stored):
    text = page(stored(), "zh")
    for word in ("产能利用率", "产线时间去向", "置信区间", "河南", "无大脑"):
        assert word in text
    assert "without the brain" not in text
    assert "fill rate" not in text


def test_a_title_is_text_and_not_markup(stored):
    text = page(stored(title="<script>alert(1)</script> & more"))
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more") == 2


def test_the_same_run_has_the_same_bytes_whenever_and_wherever(stored, tmp_path):
    run = stored()
    later = dataclasses.replace(
        run,
        path=shutil.copytree(run.path, tmp_path.with_name("elsewhere")),
        manifest={**run.manifest, "timings": {"started": "x"}},
    )
    assert page(run) == page(later)
    assert "2026" not in page(run)


def test_it_is_small(stored, language):
    assert len(page(stored(), language).encode()) < 1.5e6


def test_a_negative_mean_has_no_relative_change(stored, changed):
    run = changed(stored(), firm_margin=((-3.5, -3.4, -3.6), (-2.9, -2.8, -3.0)))
    tables = Reader(page(run)).tables
    cells = {r[0]: r[1:] for r in tables["Costs, and what collective buying changes"]}
    relative, difference = cells["margin of the firms"][2:]
    assert relative == "–"
    assert difference.startswith("+60.0")


def test_the_cost_card_and_the_ledger_say_what_they_do_not_mean(stored, language):
    cards = page(stored(), language).split('class="card"')[1:]
    warned = [card for card in cards if "docs/materials-and-money.md" in card.split("</dl>")[0]]
    assert len(warned) == 1
    assert label("unit_cost", language) in warned[0]
    assert Words(language)("ledger_note") in page(stored(), language)


def test_one_replication_has_no_interval(stored):
    text = page(stored(factors={"baseline": (1.0,), "brain": (2.0,)}))
    assert "one replication, no interval" in text
    assert "cannot be judged from one replication" in text
    assert "±" not in text


@pytest.mark.parametrize(
    ("brain", "verdict"),
    [
        ((1.9, 2.0, 2.1), "is met here"),
        ((1.0, 1.1, 1.2), "not met"),
        ((1.0, 1.3, 1.8), "inside the interval"),
    ],
)
def test_how_the_claim_stands_to_the_interval(stored, brain, verdict):
    text = page(stored(factors={"baseline": (0.9, 1.0, 1.1), "brain": brain}))
    assert verdict in re.search(r"Read as relative it (.*?); read", text)[1]


def test_what_could_not_be_measured_is_a_dash_and_not_nan(stored, changed):
    nothing = [[np.nan] * 3] * 2
    run = changed(stored(), fill_rate=nothing, utilization_region_henan=nothing)
    run = changed(run, **{"utilization_month_2021-02": nothing, "firm_share_0.0": nothing})
    text = page(run)
    assert "–" in text
    assert not re.search(r"\bnan\b(?! where)", text)


def test_pieces_nobody_lost(stored, changed):
    run = stored()
    lost = [name for name in run.comparison.measures["brain"] if name.startswith("lost_share")]
    text = page(changed(run, **{name: [[0.0] * 3] * 2 for name in lost}))
    assert "No piece was lost in either arm." in text


def test_what_differs_from_the_defaults_and_leaves_its_prior_is_said(stored):
    run = stored()
    scenario = run.scenario.model_copy(
        update={"materials": run.scenario.materials.model_copy(update={"skus": 20})}
    )
    reader = Reader(page(dataclasses.replace(run, scenario=scenario)))
    rows = reader.tables["Values of this scenario that differ from the defaults"]
    assert rows[1:] == [["materials.skus", "200", "20"]]
    assert "outside its prior: materials.skus = 20" in page(
        dataclasses.replace(run, scenario=scenario)
    )
    assert "No value of this scenario differs" in page(run)


def test_what_was_fitted_to_the_claim_is_said_beside_it(stored, language):
    run = stored()
    said = "demand.load, market.known_firms"
    assert said not in page(run, language)
    fitted = run.scenario.experiment.model_copy(update={"fitted": tuple(said.split(", "))})
    scenario = run.scenario.model_copy(update={"experiment": fitted})
    assert said in page(dataclasses.replace(run, scenario=scenario), language)


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(0.9, "is met here"), (0.97, "is not met here"), (None, "inside the interval")],
)
def test_how_the_claim_on_costs_stands_to_the_interval(stored, changed, factor, verdict):
    brain = [0.8, 0.9, 1.1] if factor is None else [factor, factor + 0.001, factor - 0.001]
    run = changed(stored(), procurement_cost_index=[[1.0] * 3, brain])
    assert re.search(r"Procurement cost changes by (.*?)</p>", page(run))[1].count(verdict) == 1


def test_the_steps_of_the_waterfall_sum_to_the_change_for_all_firms_and_groups(stored):
    rows = Reader(page(stored())).tables["The steps, all firms and groups of firms, points"]
    for column in range(1, len(rows[0])):
        first, *steps, last = (float(row[column].split()[0].replace("−", "-")) for row in rows[1:])
        assert first + sum(steps) == pytest.approx(last, abs=0.4)
    # regions and size classes each sum to all firms
    last = [float(cell) for cell in rows[-1][1:]]
    assert sum(last[1:]) == pytest.approx(2 * last[0], abs=0.3)


def test_who_gains_and_who_loses_is_said(stored, language):
    words = Words(language)
    rows = Reader(page(stored(), language)).tables[words("winners_table")]
    names = [row[0] for row in rows[1:]]
    assert names[0] == words("all_firms")
    assert {words("size_under_20"), words("size_20_to_49"), words.region("henan")} <= set(names)
    assert rows[1][5:7] == ["0.0\u00a0%", "50.0\u00a0%"]
    assert words("winners_note") in page(stored(), language)
