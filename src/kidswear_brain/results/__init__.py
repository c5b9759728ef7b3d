"""From rows to tables, measures and the run directory."""
