"""Rules of the house: who may import whom, who owns which library, how long things may be."""

import ast
import functools
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "kidswear_brain"
ROOMS = (
    "compiled",
    "errors",
    "tables",
    "scenario",
    "cluster",
    "allocation",
    "services",
    "simulation",
    "results",
    "experiment",
    "economics",
    "report",
    "cli",
)
OWNERS = {
    "numba": {"compiled"},
    "highspy": {"allocation"},
    "pulp": {"allocation"},
    "pydantic": {"scenario"},
    "yaml": {"scenario"},
    "simpy": {"simulation"},
    "openpyxl": {"tables"},
    "python_calamine": {"tables"},
    "typer": {"cli"},
    "rich": {"cli"},
    "polars": {"tables", "results", "experiment", "economics", "report", "cli"},
    "lunardate": {"cluster"},
    "SALib": {"economics"},
    "concurrent": {"experiment"},
    "multiprocessing": {"experiment"},
    "distributed": {"experiment"},
    "duckdb": {"experiment"},
    "optimagic": {"economics"},
    "sklearn": {"economics"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [module.relative_to(PACKAGE).as_posix() for module in MODULES]


def every_module(rule):
    """Make a test of a rule on modules; it names every module that breaks it."""

    def hold():
        broken = {}
        for module, name in zip(MODULES, NAMES, strict=True):
            try:
                rule(module)
            except AssertionError as error:
                broken[name] = str(error).partition("\n")[0]
        assert broken == {}

    hold.__doc__ = rule.__doc__
    return hold


MAX_LINES = 400
MAX_BODY = 60
ARGUED: dict[str, str] = {}
"""Modules above the limit, and why."""


def room_of(module: Path) -> str:
    """The package itself stands above all rooms; cli.py and its helpers are one room."""
    first = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "cli" if first.startswith(("cli", "__")) else first


@functools.cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def imports(module: Path) -> list[tuple[str, str]]:
    """Every imported module and name, those inside functions too."""
    found = []
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found += [(node.module or "", alias.name) for alias in node.names]
    return found


@every_module
def test_imports_go_downward(module):
    here = ROOMS.index(room_of(module))
    for name, what in imports(module):
        parts = [*name.split("."), what]
        if parts[0] == "kidswear_brain" and parts[1] and not parts[1].startswith("__"):
            there = "cli" if parts[1].startswith("cli") else parts[1]
            assert ROOMS.index(there) <= here, f"{name} is above {room_of(module)}"


@every_module
def test_a_library_stays_with_its_owner(module):
    for name, _ in imports(module):
        owners = OWNERS.get(name.partition(".")[0])
        assert owners is None or room_of(module) in owners, f"{name} belongs to {owners}"


@every_module
def test_no_private_name_of_another_module_is_used(module):
    for name, what in imports(module):
        if name.startswith("kidswear_brain"):
            private = [p for p in (*name.split("."), what) if p.startswith("_") and p != "__main__"]
            assert private in ([], ["__version__"]), f"{name}: {what}"


@every_module
def test_nothing_prints_but_the_command_line(module):
    calls = {
        node.func.id
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "print" not in calls or room_of(module) == "cli"


@every_module
def test_no_global_random_state_and_no_global_statement(module):
    assert not [node for node in ast.walk(tree_of(module)) if isinstance(node, ast.Global)]
    text = module.read_text(encoding="utf-8")
    assert not re.search(r"\bnp\.random\.(?!Generator|SeedSequence|Philox|default_rng)\w+\(", text)
    assert "import random" not in text


@every_module
def test_services_know_neither_measures_nor_the_clock(module):
    if room_of(module) == "services":
        roots = {name.partition(".")[0] for name, _ in imports(module)}
        assert not roots & {"simpy", "time"}


@every_module
def test_a_module_stays_readable(module):
    lines = len(module.read_text(encoding="utf-8").splitlines())
    name = module.relative_to(PACKAGE).as_posix()
    assert lines <= MAX_LINES or name in ARGUED, f"{lines} lines"


@every_module
def test_a_function_stays_readable(module):
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.FunctionDef) and not _is_compiled(node):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = node.end_lineno - body[0].lineno + 1 if body else 0
            assert length <= MAX_BODY, f"{node.name} has {length} lines"


@every_module
def test_every_module_says_what_it_is_for(module):
    assert ast.get_docstring(tree_of(module)), "no docstring"


def _is_compiled(node: ast.FunctionDef) -> bool:
    return any(re.search("jit|compiled", ast.unparse(d)) for d in node.decorator_list)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_tracked_file_names_a_machine_or_a_registry():
    # put together here, so that this file does not name them itself
    paths = [f"/{folder}/" for folder in ("home", "root", "work", "opt", "tmp", "Users")]
    places = "|".join(re.escape(path) for path in paths)
    pattern = re.compile(rf"(?<![\w./])(?:{places})\w|https?://[^\s/]*(?:pypi|proxy|artifactory)")
    found = []
    for path in tracked():
        if path.suffix in {".parquet", ".xlsx", ".png", ".npz"} or not path.is_file():
            continue
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
        ):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not found, "\n".join(found)


def test_markers_are_the_declared_ones():
    allowed = {"slow", "long", "parametrize", "skipif", "xfail", "usefixtures", "filterwarnings"}
    for path in (ROOT / "tests").rglob("test_*.py"):
        marks = set(re.findall(r"pytest\.mark\.(\w+)", path.read_text(encoding="utf-8")))
        assert marks <= allowed, f"{path.name}: {marks - allowed}"


def test_test_modules_have_names_of_their_own():
    """Two test modules of one name hide each other: tests are no packages."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names)), sorted({n for n in names if names.count(n) > 1})


def test_every_public_name_exists():
    import kidswear_brain

    for name in kidswear_brain.__all__:
        assert getattr(kidswear_brain, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        kidswear_brain.nothing  # noqa: B018
