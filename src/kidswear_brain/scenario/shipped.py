"""The scenarios that come with the package, by name."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

PREFIX = "kidswear:"


def shipped_names() -> tuple[str, ...]:
    """Which scenarios ship: their names, sorted, as in ``extends: kidswear:NAME``."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(
        sorted(
            name.removesuffix(".yaml")
            for name in names
            if name.endswith(".yaml") and name != "provenance.yaml"
        )
    )


def shipped_file(name: str) -> bytes:
    """Read a shipped file by its name with ending; FileNotFoundError where there is none."""
    return (_folder() / name).read_bytes()


def shipped_path(name: str) -> Path:
    """Where a file that comes with the package stands, such as a table of a shipped scenario."""
    return Path(str(_folder() / name))


def _folder() -> Traversable:
    inside = files("kidswear_brain") / "scenarios"
    if inside.is_dir():
        return inside
    # An editable installation reads the repository's own folder.
    return Path(__file__).parents[3] / "scenarios"
