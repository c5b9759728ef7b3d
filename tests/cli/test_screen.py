"""What is shown: figures by hand, gaps, one replication, and the bar only where somebody looks."""

import io
import math
import time
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from kidswear_brain import cli_screen
from kidswear_brain.experiment.compare import FinishedRun
from kidswear_brain.experiment.comparison import Comparison
from kidswear_brain.results.formulas import LOST_CAUSES, SCHEDULED
from kidswear_brain.scenario import Scenario

NAMES = (
    *cli_screen.SHARES,
    *cli_screen.AMOUNTS,
    *(f"lost_share_{cause}" for cause in LOST_CAUSES),
    *(f"ledger_scheduled_{cause}" for cause in SCHEDULED),
)


def shown(n=2, scenario=None, **other):
    arms = {arm: {name: np.zeros(n) for name in NAMES} for arm in ("baseline", "brain")}
    for name, (baseline, brain) in other.items():
        arms["baseline"][name], arms["brain"][name] = np.array(baseline), np.array(brain)
    console = Console(file=io.StringIO(), width=80)
    run = FinishedRun(Path("runs/x"), Comparison("hash", 9, arms), shown_again=False)
    cli_screen.show_run(console, scenario or Scenario(), run, "en")
    lines = console.file.getvalue().splitlines()
    assert "…" not in console.file.getvalue(), "a figure is cut"
    assert max(map(len, lines)) <= 80
    return [" ".join(line.split()) for line in lines]


def test_what_was_fitted_to_the_claim_is_said():
    fitted = {"fitted": ("demand.load", "market.known_firms")}
    lines = shown(scenario=Scenario(experiment=fitted))
    assert "Fitted to the claim beforehand: demand.load, market.known_firms." in " ".join(lines)
    assert not any("Fitted" in line for line in shown())


def test_means_half_widths_and_paired_changes():
    lines = shown(utilization=([0.5, 0.5], [0.6, 0.7]))
    # sd of .6 and .7 is .1/sqrt(2); t(1; .975) = 12.706; half-width .635
    assert "utilization 0.500 ±0.000 0.650 ±0.635 +30.0% ±127 +15.0 pp ±63.5" in lines
    assert "1,200 firms, 365 days, replications 2, seed 9" in lines
    assert lines[-1] == "Run directory: runs/x"


def test_wide_intervals_are_never_cut():
    wild = {name: ([0.01, 0.99], [0.99, 0.01]) for name in NAMES}
    wild["lead_time_days"] = ([10, 90], [99, 20])
    line = next(line for line in shown(**wild) if line.startswith("lead time, days"))
    # differences 89 and -70: t(1; .975) x 79.5 = 1010
    assert line.endswith("+9.50 ±1010")


def test_one_replication_shows_no_interval():
    lines = shown(n=1, utilization=([0.5], [0.6]))
    assert "utilization 0.500 0.600 +20.0% +10.0 pp" in lines
    assert any(line.startswith("One replication: no interval") for line in lines)


def test_a_year_of_adoption_shows_members_month_by_month():
    year = {
        "member_firms_2021-03": ([0, 0], [1, 2]), "member_brands_2021-03": ([0, 0], [2100, 2200]),
        "utilization_month_2021-03": ([0.5, 0.5], [0.6, 0.6]),
    }  # fmt: skip
    lines = shown(scenario=Scenario(adoption={"midpoint": "2021-07-01"}), **year)
    assert "utilization by month member firms member brands baseline brain" in lines
    assert "2021-03 2 2,150 0.500 ±0.000 0.600 ±0.000" in lines
    assert not any(line.startswith("2021-03") for line in shown(**year))


def test_what_cannot_be_measured_is_a_dash_and_what_did_not_occur_is_left_out():
    lines = shown(lead_time_days=([math.nan, 1], [2, 2]), lost_share_cash=([0, 0], [0.1, 0.1]))
    assert "lead time, days - 2.00 ±0.00 - -" in lines
    assert "cash 0.000 ±0.000 0.100 ±0.000 - +10.0 pp ±0.0" in lines
    assert not any(line.startswith(("material", "shock")) for line in lines)


def test_a_ratio_that_would_mislead_is_a_dash_and_the_difference_stays():
    lines = shown(
        load=([0.8, 0.8], [0.8, 0.8]),
        tardiness_days=([0.004, 0.004], [0.4, 0.4]),
        firms_per_order=([-2, -2], [-1, -1]),
        lead_time_days=([2, 2], [-1, -1]),
    )
    assert "demand / capacity 0.800 ±0.000 0.800 ±0.000 +0.0% ±0.0 +0.0 pp ±0.0" in lines
    assert "tardiness, days 0.00 ±0.00 0.40 ±0.00 - +0.40 ±0.00" in lines
    assert "firms per order -2.00 ±0.00 -1.00 ±0.00 - +1.00 ±0.00" in lines
    assert "lead time, days 2.00 ±0.00 -1.00 ±0.00 - -3.00 ±0.00" in lines
    names = [line.partition(" ")[0] for line in lines]
    assert names.index("demand") < names.index("utilization")
    assert any("mean of the replications' ratios" in line for line in lines)


def test_nobody_looking_means_no_bar(monkeypatch):
    monkeypatch.setattr(cli_screen, "PATIENCE_SECONDS", 0)
    console = Console(file=io.StringIO())
    with cli_screen.progress_bar(console) as progress:
        progress(1, 3)
    assert console.file.getvalue() == ""


def test_a_terminal_gets_a_bar_of_replications(monkeypatch):
    monkeypatch.setattr(cli_screen, "PATIENCE_SECONDS", 0)
    console = Console(file=io.StringIO(), force_terminal=True)
    deadline = time.monotonic() + 20
    with cli_screen.progress_bar(console) as progress:
        progress(1, 3)
        while "1/3" not in console.file.getvalue():
            if time.monotonic() > deadline:
                pytest.fail("no bar")
            time.sleep(0.01)
