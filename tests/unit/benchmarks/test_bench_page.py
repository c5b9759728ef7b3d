"""The page of results: honest about limits and shared machines, and in step with what is kept."""

import pytest
from benchmarks import readme


def table_lines(results):
    return [line for line in readme.tables([results]).splitlines() if line.startswith("| ")]


def test_a_peer_out_of_time_is_shown_so(make_row, make_results):
    row = make_row(solver="glop", status="limit", seconds=301.0, cpu_seconds=120.0)
    line = table_lines(make_results(row))[-1]
    assert "| > 300 | 120.0 |" in line


@pytest.mark.parametrize(
    ("seconds", "cpu_seconds", "remark"),
    [
        (0.05, 0.05, ""),
        (0.07, 0.07, "| **over** |"),
        (0.07, 0.05, "| **over**, not in processor time |"),
    ],
)
def test_what_is_above_its_limit_is_marked(make_row, make_results, seconds, cpu_seconds, remark):
    row = make_row(seconds=seconds, cpu_seconds=cpu_seconds, limit_s=0.06)
    line = table_lines(make_results(row))[-1]
    assert line.endswith(remark)
    assert ("over" in line) is bool(remark)


def test_a_rough_answer_is_called_rough(make_row, make_results):
    row = make_row(solver="pdlp", status="rough", relative_gap=1e-5)
    assert "| rough |" in table_lines(make_results(row))[-1]


@pytest.mark.parametrize(
    ("before", "after", "shared"), [(0.2, 1.1, False), (6.0, 1.0, True), (0.1, 4.0, True)]
)
def test_a_shared_machine_is_confessed(make_row, make_results, before, after, shared):
    results = make_results(make_row(), load_before=before, load_after=after)
    assert ("the machine was shared" in readme.tables([results])) is shared


def test_the_plot_has_no_point_for_an_unknown_time(make_row, make_results):
    results = make_results(
        make_row(case="n-1000", cpu_seconds=0.08),
        make_row(case="peers-1000", solver="glop", status="limit", seconds=300.0),
        make_row(case="peers-100", solver="glop", cpu_seconds=2.0),
        make_row(case="loose", seconds=5.0),
    )
    assert readme.scaling([results]) == {"kidswear": [(1000, 0.08)], "glop": [(100, 2.0)]}


def test_the_plot_is_drawn_the_same_twice(tmp_path, make_row, make_results):
    pytest.importorskip("matplotlib")
    results = [make_results(make_row(case="n-1000"), make_row(case="n-370"))]
    for name in ("a.svg", "b.svg"):
        readme.draw(results, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_page_shows_what_is_kept():
    assert readme.tables(readme.kept()) in readme.PAGE.read_text(encoding="utf-8")


def test_every_claim_has_its_row():
    """What is kept must be readable, dated, and say on which machine it was measured."""
    for results in readme.kept():
        assert results.rows
        assert results.machine["processor"]
        assert results.date.startswith("20")
