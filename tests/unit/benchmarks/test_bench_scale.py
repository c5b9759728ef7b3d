"""The group scale: sizes by option, everything in proportion, a slope that can be trusted."""

import pytest
from benchmarks import scale
from benchmarks.harness import names

from kidswear_brain.errors import RunError
from kidswear_brain.scenario import load_scenario


def test_the_projects_sizes_are_in_the_list_of_cases():
    listed = names()["scale"]
    assert {"scale-brain-3000", "scale-brain-12000", "scale-baseline-48000"} <= set(listed)
    assert "scale-brain-48000" not in listed  # its pairs alone take 36 GB


def test_sizes_by_option_get_both_arms_and_their_days():
    found = scale.processes((300, 600), days=28)
    assert [one.name for one in found] == [
        "scale-baseline-300", "scale-baseline-600", "scale-brain-300", "scale-brain-600",
    ]  # fmt: skip
    assert found[-1].command[-4:] == ["scale", "brain", "600", "28"]
    assert "28 days of it" in found[-1].title
    assert all(one.limit_s is None for one in found)


def test_only_the_whole_year_of_12000_firms_has_a_stated_limit():
    stated = {one.name: one.limit_s for one in scale.processes() if one.limit_s is not None}
    assert stated == {"scale-brain-12000": 3600.0}


@pytest.mark.parametrize("days", [2, 29, scale.YEAR_DAYS])
def test_a_part_of_a_year_has_the_days_it_says(days):
    scenario = load_scenario("kidswear:wuxing", scale.overrides(2400, days))
    calendar, cluster = scenario.calendar, scenario.cluster
    assert calendar.warmup_days + calendar.days + calendar.followup_days == days
    assert (cluster.firms, cluster.brands, cluster.suppliers) == (2400, 4800, 80)


def test_the_exponent_is_that_of_a_power_law():
    law = [(size, 3e-4 * size**1.4) for size in (1200, 3000, 12000)]
    assert scale.exponent(law) == pytest.approx(1.4, abs=1e-12)
    assert scale.exponent(law[:1]) is None


def test_points_are_by_arm_and_leave_out_what_did_not_end(make_row, make_results):
    results = make_results(
        make_row(case="scale-brain-3000", cpu_seconds=90.0, memory_mib=900.0),
        make_row(case="scale-brain-1200", cpu_seconds=20.0, memory_mib=400.0),
        make_row(case="scale-brain-12000", status="limit", seconds=None),
    )
    assert scale.points(results) == {"brain": [(1200, 20.0, 400.0), (3000, 90.0, 900.0)]}


def test_the_plot_is_drawn_the_same_twice(tmp_path, make_row, make_results):
    pytest.importorskip("matplotlib")
    rows = [
        make_row(case=f"scale-brain-{size}", cpu_seconds=size / 60, memory_mib=400.0)
        for size in (1200, 3000)
    ]
    for name in ("a.svg", "b.svg"):
        scale.draw(make_results(*rows), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("sizes", ["many", "0", "1200,-3"])
def test_sizes_that_are_none_are_refused(sizes):
    from kidswear_brain.cli_bench import firms_of

    with pytest.raises(RunError, match="--sizes"):
        firms_of(sizes)
