"""Rounding is half up, written once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def half_up(value: ArrayLike) -> NDArray[np.int64]:
    """Whole number nearest to each value; halves go up."""
    return np.floor(np.asarray(value, dtype=np.float64) + 0.5).astype(np.int64)
