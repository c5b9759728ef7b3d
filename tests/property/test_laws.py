"""The laws of the model (MODEL section 10) on random small worlds, both arms."""

import dataclasses
import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.cluster.dates import days_between, working
from kidswear_brain.scenario import Scenario
from kidswear_brain.services.effect import credit_draw
from kidswear_brain.simulation.rows import CAUSES, NEVER
from kidswear_brain.simulation.run import simulate_arm

LAWS = []


def law(check):
    """Hold a law on the fixed worlds of every run, and on drawn ones in the slow tier."""
    LAWS.append(check)
    return check


CALENDARS = (
    {"start": "2021-03-01", "days": 25, "warmup_days": 10, "followup_days": 10},
    {"start": "2022-01-10", "days": 30, "warmup_days": 5, "followup_days": 15},  # festival
)
SHOCK = {
    "name": "lockdown", "first_day": "2021-03-08", "last_day": "2021-03-12",
    "capacity_lost_share": 0.6, "regions": ["zhili", "henan"],
}  # fmt: skip


def _scenario(**parts):
    base = {"calendar": CALENDARS[0], "cluster": {"firms": 8, "brands": 16}}
    return Scenario(**{key: base.get(key, {}) | parts.get(key, {}) for key in base | parts})


@functools.cache
def _arms(calendar, load, capital, shocked, seed):
    """Return scenario, and the rows of both arms."""
    scenario = Scenario(
        calendar=CALENDARS[calendar],
        cluster={"firms": 8, "brands": 16, "off_skill_probability": 0.4},
        demand={"load": load},
        finance={"own_capital_days": capital, "receivable_days": 20},
        shocks=[SHOCK] if shocked else [],
    )
    cluster = build_cluster(scenario, seed)
    return scenario, [simulate_arm(scenario, seed, arm, cluster) for arm in ("baseline", "brain")]


@law
def every_piece_is_delivered_in_progress_lost_or_rejected(world):
    for rows in _arms(*world)[1]:
        o = rows.orders
        total = o.delivered_pieces + o.in_progress_pieces + o.lost_pieces + o.rejected_pieces
        assert np.array_equal(total, rows.cluster.orders.pieces)
        for name in ("delivered_pieces", "in_progress_pieces", "lost_pieces", "rejected_pieces"):
            assert getattr(o, name).min(initial=0) >= 0, name
        assert np.all(o.on_time_pieces <= o.delivered_pieces)
        in_lots = np.bincount(rows.lots.order, rows.lots.pieces, rows.cluster.orders.pieces.size)
        placed = in_lots > 0
        assert np.array_equal(in_lots[placed], rows.cluster.orders.pieces[placed])
        assert not np.any(placed & (o.lost_pieces > 0))


@law
def every_line_day_has_1440_minutes(world):
    for rows in _arms(*world)[1]:
        assert np.all(rows.clock_min.sum(axis=2) == 1440)
        assert rows.clock_min.min() >= 0


@law
def good_minutes_are_producing_minutes_at_the_plateau(world):
    """Good standard minutes = producing x posts x P x (1 - reject), within whole minutes."""
    scenario, arms = _arms(*world)
    for rows in arms:
        lines, firms = rows.cluster.lines, rows.cluster.firms
        producing = rows.clock_min[:, :, CAUSES.index("producing")]
        rate = lines.posts * firms.plateau[lines.firm] * (1 - scenario.line.reject_share)
        assert np.all(np.abs(rows.good_min / rate[:, None] - producing) < 1 + 1e-6)
        assert rows.good_min.sum() > 0


@law
def good_minutes_are_the_work_of_the_lots(world):
    """What the lines made is what the finished lots hold, and at most what the others do."""
    scenario, arms = _arms(*world)
    for rows in arms:
        work = rows.lots.pieces * rows.cluster.orders.smv[rows.lots.order]
        kept = 1 - scenario.line.reject_share
        for line in range(rows.cluster.lines.firm.size):
            mine = rows.lots.line == line
            done = work[mine & (rows.lots.completion_min != NEVER)].sum() * kept
            begun = work[mine & (rows.lots.start_min != NEVER)].sum() * kept
            made = rows.good_min[line].sum()
            assert done * (1 - 1e-9) - 1e-6 <= made <= begun * (1 + 1e-9) + 1e-6


