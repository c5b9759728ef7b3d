"""What a sewing line does, computed by hand: 10 standard minutes a minute, 8:00 to 18:00."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

DAY = 1440
OPEN, CLOSE = 480, 1080
LEARN = {"learning_loss_share": 0.3, "learning_days": 2.0}


def test_a_lot_without_learning_takes_its_work(floor):
    f = floor()
    first, second = f.accept(4000), f.accept(5000)
    f.run(3 * DAY)
    assert (f.start(first), f.end(first)) == (OPEN, OPEN + 400)
    # 2,000 standard minutes on Monday, 3,000 on Tuesday
    assert (f.start(second), f.end(second)) == (OPEN + 400, DAY + OPEN + 300)
    assert f.day(0) == {"off_shift": 840, "producing": 600}
    assert f.day(1) == {"off_shift": 840, "producing": 300, "no_order": 300}
    assert f.works.good_min[0, :3] == pytest.approx([6000, 3000, 0])
    assert f.works.attended_min[0, :3] == pytest.approx([12_000, 12_000, 12_000])


def test_a_lot_that_fills_the_day_ends_at_closing(floor):
    f = floor()
    first, second = f.accept(6000), f.accept(10)
    f.run(2 * DAY)
    assert f.end(first) == CLOSE
    assert f.start(second) == DAY + OPEN


def test_sunday_rests(floor):
    f = floor()
    lot = f.accept(6 * 6000 + 10)
    f.run(9 * DAY)
    assert f.day(6) == {"off_shift": DAY}
    assert f.end(lot) == 7 * DAY + OPEN + 1


def test_change_over_comes_before_sewing_and_may_span_the_night(floor):
    f = floor(line={"changeover_days": 0.5})
    first, second = f.accept(2000, family=1), f.accept(1000, family=2)
    f.run(2 * DAY)
    assert f.end(first) == OPEN + 300 + 200
    # 100 minutes of change-over are left on Monday, 200 on Tuesday
    assert (f.start(second), f.end(second)) == (OPEN + 500, DAY + OPEN + 200 + 100)
    assert f.day(0) == {"off_shift": 840, "change_over": 400, "producing": 200}
    assert f.day(1)["change_over"] == 200


def test_learning_goes_on_over_nights(floor):
    f = floor(line=LEARN)
    lot = f.accept(9000)
    f.run(3 * DAY)
    days = brentq(lambda t: t - 0.6 * (1 - np.exp(-t / 2)) - 1.5, 1, 3)
    assert 1 < days < 2
    assert f.end(lot) == np.floor(DAY + OPEN + 600 * (days - 1) + 0.5)
    worth, _ = quad(lambda k: 1 - 0.3 * np.exp(-k / 2), 0, 1)
    assert f.day(0)["producing"] == pytest.approx(600 * worth, abs=1)
    assert f.day(0)["learning"] == pytest.approx(600 * (1 - worth), abs=1)
    assert f.works.good_min[0, 0] == pytest.approx(6000 * worth)


def test_a_lot_of_the_same_family_keeps_some_learning_and_changes_over_faster(floor):
    f = floor(
        line=LEARN
        | {"changeover_days": 0.5, "carryover_share": 0.7, "same_family_changeover_share": 0.3}
    )
    first, same, other = f.accept(2000), f.accept(2000), f.accept(100, family=2)
    f.run(4 * DAY)

    def sewing(work, known):
        lost = 0.3 * 2 * np.exp(-known / 2)
        return brentq(lambda t: t - lost * (1 - np.exp(-t / 2)) - work, 0, 9)

    fresh = sewing(1 / 3, 0)
    assert f.end(first) == np.floor(OPEN + 300 + 600 * fresh + 0.5)
    known = -2 * np.log(1 - 0.7 * (1 - np.exp(-fresh / 2)))
    # in working time: 300 + first, 90 + second, 300 + third
    kept = sewing(1 / 3, known)
    worked = 300 + 600 * fresh + 90 + 600 * kept
    assert worked > 600
    assert f.end(same) == np.floor(DAY + OPEN + worked - 600 + 0.5)
    worked += 300 + 600 * sewing(1 / 60, 0)
    assert worked > 1200
    assert f.end(other) == np.floor(2 * DAY + OPEN + worked - 1200 + 0.5)


def test_learning_carried_over_twice_builds_on_what_was_carried(floor):
    f = floor(line=LEARN | {"carryover_share": 0.5})
    lots = [f.accept(1200) for _ in range(3)]
    f.run(2 * DAY)
    known, now = 0.0, float(OPEN)
    for lot in lots:
        lost = 0.6 * np.exp(-known / 2)
        took = brentq(lambda t, lost=lost: t - lost * (1 - np.exp(-t / 2)) - 0.2, 0, 9)
        now += 600 * took
        assert f.end(lot) == np.floor(now + 0.5)
        known = -2 * np.log(1 - 0.5 * (1 - np.exp(-(known + took) / 2)))


SHOCK = {"name": "lockdown", "first_day": "2021-03-02", "last_day": "2021-03-02"}


def test_a_shock_in_the_middle_of_a_lot_moves_it(floor):
    f = floor(shocks=[SHOCK | {"capacity_lost_share": 0.5}])
    lot = f.accept(12_000)
    assert f.works.lines["end_min"][0] == DAY + CLOSE  # nobody knows yet
    f.run(DAY)
    f.shock()
    f.run(4 * DAY)
    # Monday 6,000, Tuesday afternoon 3,000, Wednesday morning 3,000
    assert f.end(lot) == 2 * DAY + OPEN + 300
    assert f.day(1) == {"off_shift": 840, "shock": 300, "producing": 300}


def test_a_shock_leaves_learning_where_it_was(floor):
    f = floor(line=LEARN, shocks=[SHOCK | {"capacity_lost_share": 1.0}])
    lot = f.accept(9000)
    f.run(DAY)
    f.shock()
    f.run(4 * DAY)
    days = brentq(lambda t: t - 0.6 * (1 - np.exp(-t / 2)) - 1.5, 1, 3)
    assert f.end(lot) == np.floor(2 * DAY + OPEN + 600 * (days - 1) + 0.5)
    assert f.day(1) == {"off_shift": 840, "shock": 600}


def test_two_shocks_of_a_day_act_one_on_another(floor):
    f = floor(
        shocks=[SHOCK | {"capacity_lost_share": 0.5}, SHOCK | {"capacity_lost_share": 0.2}],
    )
    f.shock()
    f.accept(60_000)
    f.run(2 * DAY)
    assert f.day(1) == {"off_shift": 840, "shock": 360, "producing": 240}


def test_a_shock_hits_its_regions_only(floor):
    lane = {
        "share": 0.5, "road_km": 1, "lead_days": 1, "freight_cny_per_piece": 0,
        "freight_ad_hoc_cny_per_piece": 0,
    }  # fmt: skip
    where = {"zhili": lane, "henan": lane}
    f = floor(cluster={"firms": 8}, regions=where, shocks=[
        SHOCK | {"capacity_lost_share": 1.0, "regions": ["henan"]}
    ])  # fmt: skip
    f.shock()
    f.run(2 * DAY)
    region = f.cluster.firms.region[f.cluster.lines.firm]
    keys = np.array(f.cluster.regions.key)[region]
    assert set(keys) == {"zhili", "henan"}
    hit = f.works.clock_min[:, 1, 2] == 600
    assert np.array_equal(hit, keys == "henan")


def test_overtime_while_more_than_three_days_of_work_are_accepted(floor):
    f = floor(line={"overtime_hours_per_day": 3})
    lot = f.accept(24_000)
    f.run(5 * DAY)
    # Monday 13 h: 7,800; then 16,200 left are less than 18,000: 6,000, 6,000, and 4,200 on Thursday
    assert f.day(0) == {"off_shift": 660, "producing": 780}
    assert f.day(1) == {"off_shift": 840, "producing": 600}
    assert f.end(lot) == 3 * DAY + OPEN + 420


def test_no_overtime_at_exactly_three_days(floor):
    f = floor(line={"overtime_hours_per_day": 3})
    f.accept(18_000)
    f.run(DAY)
    assert f.day(0)["producing"] == 600


def test_overtime_when_a_lot_would_else_be_late_and_only_while_there_is_work(floor):
    f = floor(line={"overtime_hours_per_day": 3})
    late = f.accept(7000, due=CLOSE + 50)
    f.run(2 * DAY)
    assert f.end(late) == CLOSE + 100
    assert f.day(0) == {"off_shift": 740, "producing": 700}
    g = floor(line={"overtime_hours_per_day": 3})
    in_time = g.accept(7000, due=DAY + OPEN + 100)
    g.run(2 * DAY)
    assert g.end(in_time) == DAY + OPEN + 100


def test_a_late_lot_behind_the_head_brings_overtime_too(floor):
    f = floor(line={"overtime_hours_per_day": 3})
    f.accept(6000)
    late = f.accept(500, due=DAY)
    f.run(DAY)
    assert f.end(late) == CLOSE + 50


def test_overtime_ends_with_the_months_36_hours_and_begins_again_with_the_next(floor):
    f = floor(line={"overtime_hours_per_day": 3})
    f.accept(10**6)
    f.run(45 * DAY)
    made = [f.day(day).get("producing", 0) for day in range(45)]
    over = np.array([max(0, minutes - 600) for minutes in made])
    assert over[:31].sum() == 36 * 60
    worked = np.flatnonzero(over[:31])
    # the first twelve working days of March
    assert worked.tolist() == [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12]
    assert over[31] == 180


def test_shift_and_overtime_end_by_midnight(floor):
    long = floor(line={"overtime_hours_per_day": 3}, calendar={"hours_per_day": 20})
    lot = long.accept(100_000)
    long.run(DAY)
    # 20 hours of shift and 3 of overtime begin at 1:00
    assert long.start(lot) == 60
    assert long.day(0) == {"off_shift": 60, "producing": 1380}
    whole = floor(line={"overtime_hours_per_day": 3}, calendar={"hours_per_day": 21})
    whole.accept(100_000)
    whole.run(DAY)
    assert whole.day(0) == {"producing": 1440}


def test_overtime_counts_for_learning_as_scheduled_time_does(floor):
    f = floor(line=LEARN | {"overtime_hours_per_day": 3, "overtime_backlog_days": 0})
    lot = f.accept(7000)
    f.run(2 * DAY)
    days = brentq(lambda t: t - 0.6 * (1 - np.exp(-t / 2)) - 7 / 6, 1, 3)
    done_monday = 1.3 - 0.6 * (1 - np.exp(-0.65))
    if 6000 * done_monday >= 7000:
        assert f.end(lot) == np.floor(OPEN + 600 * days + 0.5)
    else:
        assert f.end(lot) == np.floor(DAY + OPEN + 600 * (days - 1.3) + 0.5)


def test_spring_festival_lies_between_two_halves_of_a_lot(floor):
    f = floor(calendar={"start": "2022-01-17", "rest_weekday": None})
    lot = f.accept(5 * 6000)
    f.run(30 * DAY)
    # shut from 21 January to 11 February: days 4 to 25
    assert f.day(3)["producing"] == 600
    assert all(f.day(day) == {"shut_down": DAY} for day in range(4, 26))
    assert f.end(lot) == 26 * DAY + CLOSE


def test_after_the_festival_posts_are_vacant(floor):
    f = floor(
        calendar={"start": "2022-02-12", "rest_weekday": None},
        labor={"festival_gap_share": 0.12, "festival_gap_decay_days": 64},
    )
    f.accept(10**6)
    f.run(40 * DAY)
    assert f.works.good_min[0, 0] == pytest.approx(6000 * 0.88)
    assert f.works.good_min[0, 32] == pytest.approx(6000 * (1 - 0.12 * np.exp(-0.5)))
    assert f.day(0) == {"off_shift": 840, "vacancy": 72, "producing": 528}


def test_vacancy_and_absence_slow_the_line(floor):
    f = floor(labor={
        "turnover_share_per_month": 0.1, "fill_days": 12, "absence_share": 0.05,
        "harvest_absence_share": 0.1,
    })  # fmt: skip
    lot = f.accept(6000)
    f.run(2 * DAY)
    # .04 of the posts vacant, .05 of the filled ones absent
    present = 0.96 * 0.95
    assert f.end(lot) == np.floor(DAY + OPEN + 600 * (1 - present) / present + 0.5)
    assert f.day(0) == {"off_shift": 840, "vacancy": 24, "absence": 29, "producing": 547}
    assert f.works.attended_min[0, 0] == pytest.approx(20 * 600 * present)


def test_vacancy_never_empties_a_line(floor):
    f = floor(
        labor={"festival_gap_share": 0.9, "turnover_share_per_month": 0.09, "fill_days": 30},
        calendar={"start": "2022-02-12"},
    )
    f.accept(10**6)
    f.run(DAY)
    assert f.works.good_min[0, 0] == pytest.approx(6000 * 0.05)


def test_change_over_takes_scheduled_minutes_whoever_is_there(floor):
    f = floor(line={"changeover_days": 0.5}, labor={"absence_share": 0.5})
    lot = f.accept(1000)
    f.run(DAY)
    assert f.end(lot) == OPEN + 300 + 200
    assert f.day(0)["change_over"] == 150
    assert f.day(0)["absence"] == 300


def test_rework_off_skill_and_rejects(floor):
    f = floor(line={"reject_share": 0.02})
    lot = f.accept(2850, speed=0.75, rework=0.05)
    f.run(DAY)
    # 10 x .75 x .95 standard minutes a minute
    assert f.end(lot) == OPEN + 400
    assert f.works.good_min[0, 0] == pytest.approx(2850 * 0.98)
    # of 400 minutes 20 rework, of the other 380 a quarter off skill
    assert f.day(0) == {
        "off_shift": 840, "producing": 285, "off_skill": 95, "rework": 20, "no_order": 200,
    }  # fmt: skip


def test_the_head_waits_for_its_parts_and_nobody_overtakes(floor):
    f = floor()
    first, second = f.accept(1000, parts=OPEN + 200), f.accept(1000)
    f.run(DAY)
    assert (f.start(first), f.end(first)) == (OPEN + 200, OPEN + 300)
    assert (f.start(second), f.end(second)) == (OPEN + 300, OPEN + 400)
    assert f.day(0)["waiting_material"] == 200
    assert f.day(0)["no_order"] == 200


def test_parts_that_come_at_night_wait_for_the_shift(floor):
    f = floor()
    lot = f.accept(1000, parts=CLOSE + 60)
    f.run(2 * DAY)
    assert f.day(0)["waiting_material"] == 600
    assert f.start(lot) == DAY + OPEN


def test_epochs_within_the_day_change_nothing(floor):
    ends = []
    for step in (DAY, 97, 480):
        f = floor(line=LEARN | {"changeover_days": 0.5, "overtime_hours_per_day": 3})
        lots = [f.accept(work, family=k % 2) for k, work in enumerate((9000, 500, 7000, 20_000))]
        while f.now < 15 * DAY:
            f.run(min(f.now + step, 15 * DAY))
        ends.append(([f.end(lot) for lot in lots], f.works.clock_min[:, :15].tolist()))
    assert ends[0] == ends[1] == ends[2]
