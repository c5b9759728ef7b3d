"""A plain second build of shop floor and market for the baseline arm, from the texts alone.

One SimPy process a line and one an order; no arrays, no compiled code, no shared formulas. It is
slow and easy to read, and must leave the same lots as the product.
"""