@law
def no_lot_without_skill_nor_before_its_parts(world):
    scenario, arms = _arms(*world)
    for rows in arms:
        lots, cluster = rows.lots, rows.cluster
        firm = cluster.lines.firm[lots.line]
        assert np.all(cluster.firms.skill[firm, cluster.orders.category[lots.order]] > 0)
        begun = lots.start_min != NEVER
        release = rows.orders.release_min[lots.order]
        assert np.all(lots.accepted_min >= release)
        lead = cluster.regions.lead_min[cluster.firms.region[firm]]
        parts = np.maximum(lots.accepted_min, release + 1440 * scenario.materials.lead_days) + lead
        assert np.all(lots.start_min[begun] >= parts[begun])
        ended = lots.completion_min != NEVER
        assert np.all(lots.start_min[ended] < lots.completion_min[ended])


@law
def lots_of_a_line_come_one_after_the_other(world):
    for rows in _arms(*world)[1]:
        for line in range(rows.cluster.lines.firm.size):
            mine = rows.lots.line == line
            start, end = rows.lots.start_min[mine], rows.lots.completion_min[mine]
            begun = start != NEVER
            assert np.all(np.diff(begun.astype(int)) <= 0)  # first in, first out
            assert np.all(start[begun][1:] >= end[begun][:-1])


@law
def lots_are_sewn_on_open_days_only(world):
    _, arms = _arms(*world)
    for rows in arms:
        idle = ~rows.working_day
        for name in ("start_min", "completion_min"):
            when = getattr(rows.lots, name)
            when = when[when != NEVER]
            # an end at midnight belongs to the day before
            day = (when - (name == "completion_min")) // 1440 - rows.cluster.days.first
            assert rows.working_day[day].all()
        assert np.all(rows.good_min[:, idle] == 0)


