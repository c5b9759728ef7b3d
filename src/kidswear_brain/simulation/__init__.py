"""Where time passes: market, brain and sewing lines of one arm."""
