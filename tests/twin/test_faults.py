"""The judge is judged: the twin finds every planted fault, and nothing where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kidswear_brain
from twin.faults import FAULTS
from twin.worlds import FEW, MANY

pytestmark = pytest.mark.slow
PACKAGE = Path(kidswear_brain.__file__).parent
TESTS = Path(__file__).parents[1]


def _copied(folder):
    skip = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(PACKAGE, folder / PACKAGE.name, ignore=skip))


def _compared(folder, *worlds):
    """Return what the comparison says of the copy of the package in a folder."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(folder), str(TESTS)))}
    command = [sys.executable, "-m", "twin.comparison", *map(str, worlds)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr  # a spoiled copy that breaks has not been found out
    return done.stdout


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_twin_finds(fault, tmp_path):
    assert fault.world in FEW + MANY
    source = _copied(tmp_path) / fault.file
    text = source.read_text(encoding="utf-8")
    assert text.count(fault.right) == 1, "the text has changed: plant this fault in the new one"
    source.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")
    assert _compared(tmp_path, fault.world).startswith("different\n")


def test_nothing_in_an_unspoiled_copy(tmp_path):
    _copied(tmp_path)
    worlds = sorted({fault.world for fault in FAULTS})
    assert _compared(tmp_path, *worlds) == "equal\n"
