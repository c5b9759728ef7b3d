"""One broken scenario file per mistake, and beside it the exact message a planner reads."""

import pickle
from pathlib import Path

import pytest

from kidswear_brain.errors import Problem, ScenarioError
from kidswear_brain.scenario import load_scenario

BROKEN = Path(__file__).parent / "broken"


@pytest.fixture(autouse=True)
def _inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)


def problems_of(name: str, overrides: dict[str, object] | None = None) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name, overrides)
    return caught.value.problems


@pytest.mark.parametrize("name", sorted(path.stem for path in BROKEN.glob("*.yaml")))
def test_each_mistake_has_its_message(name: str) -> None:
    expected = Path(f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert [str(problem) for problem in problems_of(f"{name}.yaml")] == expected


def test_no_message_without_its_file() -> None:
    assert {path.stem for path in BROKEN.glob("*.txt")} == {
        path.stem for path in BROKEN.glob("*.yaml")
    }


def test_a_secret_is_never_quoted() -> None:
    for path in sorted(BROKEN.glob("*.yaml")):
        assert "hunter2" not in str(ScenarioError(problems_of(path.name)))


def test_a_file_above_one_mebibyte(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"title: large\n" + b"# filling\n" * 110_000)
    (problem,) = problems_of(str(path))
    assert problem.found == "a file above 1 MiB"


def test_a_device_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "endless.yaml"
    path.symlink_to("/dev/zero")
    (problem,) = problems_of(str(path))
    assert problem.found.startswith("something that is no regular file")


def test_a_missing_file_names_the_nearest() -> None:
    (problem,) = problems_of("unknown_kei.yaml")
    assert str(problem) == (
        "unknown_kei.yaml: found no such file: unknown_kei.yaml, allowed an existing file ending "
        "in .yaml or .yml, did you mean unknown_key.yaml?"
    )


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (
            "demand.laod",
            "0.8",
            "--set demand.laod: found an unknown key",
        ),
        (
            "demand.load",
            "[0.8",
            "--set demand.load: found text that is not YAML",
        ),
        (
            "demand.load",
            "high",
            "--set demand.load: found high, allowed a number of at least 0, write a number "
            "without quotes",
        ),
        (
            "calendar.hours_per_day",
            "22",
            "--set line.overtime_hours_per_day: found 3, allowed at most 2 "
            "(24 less calendar.hours_per_day), lower one of the two",
        ),
        (
            "extends",
            "kidswear:tiny",
            "--set extends: found an unknown key",
        ),
        (
            "demand.load",
            "!!int 1",
            "--set demand.load: found a tag (!), allowed plain values, remove the tag",
        ),
        (
            "",
            "1",
            '--set "": found an unknown key',
        ),
    ],
)
def test_overrides_are_named(key: str, value: str, message: str) -> None:
    (problem,) = problems_of("kidswear:tiny", {key: value})
    assert str(problem).startswith(message)


def test_all_overrides_at_once() -> None:
    found = problems_of("kidswear:tiny", {"demand.load": "-1", "cluster.firms": "0", "x": "1"})
    assert {problem.key for problem in found} == {"demand.load", "cluster.firms", "x"}


def test_an_error_survives_the_way_from_a_worker() -> None:
    error = ScenarioError(problems_of("all_at_once.yaml"))
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert str(again) == str(error)
