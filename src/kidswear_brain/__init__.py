"""Simulate a children's-wear industry brain and allocate the capacity of its firms."""

__version__ = "0.1.0"
