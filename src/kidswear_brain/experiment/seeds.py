"""Which seed each replication has."""

import hashlib


def replication_seed(seed: int, r: int) -> int:
    """Return the seed of replication `r` of an experiment.

    Replication r of ``compare(scenario, seed=seed)`` is ``simulate(scenario, seed=that)`` in both
    arms. The seed is the first 63 bits of SHA-256 of ``"kidswear-brain:seed:r"``, so it depends
    on nothing else: more replications add worlds and change none.

    Parameters
    ----------
    seed : int
        The experiment's seed.
    r : int
        Number of the replication, from 1.

    Raises
    ------
    ValueError
        If `r` is below 1.
    """
    if r < 1:
        raise ValueError(f"r: found {r}, allowed 1 or more: replications are counted from 1")
    digest = hashlib.sha256(f"kidswear-brain:{seed}:{r}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
