"""From a scenario file to a frozen Scenario."""
