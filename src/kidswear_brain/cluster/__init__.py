"""From a Scenario to regions, firms, brands, suppliers and orders as columns."""
