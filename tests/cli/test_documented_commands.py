"""Every command printed in README and docs is one that the program has, with options it knows."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from kidswear_brain.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = typer.main.get_command(app)
USAGE = typer.BadParameter.__base__  # of whichever Click this Typer brings


def commands(page: Path) -> list[str]:
    """List what blocks of code call, a line each; not synopses with optional parts in brackets."""
    text = page.read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        joined = re.sub(r"\\?\n {4}", " ", block)
        for line in joined.splitlines():
            parts = re.sub(r"^\$ | {2,}#.*", "", line).split("; ")
            found += [part for part in parts if part.startswith("kidswear ")]
    return [c for c in found if "[" not in c and "..." not in c and not re.match(r"\S+ \w+,", c)]


def parse(words: list[str]) -> None:
    """Let the command line read the words, and do nothing."""
    command, context = COMMAND, None
    while hasattr(command, "commands"):
        context = command.make_context("kidswear", [*words], parent=context)
        name, command, words = command.resolve_command(context, words)
    command.make_context(name, words, parent=context)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_what_is_printed_can_be_typed(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    for line in commands(page):
        try:
            parse(shlex.split(line)[1:])
        except USAGE as error:
            pytest.fail(f"{line}: {error.format_message()}")


def test_commands_are_found():
    assert sum(len(commands(page)) for page in PAGES) > 30


def test_a_wrong_option_is_seen():
    with pytest.raises(USAGE, match="--replicas"):
        parse(["run", "kidswear:tiny", "--replicas", "4"])
