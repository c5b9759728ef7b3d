"""The one decorator under which this room's kernels are compiled, typed for the type checker."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel with strict IEEE arithmetic and keep the machine code on disk."""
    return cast(Kernel, njit(kernel, cache=True, error_model="numpy"))


def compiled_reordered(kernel: Kernel) -> Kernel:
    """Compile a kernel whose sums and minima may be reordered: its input must be finite."""
    flags = {"reassoc", "nsz", "contract", "nnan"}
    return cast(Kernel, njit(kernel, cache=True, error_model="numpy", fastmath=flags))
