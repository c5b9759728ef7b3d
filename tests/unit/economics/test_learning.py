"""What a fit of a learning curve finds: known truths, and the real plant where its table is."""

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kidswear_brain.economics.learning import fit_learning
from kidswear_brain.economics.plant_table import read_plant_days
from kidswear_brain.errors import RunError, SolverError, TableError

PLANT = Path(__file__).parents[4] / "shared" / "data" / "garments_worker_productivity.csv"
LOSS, TAU, SD = 0.35, 2.5, 0.05
HEADS = ("date", "department", "day", "team", "targeted_productivity", "smv", "actual_productivity")


def plant_rows(seed=1, lines=12, styles=8, loss=LOSS):
    """A plant like the real one: wrong spellings, weekdays, rest days, a mixed change-over day."""
    rng = np.random.default_rng(seed)
    rows = []
    for line in range(lines):
        plateau = rng.normal(0.7, 0.07)
        day, smv = 1, 20.0
        for style in range(styles):
            new = round(float(rng.uniform(10, 40)), 2)
            for age in range(1, int(rng.integers(3, 14))):
                k = np.arange(age - 1, age, 0.001)
                curve = (1 - loss * np.exp(-k / TAU)).mean() if style else 1.0
                value = plateau * curve * np.exp(rng.normal(0, SD))
                rows.append((day, line, new, value, "sweing" if line % 2 else "sewing "))
                day += 1 + (day % 7 == 6)
            smv = new
        rows.append((day, line, smv, 0.5, "finishing "))
    return rows


def write(path, rows, heads=HEADS):
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        for day, line, smv, value, department in rows:
            date = f"{(day - 1) // 28 + 1}/{(day - 1) % 28 + 1}/2015"
            writer.writerow((date, department, "Monday", line, value, smv, value))
    return path


def fitted(path, named=None, **options):
    return fit_learning(read_plant_days(path, named or {}, None), **options)


def test_a_known_curve_is_found_within_its_interval(tmp_path):
    fit = fitted(write(tmp_path / "plant.csv", plant_rows(seed=2)), draws=300)
    assert (fit.lines, fit.changes) == (12, 12 * 7)
    assert fit.loss_share.low < LOSS < fit.loss_share.high
    assert fit.days.low < TAU < fit.days.high
    assert fit.loss_share.value == pytest.approx(LOSS, abs=0.03)
    assert fit.days.value == pytest.approx(TAU, abs=0.3)
    assert fit.daily_sd.value == pytest.approx(SD, abs=0.01)
    assert fit.plateau_cv.value == pytest.approx(0.1, abs=0.05)
    assert fit.on_target_share == 1


@pytest.mark.slow
def test_intervals_cover_the_truth_about_as_often_as_they_say(tmp_path):
    """95 % asked; of 40 plants fewer than 34 would happen to one honest interval in 200."""
    path = tmp_path / "plant.csv"
    fits = [fitted(write(path, plant_rows(seed)), draws=100) for seed in range(40)]
    assert sum(fit.loss_share.low < LOSS < fit.loss_share.high for fit in fits) >= 34
    assert sum(fit.days.low < TAU < fit.days.high for fit in fits) >= 34


def test_departments_other_than_sewing_and_odd_spellings_are_seen_through(tmp_path):
    days = read_plant_days(write(tmp_path / "plant.csv", plant_rows()), {}, None)
    assert len(days.line) == len(plant_rows()) - 12
    assert any("sewing / sweing" in note for note in days.notes)
    assert 'date: column "date"' in days.notes, "not the column of weekdays"


def test_a_day_with_the_minutes_of_two_styles_is_a_change_over_when_unmixed_is_asked(tmp_path):
    rows = [(d, 1, 20.0, 0.8, "") for d in range(1, 6)]
    rows += [(6, 1, 50.0, 0.3, "")]
    rows += [(d, 1, 30.0, 0.6 + 0.02 * d, "") for d in range(7, 12)]
    twice = [(d, line, s, v, t) for line in range(6) for d, _, s, v, t in rows]
    path = write(tmp_path / "mixed.csv", twice)
    assert fitted(path, draws=100).changes == 12
    assert fitted(path, definition="unmixed", draws=100).changes == 6


def test_revised_standard_minutes_are_no_other_style_beyond_the_tolerance(tmp_path):
    rows = plant_rows()
    revised = [(d, line, s * (1 + 0.01 * (d % 2)), v, t) for d, line, s, v, t in rows]
    path = write(tmp_path / "revised.csv", revised)
    true = sum(abs(a[2] - b[2]) > 0.05 * a[2] and a[1] == b[1] for a, b in pairwise(rows))
    beyond = fitted(path, definition="beyond", draws=100).changes
    assert abs(beyond - true) <= 3
    assert fitted(path, draws=100).changes > 3 * beyond


def test_columns_may_be_named(tmp_path):
    heads = ("when", "department", "x", "place", "t", "minutes", "y")
    path = write(tmp_path / "plant.csv", plant_rows(), heads)
    named = {"date": "when", "line": "place", "smv": "minutes", "productivity": "y"}
    assert fitted(path, named, draws=100).changes == 84
    with pytest.raises(TableError) as refusal:
        read_plant_days(path, {}, None)
    keys = {problem.key for problem in refusal.value.problems}
    assert {"line", "date", "productivity", "style"} <= keys, "all at once"


def test_what_cannot_be_fitted_is_said(tmp_path):
    with pytest.raises(RunError, match="found 0 on 0 lines"):
        fitted(write(tmp_path / "one.csv", plant_rows(styles=1)))
    with pytest.raises(SolverError, match="does not rise"):
        fitted(write(tmp_path / "falls.csv", plant_rows(loss=-0.3)), draws=100)
    with pytest.raises(TableError, match="department"):
        read_plant_days(write(tmp_path / "plant.csv", plant_rows()), {}, "knitting")


@pytest.mark.skipif(not PLANT.exists(), reason="the garment-productivity table is not there")
def test_the_real_plant_agrees_with_the_model():
    """MODEL section 3: .77 .81 .92 .955 .965 .98 by day, 104 changes, 58 % on target."""
    fit = fitted(PLANT, draws=300)
    assert (fit.changes, fit.lines) == (104, 12)
    means = [level.mean for level in fit.by_day[:6]]
    np.testing.assert_allclose(means, [0.77, 0.81, 0.92, 0.955, 0.965, 0.98], atol=0.021)
    assert fit.day_one_loss.low < 0.238 < fit.day_one_loss.high
    assert fit.days.low < 2.87 < fit.days.high
    assert fit.on_target_share == pytest.approx(0.58, abs=0.01)
