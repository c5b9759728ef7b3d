"""From a problem in arrays to a certified allocation and its whole lots."""
