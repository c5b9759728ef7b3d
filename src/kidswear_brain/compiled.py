"""The one decorator under which kernels are compiled: cached on disk, typed for the type checker.

Numba alone renews a cached kernel when the kernel's own file changes, but not when a function that
it calls from another file does. The cache therefore lies in a folder named after the content of all
modules that speak of compiled code: a change in one compiles all anew; stale code is never run.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_WEEK_SECONDS = 7 * 24 * 3600

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel with strict IEEE arithmetic and keep the machine code on disk."""
    return cast(Kernel, numba.njit(kernel, cache=True, error_model="numpy"))


def compiled_lent(kernel: Kernel) -> Kernel:
    """Compile a kernel that makes no array: it counts no references to those it is lent.

    Counting took up to four fifths of the time of small kernels that call each other with a bundle
    of arrays. One that makes an array does not compile this way.
    """
    lent: dict[str, Any] = {"_nrt": False}
    return cast(Kernel, numba.njit(kernel, cache=True, error_model="numpy", **lent))


def compiled_reordered(kernel: Kernel) -> Kernel:
    """Compile a kernel whose sums may be reordered: its input must be finite; it makes no array."""
    more: dict[str, Any] = {"fastmath": {"reassoc", "nsz", "contract", "nnan"}, "_nrt": False}
    return cast(Kernel, numba.njit(kernel, cache=True, error_model="numpy", **more))


def _cache_folder() -> Path:
    """Return the folder of this package's machine code: beside it, or in the user's cache."""
    package = Path(__file__).parent
    digest = hashlib.blake2b(digest_size=8)
    for source in sorted(package.rglob("*.py")):
        content = source.read_bytes()
        if b"compiled" in content:
            digest.update(content)
    beside = package / "__pycache__"
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kidswear-brain"
    above = beside if os.access(package, os.W_OK) else home
    _forget_old(above)
    return above / f"kernels-{digest.hexdigest()}"


def _forget_old(above: Path) -> None:
    """Remove the machine code of earlier sources that nobody has used for a week."""
    for folder in above.glob("kernels-*"):
        if time.time() - folder.stat().st_mtime > _WEEK_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


_config: Any = numba.config
if not _config.CACHE_DIR:
    _config.CACHE_DIR = str(_cache_folder())
