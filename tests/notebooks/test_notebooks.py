"""The notebooks run from top to bottom, on a cluster small enough for every change."""

from pathlib import Path

import jupytext
import nbclient
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_answers(path, monkeypatch, tmp_path):
    settings = {"SCENARIO": "kidswear:tiny", "SIZE": "1", "WORLDS": "2", "DRAWS": "20"}
    for name, value in {**settings, "STORE": str(tmp_path / "store")}.items():
        monkeypatch.setenv(f"KIDSWEAR_NOTEBOOK_{name}", value)
    notebook = jupytext.read(path)
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3").execute(cwd=str(ROOT))
    last = "".join(part.get("text", "") for part in notebook.cells[-1]["outputs"])
    assert "hold at" in last or "matching alone give 32 %" in last


def test_both_questions_are_asked():
    titles = {jupytext.read(path).cells[0]["source"].splitlines()[0] for path in NOTEBOOKS}
    assert titles == {"# Can matching alone give 32 %?", "# What would you have to believe?"}
