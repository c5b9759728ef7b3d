"""From a scenario file to a frozen Scenario."""

from kidswear_brain.scenario.loading import Loaded, load, load_scenario
from kidswear_brain.scenario.model import Scenario

__all__ = ["Loaded", "Scenario", "load", "load_scenario"]
