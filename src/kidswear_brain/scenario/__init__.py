"""From a scenario file to a frozen Scenario, and what is known about its parameters."""

from kidswear_brain.scenario.checks import nearest, scenario_warnings
from kidswear_brain.scenario.describing import explain, init_text, json_schema
from kidswear_brain.scenario.loading import Loaded, load, load_scenario
from kidswear_brain.scenario.model import Scenario
from kidswear_brain.scenario.own import scenario_tables
from kidswear_brain.scenario.provenance import Prior, Provenance, outside_prior, read_provenance
from kidswear_brain.scenario.resolved import (
    Difference,
    differences,
    leaves,
    resolved_yaml,
    scenario_hash,
    values_yaml,
    written,
)
from kidswear_brain.scenario.shipped import shipped_names

__all__ = [
    "Difference",
    "Loaded",
    "Prior",
    "Provenance",
    "Scenario",
    "differences",
    "explain",
    "init_text",
    "json_schema",
    "leaves",
    "load",
    "load_scenario",
    "nearest",
    "outside_prior",
    "read_provenance",
    "resolved_yaml",
    "scenario_hash",
    "scenario_tables",
    "scenario_warnings",
    "shipped_names",
    "values_yaml",
    "written",
]
