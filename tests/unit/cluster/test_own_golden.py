"""Own tables came later: where none is named, the drawn world is the one it was before them."""

import dataclasses
import datetime as dt
import hashlib

import numpy as np
import pytest

from kidswear_brain.cluster.build import build_cluster
from kidswear_brain.scenario import Scenario

WORLD = Scenario(
    calendar={"start": dt.date(2021, 3, 1), "days": 60, "warmup_days": 28, "followup_days": 30},  # type: ignore[arg-type]
    cluster={"firms": 40, "brands": 90},  # type: ignore[arg-type]
    digital={  # all of them workshops: as before there were tiers
        tier: {"share": 0} for tier in ("digital_workshop", "smart_factory", "future_factory")
    },  # type: ignore[arg-type]
)
# As before own tables (anew when kappa was integrated over means of bins; firms when they got a
# tier); numbers as float32, as the last bits may differ by CPU.
GOLDEN = {
    "regions": "2bca531edbd5633f",
    "firms": "5860f0627564371f",
    "lines": "a60f341236f4ba67",
    "brands": "73fe4828e5f80e10",
    "orders": "d5e064d7b03fbaae",
    "days": "b849158676c2624a",
}


def digest(part: object) -> str:
    found = hashlib.sha256()
    for field in dataclasses.fields(part):  # type: ignore[arg-type]
        column = getattr(part, field.name)
        if isinstance(column, np.ndarray):
            kind = np.float32 if column.dtype == np.float64 else column.dtype
            found.update(f"{field.name} {column.shape}".encode())
            found.update(np.ascontiguousarray(column, dtype=kind).tobytes())
    return found.hexdigest()[:16]


@pytest.mark.parametrize("name", ["regions", "firms", "lines", "brands", "orders", "days"])
def test_a_drawn_world_is_what_it_was(name: str) -> None:
    assert digest(getattr(build_cluster(WORLD, 1), name)) == GOLDEN[name]
