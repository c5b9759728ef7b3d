import pytest

from kidswear_brain.experiment.seeds import replication_seed


def test_seeds_are_what_they_were():
    assert replication_seed(1, 1) == 7740503217484047640


def test_no_two_replications_share_a_seed():
    seeds = {replication_seed(seed, r) for seed in range(50) for r in range(1, 51)}
    assert len(seeds) == 2500
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_replications_are_counted_from_one():
    with pytest.raises(ValueError, match="counted from 1"):
        replication_seed(1, 0)
