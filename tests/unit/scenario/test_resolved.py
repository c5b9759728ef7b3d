"""Written out and read again, a scenario is the same; its hash tells others apart."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidswear_brain.scenario import (
    Scenario,
    differences,
    load_scenario,
    resolved_yaml,
    scenario_hash,
    scenario_tables,
    shipped_names,
)

REGION = {
    "share": 0.1,
    "road_km": 1,
    "lead_days": 1,
    "freight_cny_per_piece": 1,
    "freight_ad_hoc_cny_per_piece": 1,
}
positive = st.floats(min_value=1e-300, max_value=1e300, allow_nan=False)
overrides = st.fixed_dictionaries(
    {},
    optional={
        "title": st.text(min_size=1, max_size=20).map(lambda text: {"quoted": text}),
        "demand.load": positive,
        "market.patience_days": st.tuples(positive, positive).map(sorted),
        "calendar.start": st.dates(dt.date(1950, 1, 1), dt.date(2075, 12, 31)),
        "calendar.rest_weekday": st.none() | st.integers(1, 7),
        "regions.henan": st.none(),
        "regions.on": st.just(REGION),
        "regions.zhili.share": positive,
        "services.design.regions": st.none() | st.just(["zhili"]),
        "services.finance.dates": st.just([None, None]),
        "shocks": st.lists(
            st.fixed_dictionaries(
                {
                    "name": st.text(min_size=1, max_size=9),
                    "first_day": st.dates(max_value=dt.date(2021, 1, 1)),
                    "last_day": st.dates(min_value=dt.date(2021, 1, 1)),
                }
            ),
            max_size=2,
        ),
    },
)


def changed(values: dict[str, Any]) -> Scenario:
    data = dict(values)
    title = data.pop("title", None)
    scenario = load_scenario("kidswear:tiny", data)
    return scenario.model_copy(update={"title": title["quoted"]}) if title else scenario


def test_every_shipped_scenario_survives_the_way_out_and_in(tmp_path: Path) -> None:
    for name in shipped_names():
        scenario = load_scenario(f"kidswear:{name}")
        path = tmp_path / f"{name}.yaml"
        path.write_text(resolved_yaml(scenario), encoding="utf-8")
        for table, content in scenario_tables(scenario).items():
            (tmp_path / table).parent.mkdir(exist_ok=True)
            (tmp_path / table).write_bytes(content)
        again = load_scenario(path)
        assert differences(again, scenario) == ()
        assert again == scenario or scenario.own_tables
        assert list(again.regions) == list(scenario.regions)
        assert resolved_yaml(again) == resolved_yaml(scenario)
        assert scenario_hash(again) == scenario_hash(scenario)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("resolved")


@settings(max_examples=60, deadline=None)
@given(values=overrides)
def test_any_scenario_survives_the_way_out_and_in(folder: Path, values: dict[str, Any]) -> None:
    scenario = changed(values)
    path = folder / "any.yaml"
    path.write_text(resolved_yaml(scenario), encoding="utf-8", newline="\n")
    again = load_scenario(path)
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)
    assert differences(again, scenario) == ()


def test_the_hash_sees_everything_but_the_title() -> None:
    scenario = load_scenario("kidswear:tiny")
    renamed = load_scenario("kidswear:tiny", {"title": "another"})
    assert scenario_hash(renamed) == scenario_hash(scenario)
    for key, value in [
        ("demand.load", 0.81),
        ("experiment.seed", 2),
        ("regions.anhui_southwest", None),
        ("services.design.regions", ["zhili"]),
    ]:
        other = load_scenario("kidswear:tiny", {key: value})
        assert scenario_hash(other) != scenario_hash(scenario)


def test_whole_numbers_and_their_floats_are_one_scenario() -> None:
    one = load_scenario("kidswear:tiny", {"demand.load": 1})
    two = load_scenario("kidswear:tiny", {"demand.load": 1.0})
    assert resolved_yaml(one) == resolved_yaml(two)
    built = Scenario(demand={"load": 1})  # type: ignore[arg-type]
    assert "load: 1\n" in resolved_yaml(built)


def test_differences_name_key_and_both_values() -> None:
    one = load_scenario("kidswear:tiny")
    two = load_scenario(
        "kidswear:tiny",
        {
            "market.patience_days": [2, 3],
            "regions.anhui_southwest": None,
            "services.design.enabled": False,
        },
    )
    assert [(row.key, row.first, row.second) for row in differences(one, two)] == [
        (
            "regions.anhui_southwest",
            "{share: 0.5, road_km: 390, lead_days: 0.7, freight_cny_per_piece: 0.09, "
            "freight_ad_hoc_cny_per_piece: 0.3}",
            "null",
        ),
        ("market.patience_days", "[1, 7]", "[2, 3]"),
        ("services.design.enabled", "true", "false"),
    ]
    assert differences(one, one) == ()
