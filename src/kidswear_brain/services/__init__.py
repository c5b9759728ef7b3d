"""The five services of the brain, each a mechanism that acts by an Effect."""
