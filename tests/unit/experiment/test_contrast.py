"""Two runs side by side, and runs read again from their directories."""

import numpy as np
import pytest
from scipy.stats import ttest_ind, ttest_rel

from kidswear_brain.errors import RunError
from kidswear_brain.experiment.compare import RunRequest, run
from kidswear_brain.experiment.comparison import estimate, simultaneous, unpaired
from kidswear_brain.experiment.contrast import contrast
from kidswear_brain.experiment.stored import choose, read_run
from kidswear_brain.results.directory import begin
from kidswear_brain.results.rundir import Identity
from kidswear_brain.scenario import load_scenario

UTILIZATION = "utilization"


@pytest.fixture
def finished(tmp_path, handmade, scenario):
    def make(name, scenario=scenario, **asked):
        asked = {"replications": 3, "seed": 1, "workers": 1, **asked}
        run(RunRequest(scenario, out=tmp_path / name, **asked))
        return read_run(tmp_path / name)

    return make


def test_a_run_is_read_as_it_was_written(finished, scenario):
    stored = finished("a")
    assert stored.scenario == scenario
    assert len(stored.seeds) == stored.comparison.replications == 3
    again = read_run(stored.path)
    assert again.comparison.gain(UTILIZATION) == stored.comparison.gain(UTILIZATION)


def test_own_tables_are_kept_with_the_run(finished, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "firms.csv").write_text(
        "firm_id,region,workers,hours_per_day\nA,zhili,20,10\nB,zhili,40,10\n"
    )
    (folder / "mine.yaml").write_text("cluster: {firms: firms.csv}\n")
    own = load_scenario(folder / "mine.yaml")
    stored = finished("own", own)
    (folder / "firms.csv").unlink()
    assert stored.scenario == own
    assert (stored.path / "own_tables" / "firms.csv").read_text().startswith("firm_id")
    assert contrast(stored, read_run(stored.path)).inputs == ()


def test_what_is_no_finished_run_is_refused(tmp_path):
    with pytest.raises(RunError, match="no run directory"):
        read_run(tmp_path)
    part = begin(tmp_path / "x", Identity("h", 1, 1, "all"), {}, False, False)
    with pytest.raises(RunError, match="an unfinished run"):
        read_run(part)
    assert choose(tmp_path / "nowhere", None, (), False).paths == ()


def test_a_run_against_itself_differs_in_nothing(finished):
    stored = finished("a")
    found = contrast(stored, stored)
    assert (found.inputs, found.code, found.common) == ((), (), 3)
    assert not any(c.differs for side in found.changes.values() for c in side.values())


def test_same_seeds_are_compared_in_pairs(finished, scenario):
    first = finished("a")
    other = scenario.model_copy(update={"title": "another"})
    second = finished("b", other, replications=5)
    for measures in second.comparison.measures.values():
        measures[UTILIZATION] = measures[UTILIZATION] * 1.5 + np.arange(5) / 100
    found = contrast(first, second)
    assert found.common == 3
    assert [d.key for d in found.inputs] == ["title"]
    change = found.changes["brain"][UTILIZATION]
    one = first.comparison.measures["brain"][UTILIZATION]
    two = second.comparison.measures["brain"][UTILIZATION][:3]
    interval = ttest_rel(two, one).confidence_interval()
    assert change.differs
    assert change.difference.mean == pytest.approx((two - one).mean())
    assert (change.difference.low, change.difference.high) == pytest.approx(tuple(interval))
    gain = found.changes["gain"][UTILIZATION].difference.mean
    baseline = found.changes["baseline"][UTILIZATION].difference.mean
    assert gain == pytest.approx(change.difference.mean - baseline)


def test_other_seeds_are_independent_samples(finished):
    found = contrast(finished("a"), finished("b", seed=2, replications=4))
    assert found.common == 0
    assert found.changes["brain"][UTILIZATION].difference.n == 3


def test_independent_samples_have_the_interval_of_welch():
    one, two = [1.0, 2.0, 4.0, 3.5], [2.0, 2.5, 9.0]
    got = unpaired(one, two)
    interval = ttest_ind(two, one, equal_var=False).confidence_interval()
    assert got.mean == pytest.approx(np.mean(two) - np.mean(one))
    assert (got.low, got.high) == pytest.approx(tuple(interval))
    assert got.n == 3


def test_independent_samples_without_spread_or_of_one_value():
    same = unpaired([1.0, 1.0], [3.0, 3.0])
    assert (same.mean, same.low, same.high) == (2.0, 2.0, 2.0)
    single = unpaired([1.0], [3.0, 4.0])
    assert (single.mean, single.low, single.high) == (2.5, None, None)


def test_what_is_published_stands_in_the_directory_when_it_gets_its_name(
    handmade, scenario, tmp_path
):
    seen = []

    def publish(part):
        seen.append((part.name, read_run(part).comparison.replications))
        (part / "note.txt").write_text("whole")

    request = RunRequest(scenario, 2, 1, workers=1, out=tmp_path / "run")
    assert run(request, publish=publish).path == tmp_path / "run"
    assert seen == [("run.part", 2)]
    assert (tmp_path / "run" / "note.txt").read_text() == "whole"
    assert run(request, publish=publish).shown_again
    assert len(seen) == 1


def test_several_comparisons_are_wider_each():
    alone, together = (estimate([1.0, 2.0, 4.0], simultaneous(k)) for k in (1, 4))
    # Student's quantiles of two degrees of freedom, at .975 and at .99375
    ratio = (together.high - together.mean) / (alone.high - alone.mean)
    assert ratio == pytest.approx(8.860 / 4.303, rel=1e-3)