@law
def accepted_unpaid_minutes_stay_within_working_capital(world):
    """Recomputed from the lots alone: at each acceptance, what is not yet paid fits the limit."""
    scenario, (rows, _) = _arms(*world)
    lots, cluster = rows.lots, rows.cluster
    firm = cluster.lines.firm[lots.line]
    lead = cluster.regions.lead_min[cluster.firms.region[firm]]
    work = lots.pieces * cluster.orders.smv[lots.order]
    due = lots.completion_min + lead + 1440 * scenario.finance.receivable_days
    paid = np.where(lots.completion_min == NEVER, np.iinfo(np.int64).max, -(-due // 1440) * 1440)
    year = days_between(scenario.calendar, 0, 365)
    credit = credit_draw(cluster) < scenario.finance.credit_access_share
    days = cluster.firms.own_capital_days + scenario.finance.credit_days * credit
    limit = days * cluster.firms.capacity_per_day * working(year).sum() / 365
    for k in range(lots.order.size):
        now = lots.accepted_min[k]
        same = (firm == firm[k]) & (np.arange(firm.size) <= k) & (paid > now)
        assert work[same].sum() <= limit[firm[k]] * (1 + 1e-9)


@law
def no_lot_is_accepted_past_its_due_date_by_exact_quotes(world):
    """Whoever accepts quotes in time; with quotes nobody misjudges only shocks make lots late."""
    calendar, load, capital, _, seed = world
    scenario = _scenario(
        calendar=CALENDARS[calendar],
        demand={"load": load},
        finance={"own_capital_days": capital},
        market={"quote_error_sd": 0},
    )
    rows = simulate_arm(scenario, seed, "baseline")
    lots = rows.lots
    firm = rows.cluster.lines.firm[lots.line]
    lead = rows.cluster.regions.lead_min[rows.cluster.firms.region[firm]]
    ended = lots.completion_min != NEVER
    arrival = (lots.completion_min + lead)[ended]
    assert np.all(arrival <= rows.cluster.orders.due_min[lots.order][ended])


FIXED = ((0, 0.8, 120, False, 1), (0, 1.5, 8, True, 2), (1, 1.5, 120, False, 0))


@pytest.mark.parametrize("world", FIXED, ids=str)
@pytest.mark.parametrize("check", LAWS, ids=lambda check: check.__name__)
def test_law(check, world):
    check(world)


worlds = st.tuples(
    st.sampled_from([0, 1]),
    st.sampled_from([0.8, 1.5]),
    st.sampled_from([8, 120]),
    st.booleans(),
    st.integers(0, 9),
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(worlds)
def test_all_laws_on_drawn_worlds(world):
    for check in LAWS:
        check(world)


# -- switches that must change nothing ---------------------------------------------------------


def _equal(one, other, exempt=()):
    """Name the first column in which two arms differ, None if there is none."""
    for name in ("orders", "lots", "epochs"):
        left, right = getattr(one, name), getattr(other, name)
        for field in dataclasses.fields(left):
            if field.name in exempt:
                continue
            if not np.array_equal(getattr(left, field.name), getattr(right, field.name)):
                return f"{name}.{field.name}"
    for name in ("clock_min", "good_min", "attended_min"):
        if name not in exempt and not np.array_equal(getattr(one, name), getattr(other, name)):
            return name
    return None


NAMES = ("manufacturing", "procurement", "design", "recruitment", "finance")


def _only(**on):
    return {name: on.get(name, {"enabled": False}) for name in NAMES}


def _both(seed=1, **parts):
    scenario = _scenario(**parts)
    cluster = build_cluster(scenario, seed)
    return [simulate_arm(scenario, seed, arm, cluster) for arm in ("baseline", "brain")]


@pytest.mark.parametrize("seed", [1, 2])
def test_all_services_off_is_the_baseline_arm(seed):
    baseline, brain = _both(seed, services=_only())
    assert _equal(baseline, brain) is None
    assert baseline.lots.order.size > 0


def test_with_unlimited_credit_finance_changes_nothing():
    money = {"unlimited_credit": True}
    assert _equal(*_both(finance=money, services=_only(finance={}))) is None
    # and with limits it does, so that the law is not empty
    tight = {"own_capital_days": 10}
    assert _equal(*_both(finance=tight, services=_only(finance={}))) is not None


def test_without_vacancies_recruitment_changes_nothing():
    full = {"turnover_share_per_month": 0, "festival_gap_share": 0}
    assert _equal(*_both(labor=full, services=_only(recruitment={}))) is None
    assert _equal(*_both(services=_only(recruitment={}))) is not None


def test_a_pool_without_a_window_changes_no_lot():
    free = {"fee_share": 0, "window_days": 0}
    assert _equal(*_both(services=_only(procurement=free))) is None
    assert _equal(*_both(services=_only(procurement={"fee_share": 0}))) is not None


def test_saving_no_days_and_sharing_no_family_design_changes_nothing():
    one, other = _both(services=_only(design={"saved_days": 0}), line={"carryover_share": 0,
        "same_family_changeover_share": 1})  # fmt: skip
    assert _equal(one, other, exempt={"style_family"}) is None


@pytest.mark.parametrize("name", ["recruitment", "finance", "manufacturing"])
def test_a_service_in_one_region_leaves_every_draw_equal(name):
    """The worlds are equal, and so are the firms' lines outside where only hiring differs."""
    here = _scenario(services=_only(**{name: {"regions": ["anhui_southwest"]}}))
    off = _scenario(services=_only())
    one, other = build_cluster(here, 3), build_cluster(off, 3)
    for part in ("firms", "lines", "brands", "orders", "days", "regions"):
        left, right = getattr(one, part), getattr(other, part)
        for field in dataclasses.fields(left):
            assert np.array_equal(getattr(left, field.name), getattr(right, field.name)), (
                f"{part}.{field.name}"
            )
    switched = simulate_arm(here, 3, "brain", one)
    plain = simulate_arm(off, 3, "brain", other)
    if name == "recruitment":
        row = one.firms.region[one.lines.firm] != list(here.regions).index("anhui_southwest")
        shares = [CAUSES.index("shut_down"), CAUSES.index("shock")]
        assert np.array_equal(switched.clock_min[row][..., shares],
                              plain.clock_min[row][..., shares])  # fmt: skip


def test_the_same_world_twice_is_the_same_to_the_last_bit():
    scenario = _scenario()
    for arm in ("baseline", "brain"):
        assert _equal(simulate_arm(scenario, 5, arm), simulate_arm(scenario, 5, arm)) is None
