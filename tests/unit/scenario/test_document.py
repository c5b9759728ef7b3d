"""Whatever a file holds, reading it ends in a tree or in problems, never in another error."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidswear_brain.errors import ScenarioError
from kidswear_brain.scenario import load_scenario
from kidswear_brain.scenario.document import MAX_DEPTH, read_document

WORDS = "demand load shocks regions zhili extends null 0.8 2021-01-01 .nan 吴兴 \ud7ff"
SIGNS = ": - [ ] { } , &a *a !!map ' \" # ? | > --- << % @ \\ ..."
pieces = st.sampled_from([*WORDS.split(), *SIGNS.split(), ": ", "\n", "  ", "\t", "\x00"])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "any.yaml"


def survives(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    problems = None
    try:
        load_scenario(path)
    except ScenarioError as error:
        problems = error.problems
    assert problems is None or all(problem.found and problem.advice for problem in problems)
    assert problems != ()


@settings(max_examples=200, deadline=None)
@given(text=st.lists(pieces, max_size=40).map("".join))
def test_text_that_looks_like_yaml(path: Path, text: str) -> None:
    survives(path, text.encode())


@settings(max_examples=50, deadline=None)
@given(content=st.binary(max_size=60))
def test_any_bytes(path: Path, content: bytes) -> None:
    survives(path, content)


def test_every_node_knows_its_place() -> None:
    text = b"market:\n  patience_days: [1,\n    7]\ntitle: x\n"
    root, problems = read_document(text, "f.yaml")
    assert problems == []
    market = root.value["market"]
    days = market.value["patience_days"]
    assert str(market.key_place) == "f.yaml:1:1"
    assert str(days.key_place) == "f.yaml:2:3"
    assert str(days.place) == "f.yaml:2:18"
    assert [str(node.place) for node in days.value] == ["f.yaml:2:19", "f.yaml:3:5"]


def test_the_first_of_two_keys_stands() -> None:
    root, problems = read_document(b"title: one\ntitle: two\n", "f.yaml")
    assert root.value["title"].value == "one"
    assert [str(problem) for problem in problems] == [
        "f.yaml:2:1: title: found the key a second time, allowed each key once, keep one of them "
        "(the first is in line 1)"
    ]


def test_depth_counts_from_the_root() -> None:
    def nested(levels: int) -> bytes:
        return b"a: " + b"[" * levels + b"]" * levels

    assert read_document(nested(MAX_DEPTH), "f")[1] == []
    assert len(read_document(nested(MAX_DEPTH + 1), "f")[1]) == 1


def test_deep_nesting_is_refused_before_it_is_read_to_the_end() -> None:
    _, problems = read_document(b"[" * 900_000, "f")
    assert problems[0].found == f"more than {MAX_DEPTH} levels"
