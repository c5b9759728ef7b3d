"""Every measure of tiny.yaml, both arms, seed 1, as it was: a change must be meant.

``pytest tests/regression --update-golden`` writes the figures anew.
"""

import json
import math
from pathlib import Path

import pytest

import kidswear_brain as kb

GOLDEN = Path(__file__).with_name("golden_tiny.json")


@pytest.mark.parametrize("arm", ["baseline", "brain"])
def test_measures_of_tiny_are_what_they_were(arm, request):
    found = dict(kb.simulate(kb.load_scenario("kidswear:tiny"), seed=1, arm=arm).measures)
    found = {name: None if math.isnan(value) else value for name, value in found.items()}
    if request.config.getoption("--update-golden"):
        kept = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
        GOLDEN.write_text(json.dumps(kept | {arm: found}, indent=1) + "\n")
        return
    golden = json.loads(GOLDEN.read_text())[arm]
    assert [name for name in golden if name not in found] == []  # new measures may come
    for name, value in golden.items():
        if value is None:
            assert found[name] is None, name
        else:
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name
