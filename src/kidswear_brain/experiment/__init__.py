"""Replications, paired comparison and what is built on them."""
