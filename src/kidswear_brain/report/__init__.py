"""The page a planner reads: one file, offline, made from what stands in a run directory."""
