"""What a run directory may replace, and what it must leave alone."""

import json
from pathlib import Path

import polars as pl
import pytest

from kidswear_brain.errors import RunError
from kidswear_brain.results.directory import begin, part_of
from kidswear_brain.results.rundir import Identity, read_measures

ONE = Identity("h", 1, 1, "all")
OTHER = Identity("h", 2, 1, "all")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    files = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def finish(part: Path, path: Path) -> None:
    manifest = part / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "complete": True}))
    part.rename(path)


IN_THE_WAY = {
    "source tree": {"src/main.py": "print()", "README": "mine"},
    "another manifest": {"manifest.json": '{"format": 1, "name": "my app"}', "app.js": "mine"},
    "manifest that is no object": {"manifest.json": "[1]"},
    "allocation": {"summary.json": '{"format": 1, "code": "c", "hash": "h"}', "plan.csv": "mine"},
}


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("place", ["x", "x.part"])
@pytest.mark.parametrize("files", IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_a_folder_that_is_no_run_is_refused(tmp_path, files, place, force):
    for name, text in files.items():
        (tmp_path / place / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place / name).write_text(text)
    before = contents(tmp_path)
    with pytest.raises(RunError) as refused:
        begin(tmp_path / "x", ONE, {}, True, force)
    said = f"{tmp_path / place}: not a run, and in the way; choose another --out"
    assert str(refused.value) == said
    assert contents(tmp_path) == before


@pytest.mark.parametrize("force", [False, True])
def test_a_file_is_refused(tmp_path, force):
    (tmp_path / "x").write_text("mine")
    with pytest.raises(RunError, match=r"not a run, and in the way; choose another --out$"):
        begin(tmp_path / "x", ONE, {}, False, force)
    assert contents(tmp_path) == {"x": b"mine"}


def test_a_link_to_a_run_is_refused(tmp_path):
    finish(begin(tmp_path / "real", ONE, {}, False, False), tmp_path / "real")
    (tmp_path / "x").symlink_to(tmp_path / "real", target_is_directory=True)
    with pytest.raises(RunError, match="not a run"):
        begin(tmp_path / "x", OTHER, {}, False, True)
    assert (tmp_path / "real" / "manifest.json").exists()


def test_a_finished_run_stands_until_the_next_is_complete(tmp_path):
    path = tmp_path / "x"
    finish(begin(path, ONE, {}, False, False), path)
    with pytest.raises(RunError, match="give --force"):
        begin(path, OTHER, {}, False, False)
    assert begin(path, OTHER, {}, False, True) == part_of(path)
    assert json.loads((path / "manifest.json").read_text())["seed"] == 1


def test_an_unfinished_run_is_replaced_by_force(tmp_path):
    part = begin(tmp_path / "x", ONE, {"old.txt": b"old"}, False, False)
    with pytest.raises(RunError, match="--resume"):
        begin(tmp_path / "x", ONE, {}, False, False)
    begin(tmp_path / "x", OTHER, {}, False, True)
    assert sorted(p.name for p in part.iterdir()) == ["manifest.json", "replications"]


def test_a_run_that_cannot_be_begun_leaves_nothing(tmp_path):
    with pytest.raises(RunError, match="cannot be written"):
        begin(tmp_path / "x", ONE, {"n" * 300: b""}, False, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [".", "..", "/", "x/.."])
def test_a_path_without_a_name_is_refused(path):
    with pytest.raises(RunError, match="choose another --out"):
        begin(Path(path), ONE, {}, False, True)


@pytest.mark.parametrize("damage", ["junk", "other columns", "missing"])
def test_damaged_measures_are_named(tmp_path, damage):
    file = tmp_path / "measures.parquet"
    if damage == "junk":
        file.write_bytes(b"junk" * 100)
    elif damage == "other columns":
        pl.DataFrame({"arm": ["brain"]}).write_parquet(file)
    with pytest.raises(RunError, match="missing or damaged; make the run again") as refused:
        read_measures(tmp_path)
    assert str(refused.value).startswith(f"{file}: ")
