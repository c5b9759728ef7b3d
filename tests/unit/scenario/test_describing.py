"""Explanations, the JSON Schema and the starter say what the loader does."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from kidswear_brain.errors import ScenarioError
from kidswear_brain.scenario import (
    Scenario,
    explain,
    init_text,
    json_schema,
    load_scenario,
    shipped_names,
)
from kidswear_brain.scenario.shipped import shipped_file


def test_a_value_is_explained() -> None:
    assert explain("kidswear:tiny", "demand.load", {"demand.load": "2"}).splitlines() == [
        "demand.load = 2",
        "  set by      --set",
        "  allowed     a number of at least 0",
        "  meaning     Expected standard minutes of a year's orders, lost ones included, over "
        "sustainable capacity",
        "  unit        share of sustainable capacity",
        "  default     0.8",
        "  tag         A (assumed, no source found)",
        "  source      No source found",
        "  prior       uniform from 0.7 to 0.95, which this value leaves",
        "  confidence  low",
    ]


def test_a_section_is_listed_with_origins() -> None:
    lines = explain("kidswear:tiny", "calendar").splitlines()
    assert lines[0].split() == ["calendar.start", "2021-03-01", "(kidswear:tiny:7:10)"]
    assert "(default)" in lines[-1]


def test_what_the_scenario_adds_is_explained_too() -> None:
    row = {
        "share": 0.1,
        "road_km": 1,
        "lead_days": 1,
        "freight_cny_per_piece": 1,
        "freight_ad_hoc_cny_per_piece": 1,
    }
    lines = explain("kidswear:tiny", "regions.hunan.share", {"regions.hunan": row}).splitlines()
    assert lines == [
        "regions.hunan.share = 0.1",
        "  set by      --set",
        "  allowed     a number of at least 0",
    ]


def test_an_unknown_key_is_not_explained() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean demand\.load\?"):
        explain("kidswear:tiny", "demand.laod")


def test_every_parameter_can_be_explained() -> None:
    lines = []
    for section in Scenario.model_fields:
        lines += explain("kidswear:wuxing", section).splitlines()
    assert len(lines) > 200


def test_the_schema_takes_every_shipped_scenario() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema)
    for name in shipped_names():
        # BaseLoader would make text of numbers; dates are text to JSON.
        data = yaml.safe_load(shipped_file(f"{name}.yaml"))
        checker.validate(yaml.safe_load(yaml.safe_dump(_dates_as_text(data))))


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    checker = jsonschema.Draft202012Validator(json_schema())
    for data in (
        {"demand": {"laod": 0.8}},
        {"demand": {"load": -1}},
        {"demand": {"load": "high"}},
        {"services": {"manufacturing": {"planning": "greedy"}}},
        {"regions": {"zhili": {"share": -1}}},
    ):
        assert not checker.is_valid(data), data


def test_the_schema_describes_every_parameter() -> None:
    schema = json_schema()
    for section, part in schema["properties"].items():
        reference = part.get("$ref", "").rpartition("/")[2]
        for name, leaf in schema["$defs"].get(reference, {}).get("properties", {}).items():
            assert "description" in leaf or "$ref" in leaf, f"{section}.{name}"
    assert (
        "Unit: m per piece"
        in (schema["$defs"]["Category"]["properties"]["fabric_m_per_piece"]["description"])
    )
    load = schema["$defs"]["Demand"]["properties"]["load"]["description"]
    assert "Prior: uniform from 0.7 to 0.95" in load


def test_the_starter_loads(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(init_text(), encoding="utf-8")
    assert load_scenario(path).title == "My first scenario"


def test_every_line_a_starter_offers_can_be_used(tmp_path: Path) -> None:
    lines = init_text().splitlines()
    start = lines.index("title: My first scenario")
    offered = [
        line.replace("# ", "", 1)
        if line.lstrip().startswith("# ") and ("{" in line or ":" in line)
        else line
        for line in lines[start:]
        if not line.startswith("# A ")
    ]
    path = tmp_path / "mine.yaml"
    path.write_text("\n".join(["extends: kidswear:wuxing", *offered]), encoding="utf-8")
    scenario = load_scenario(path)
    assert scenario.shocks[0].capacity_lost_share == 0.8
    assert scenario.services.procurement.regions == ("zhili",)
    assert "anhui_southwest" not in scenario.regions


def _dates_as_text(value: object) -> object:
    if isinstance(value, dict):
        return {key: _dates_as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
