"""Keyed random streams: every draw is a function of (seed, purpose, entity), never of its turn.

Adding a firm, a purpose or a service therefore shifts nobody else's draws, and both arms of a
replication meet the same world. A draw is a counter-based hash: the words of the key go one after
the other through the finalizer of SplitMix64 (Steele, Lea, Flood 2014), as Philox and its kin do
with their counters; NumPy's own generators hand out streams, not single keyed draws.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

_GOLDEN = 0x9E3779B97F4A7C15


def stream(seed: int, purpose: str) -> int:
    """Word that starts the stream of one purpose under one seed."""
    digest = hashlib.blake2b(f"{seed}/{purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def word(seed: int, purpose: str, *keys: ArrayLike) -> NDArray[np.uint64]:
    """One 64-bit word for each entity of the broadcast integer keys."""
    state = np.array([stream(seed, purpose)], dtype=np.uint64)
    for key in keys:
        state = _finalize(state + _as_word(key) * np.uint64(_GOLDEN) + np.uint64(_GOLDEN))
    return state


def uniform(seed: int, purpose: str, *keys: ArrayLike) -> NDArray[np.float64]:
    """Uniform draws in the open interval (0, 1), shaped as the broadcast keys."""
    top = word(seed, purpose, *keys) >> np.uint64(11)
    return (top.astype(np.float64) + 0.5) * 2.0**-53


@lru_cache(maxsize=64)
def uniform_of_each(seed: int, purpose: str, count: int) -> NDArray[np.float64]:
    """Uniform draws of entities 0 to count - 1, kept because they are asked for at every epoch."""
    draws = uniform(seed, purpose, np.arange(count))
    draws.flags.writeable = False
    return draws


def normal(seed: int, purpose: str, *keys: ArrayLike) -> NDArray[np.float64]:
    """Standard normal draws, shaped as the broadcast keys."""
    return np.asarray(ndtri(uniform(seed, purpose, *keys)), dtype=np.float64)


def text_words(texts: Iterable[str]) -> NDArray[np.uint64]:
    """One word for each text, to key draws by a name instead of a number."""
    digests = (hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _as_word(key: ArrayLike) -> NDArray[np.uint64]:
    array = np.atleast_1d(np.asarray(key))
    return array if array.dtype == np.uint64 else array.astype(np.int64).view(np.uint64)


def _finalize(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))
