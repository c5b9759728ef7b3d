"""The happenings of three small scenarios as they were, with a readable difference if they change.

``pytest tests/regression --update-golden`` records them anew.
"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kidswear_brain.cli import app

TRACES = Path(__file__).with_name("traces")
SCENARIOS = {
    "tiny": "kidswear:tiny",
    "shock": TRACES / "shock.yaml",
    "festival": TRACES / "festival.yaml",
}


@pytest.mark.parametrize("arm", ["baseline", "brain"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_happens_but_what_did(name, arm, request):
    file = TRACES / f"{name}-{arm}.txt"
    if request.config.getoption("--update-golden"):
        again = ("trace", "record", SCENARIOS[name], file, "--arm", arm, "--seed", 1, "--force")
        done = CliRunner().invoke(app, [str(word) for word in again])
    else:
        done = CliRunner().invoke(app, ["trace", "verify", str(file)])
    assert done.exit_code == 0, done.output


def test_the_traces_hold_what_they_are_kept_for():
    """Both arms refuse, lose and split; shocks and the shut-down fall into them."""
    kept = {file.stem: file.read_text(encoding="utf-8") for file in TRACES.glob("*.txt")}
    assert len(kept) == 2 * len(SCENARIOS)
    everything = "".join(kept.values())
    for what in (" ended ", " arrived ", " lost ", ", to the brain", ", by the brain"):
        assert what in everything, what
    for reason in ("skill", "declined", "capacity", "material", "cash", "unasked"):
        assert f" for {reason}" in everything, reason
    for arm in ("baseline", "brain"):
        days = [
            line[:10]
            for line in kept[f"festival-{arm}"].splitlines()
            if " started " in line or " ended " in line
        ]
        assert min(days) < "2022-01-20"
        assert max(days) > "2022-02-20"
        assert not [day for day in days if "2022-01-26" < day < "2022-02-07"]
