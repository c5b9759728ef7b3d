"""Rows, medians, and what counts as a slow-down."""

import pytest
from benchmarks.results import NOISE, medians, read, row_of, slow_downs, write

from kidswear_brain.errors import RunError

CERTIFIED = {"primal_infeasibility": 1e-12, "dual_infeasibility": 0.0, "relative_gap": 1e-12}


@pytest.mark.parametrize(
    ("figures", "status"),
    [
        (CERTIFIED, "optimal"),
        (CERTIFIED | {"relative_gap": 2e-7}, "rough"),
        (CERTIFIED | {"dual_infeasibility": 2e-7}, "rough"),
        (CERTIFIED | {"primal_infeasibility": float("inf")}, "optimal"),
        ({}, "rough"),
    ],
)
def test_only_what_the_certificate_confirms_is_an_optimum(figures, status):
    answer = {"status": "optimal", "instance": "aa"} | figures
    row = row_of(answer, case="n-370", solver="glop", seed=1)
    if figures.get("primal_infeasibility") == float("inf"):
        # an answer that does not fit at all has no figure to judge by
        row = row_of(answer | dict.fromkeys(CERTIFIED, float("inf")), case="c", solver="s", seed=1)
        status = "rough"
    assert row.status == status


def test_results_come_back_from_their_file(tmp_path, make_row, make_results):
    results = make_results(make_row(), make_row(seed=2, note="slow day"))
    write(results, tmp_path / "r.json")
    assert read(tmp_path / "r.json") == results


@pytest.mark.parametrize("text", ["{", "[1]", '{"rows": [{"no": 1}]}', '{"name": 1}'])
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(RunError, match="something else than results"):
        read(tmp_path / "r.json")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(RunError, match="cannot be read"):
        read(tmp_path / "r.json")


def test_medians_are_over_instances(make_row):
    rows = tuple(make_row(seed=k, instance=str(k), seconds=s) for k, s in enumerate((1, 9, 2)))
    (one,) = medians(rows)
    assert (one.seconds, one.instances, one.status) == (2, 3, "optimal")


def test_a_time_limit_leaves_no_median_but_the_processor_time(make_row):
    rows = (make_row(), make_row(seed=2, status="limit", seconds=300.0, cpu_seconds=250.0))
    (one,) = medians(rows)
    assert one.seconds is None
    assert one.status == "limit"
    assert one.cpu_seconds == pytest.approx((0.09 + 250) / 2)


def test_an_objective_is_held_against_ours_on_the_same_instance(make_row):
    rows = (
        make_row(),
        make_row(instance="bb", seed=2, objective=200.0),
        make_row(solver="glop", objective=100.001),
        make_row(solver="glop", instance="bb", seed=2, objective=200.0),
    )
    ours, glop = medians(rows)
    assert ours.objective_error == 0
    assert glop.objective_error == pytest.approx(1e-5)


def test_a_peer_is_held_against_our_run_just_before(make_row):
    rows = (
        make_row(cpu_seconds=0.1),
        make_row(solver="glop", cpu_seconds=10.0),
        make_row(cpu_seconds=0.2),
        make_row(solver="scipy", cpu_seconds=10.0),
        make_row(solver="pdlp", instance="other", cpu_seconds=10.0),
    )
    assert [one.ratio for one in medians(rows)] == [None, pytest.approx(100), 50, None]


def test_the_worst_certificate_is_shown(make_row):
    rows = (make_row(), make_row(seed=2, dual_infeasibility=3e-6, status="rough"))
    (one,) = medians(rows)
    assert one.certificate == 3e-6
    assert one.status == "rough"


@pytest.mark.parametrize(("factor", "slow"), [(0.5, False), (1.15, False), (1.3, True)])
def test_a_slow_down_beyond_noise_is_found(make_row, make_results, factor, slow):
    rows = [make_row(seed=k, instance=str(k), seconds=0.1 * k) for k in (1, 2, 3)]
    later = [make_row(seed=k, instance=str(k), seconds=0.1 * k * factor) for k in (1, 2, 3)]
    lines, worse = slow_downs(make_results(*rows), make_results(*later))
    assert lines == [f"n-370 kidswear: x{factor:.2f} over 3 instances"]
    assert bool(worse) is slow
    assert not slow or f"x{NOISE:.2f}" in worse[0]


def test_one_unlucky_instance_is_no_slow_down(make_row, make_results):
    rows = [make_row(seed=k, instance=str(k)) for k in (1, 2, 3)]
    later = [make_row(seed=k, instance=str(k), seconds=9 if k == 2 else 0.1) for k in (1, 2, 3)]
    assert slow_downs(make_results(*rows), make_results(*later))[1] == []


def test_times_too_short_to_measure_are_not_compared(make_row, make_results):
    before, after = make_row(seconds=0.001), make_row(seconds=0.004)
    assert slow_downs(make_results(before), make_results(after))[1] == []


def test_a_lost_certificate_is_worse(make_row, make_results):
    after = make_results(make_row(status="rough", seconds=0.01))
    assert slow_downs(make_results(make_row()), after)[1] == [
        "n-370 kidswear: was optimal, is rough"
    ]


def test_a_row_that_is_gone_is_worse(make_row, make_results):
    before = make_results(make_row(), make_row(seed=2, instance="bb"))
    assert slow_downs(before, make_results(make_row()))[1] == [
        "n-370 kidswear 2: measured before, not now"
    ]


def test_only_equal_instances_are_compared(make_row, make_results):
    with pytest.raises(RunError, match="no case, solver and instance"):
        slow_downs(make_results(make_row()), make_results(make_row(instance="other")))


def test_results_of_two_processors_are_not_compared(make_row, make_results):
    with pytest.raises(RunError, match="two processors"):
        slow_downs(make_results(make_row()), make_results(make_row(), processor="Q"))


@pytest.mark.parametrize(
    ("solver", "status", "sound"),
    [
        ("kidswear", "optimal", True),
        ("kidswear", "rough", False),
        ("kidswear-warm", "error", False),
        ("kidswear", "done", True),
        ("glop", "rough", True),
        ("glop", "not installed", True),
        ("glop", "failed", False),
    ],
)
def test_ours_must_be_certified_and_no_process_fail(make_row, make_results, solver, status, sound):
    assert make_results(make_row(solver=solver, status=status)).sound is sound
