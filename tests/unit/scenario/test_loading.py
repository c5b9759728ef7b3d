"""Defaults < extends < file < overrides, key by key."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from kidswear_brain.errors import ScenarioError
from kidswear_brain.scenario import (
    Scenario,
    leaves,
    load,
    load_scenario,
    outside_prior,
    scenario_warnings,
    shipped_names,
)
from kidswear_brain.scenario.document import scalar


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_file_is_the_default_district(tmp_path: Path) -> None:
    assert load_scenario(write(tmp_path, "empty.yaml", "")) == Scenario()
    assert load_scenario(write(tmp_path, "comment.yaml", "# nothing yet\n")) == Scenario()


def test_a_section_with_every_line_commented_out_changes_nothing(tmp_path: Path) -> None:
    text = "demand:\n  # load: 0.9\nservices:\n  design:\n"
    assert load_scenario(write(tmp_path, "s.yaml", text)) == Scenario()


def test_layers_lie_over_each_other_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", "demand: {load: 0.7, smv_sd: 0.1}\nmarket: {slip_days: 1}\n")
    write(tmp_path, "middle.yaml", "extends: base.yml\ndemand: {load: 0.75}\n")
    path = write(tmp_path, "deep/top.yaml", "extends: ../middle.yaml\nmarket: {slip_days: 2}\n")
    scenario = load_scenario(path, {"demand.smv_sd": "0.3"})
    assert scenario.demand.load == 0.75
    assert scenario.demand.smv_sd == 0.3
    assert scenario.market.slip_days == 2
    assert scenario.demand.burstiness_cv == Scenario().demand.burstiness_cv


def test_extends_counts_from_the_folder_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a/base.yaml", "title: right\n")
    write(tmp_path, "base.yaml", "title: wrong\n")
    path = write(tmp_path, "a/top.yaml", "extends: base.yaml\n")
    monkeypatch.chdir(tmp_path)
    assert load_scenario(path).title == "right"
    assert load_scenario("a/top.yaml").title == "right"


def test_a_chain_has_a_limit(tmp_path: Path) -> None:
    write(tmp_path, "0.yaml", "title: base\n")
    for number in range(1, 21):
        write(tmp_path, f"{number}.yaml", f"extends: {number - 1}.yaml\n")
    assert load_scenario(tmp_path / "19.yaml").title == "base"
    with pytest.raises(ScenarioError, match="a chain of at most 20 files"):
        load_scenario(tmp_path / "20.yaml")


def test_a_region_keeps_its_other_values(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, "s.yaml", "regions: {zhili: {share: 0.3}}\n"))
    default = Scenario().regions["zhili"]
    assert scenario.regions["zhili"].share == 0.3
    assert scenario.regions["zhili"].road_km == default.road_km
    assert len(scenario.regions) == 8


def test_a_region_or_category_set_to_null_goes(tmp_path: Path) -> None:
    text = "regions: {henan: null}\ncategories: {jeans: }\n"
    scenario = load_scenario(write(tmp_path, "s.yaml", text))
    assert "henan" not in scenario.regions
    assert "jeans" not in scenario.categories
    assert len(scenario.regions) == 7


def test_a_region_may_be_added_and_order_does_not_depend_on_the_file(tmp_path: Path) -> None:
    row = "{share: 1, road_km: 1, lead_days: 1, freight_cny_per_piece: 1, "
    row += "freight_ad_hoc_cny_per_piece: 1}"
    one = write(tmp_path, "one.yaml", f"regions:\n  hunan: {row}\n  fujian: {row}\n")
    two = write(tmp_path, "two.yaml", f"regions:\n  fujian: {row}\n  hunan: {row}\n")
    names = list(load_scenario(one).regions)
    assert names == [*Scenario().regions, "fujian", "hunan"]
    assert names == list(load_scenario(two).regions)


def test_a_removed_region_may_come_back_whole(tmp_path: Path) -> None:
    write(tmp_path, "less.yaml", "regions: {zhili: null}\n")
    row = "{share: 1, road_km: 1, lead_days: 1, freight_cny_per_piece: 1, "
    row += "freight_ad_hoc_cny_per_piece: 1}"
    path = write(tmp_path, "more.yaml", f"extends: less.yaml\nregions: {{zhili: {row}}}\n")
    assert load_scenario(path).regions["zhili"].road_km == 1
    assert next(iter(load_scenario(path).regions)) == "zhili"


def test_lists_are_replaced_whole() -> None:
    scenario = load_scenario("kidswear:tiny", {"calendar.harvest_months": "[9]"})
    assert scenario.calendar.harvest_months == (9,)


def test_overrides_may_be_python_values_or_yaml_text() -> None:
    for value in ([1, 2], (1, 2), "[1, 2]"):
        scenario = load_scenario("kidswear:tiny", {"market.patience_days": value})
        assert scenario.market.patience_days == (1.0, 2.0)
    scenario = load_scenario(
        "kidswear:tiny",
        {"calendar.start": dt.date(2022, 1, 1), "services": {"design": {"enabled": False}}},
    )
    assert scenario.calendar.start == dt.date(2022, 1, 1)
    assert not scenario.services.design.enabled
    assert scenario.services.finance.enabled


def test_an_override_can_remove_a_region() -> None:
    assert list(load_scenario("kidswear:tiny", {"regions.zhili": None}).regions) == [
        "anhui_southwest"
    ]


def test_each_value_knows_where_it_was_set(tmp_path: Path) -> None:
    base = write(tmp_path, "base.yaml", "demand:\n  load: 0.7\n  smv_sd: 0.1\n")
    top = write(tmp_path, "top.yaml", "extends: base.yaml\ndemand: {smv_sd: 0.2}\n")
    loaded = load(top, {"market.slip_days": "1"})
    assert str(loaded.origin("demand.load")) == f"{base}:2:9"
    assert str(loaded.origin("demand.smv_sd")) == f"{top}:2:18"
    assert str(loaded.origin("market.slip_days")) == "--set"
    assert str(loaded.origin("market.split_max")) == "default"
    assert str(loaded.origin("calendar.harvest_months.1")) == "default"
    with pytest.raises(KeyError):
        loaded.origin("demand.laod")


def test_a_byte_order_mark_and_chinese_text_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes("title: 吴兴童装\n".encode("utf-8-sig"))
    assert load_scenario(path).title == "吴兴童装"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", 10),
        ("1_000", 1000),
        ("-3", -3),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("1:30", "1:30"),
        ("0x10", "0x10"),
        ("Yes", True),
        ("off", False),
        ("~", None),
        ("", None),
        ("2021-03-01", dt.date(2021, 3, 1)),
        ("2021-02-30", "2021-02-30"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_scalars_mean_what_they_look_like(text: str, value: object) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_two_contradictions_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(
            "kidswear:wuxing", {"cluster.brand_categories": 10, "calendar.hours_per_day": 23}
        )
    assert {problem.key for problem in caught.value.problems} == {
        "cluster.brand_categories",
        "line.overtime_hours_per_day",
    }


def test_no_contradiction_is_made_up_from_a_refused_section() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(
            "kidswear:wuxing",
            {"cluster.efficiency_range": [0.6, "high"], "cluster.efficiency_mean": 0.7},
        )
    assert [problem.key for problem in caught.value.problems] == ["cluster.efficiency_range.1"]


def test_a_scenario_is_frozen() -> None:
    with pytest.raises(ValidationError):
        Scenario().demand.load = 0.9  # type: ignore[misc]


def test_python_is_checked_like_a_file() -> None:
    with pytest.raises(ValidationError, match="found 10, allowed at most the number of categor"):
        Scenario(cluster={"brand_categories": 10})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_loads(name: str) -> None:
    scenario = load_scenario(f"kidswear:{name}")
    assert scenario.title
    small = name in ("tiny", "starter", "own_tables")
    assert bool(scenario_warnings(scenario)) == small


def test_the_uncalibrated_district_has_the_ledgers_values() -> None:
    assert load_scenario("kidswear:uncalibrated", {"title": Scenario().title}) == Scenario()


def test_wuxing_differs_from_it_in_what_was_calibrated_and_inside_the_priors() -> None:
    wuxing = load_scenario("kidswear:wuxing")
    known, found = leaves(Scenario()), leaves(wuxing)
    moved = {key for key in known if known[key] != found[key]}
    assert moved == {*wuxing.experiment.fitted, "experiment.fitted"}
    assert len(wuxing.experiment.fitted) == 3
    assert outside_prior(wuxing) == ()


def test_services_off_switches_nothing_else() -> None:
    scenario = load_scenario("kidswear:services_off")
    services = scenario.services
    assert not any(getattr(services, name).enabled for name in type(services).model_fields)
    on = {f"services.{name}.enabled": True for name in type(services).model_fields}
    wuxing = load_scenario("kidswear:wuxing")
    assert load_scenario("kidswear:services_off", {**on, "title": wuxing.title}) == wuxing


def test_a_shock_outside_the_simulated_days_is_warned_of() -> None:
    shock = {"name": "flood", "first_day": dt.date(2023, 1, 1), "last_day": dt.date(2023, 1, 2)}
    (warning,) = scenario_warnings(load_scenario("kidswear:wuxing", {"shocks": [shock]}))
    assert warning == ("shocks.0 (flood) lies outside the simulated days 2020-07-01 to 2022-03-01")
