"""The house as its files show it: copies of it, which module imports which, names they use."""

from __future__ import annotations

import ast
import dataclasses
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

from tests.conftest import ROOT

PACKAGES = {
    "model": "defection",
    "agents": "defection.agents",
    "batch_runs": "defection.batch_runs",
    "replication": "defection.replication",
    "views": "defection.views",
    "commands": "defection.commands",
}
"""The folders of the package, and what each is called when it is imported."""


def installed(path: str) -> str:
    """Return where a file of the repository stands below a folder that is imported from."""
    folder, _, rest = path.partition("/")
    return f"{PACKAGES[folder].replace('.', '/')}/{rest}"


def copy_package(root: pathlib.Path) -> None:
    """Copy the package into a folder that is imported from."""
    for folder in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(
            ROOT / folder, root / installed(folder), ignore=unwanted, dirs_exist_ok=True
        )


def run_python(root: pathlib.Path, *words: str, cwd: pathlib.Path) -> str:
    """Run Python with the package in ``root`` and compiled code of its own; return its output."""
    settings = {"PYTHONPATH": str(root), "NUMBA_CACHE_DIR": str(root / "cache")}
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, cwd=cwd,
        env={**os.environ, **settings},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclasses.dataclass(frozen=True)
class Import:
    """One import of a module of the package by another."""

    importer: str
    imported: str
    line: int
    runs: bool  # when the importer is imported: neither in a function nor for the types alone


@functools.cache
def modules() -> dict[str, pathlib.Path]:
    """Return the file of every module of the package, by the module's name."""
    found = {"server": ROOT / "server.py"}
    for folder, package in PACKAGES.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join([package, *(part for part in parts if part != "__init__")])] = path
    return found


@functools.cache
def parsed(path: pathlib.Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@functools.cache
def lazy_names() -> dict[str, str]:
    """Return the modules behind the names that ``defection`` imports when they are used first."""
    for node in parsed(ROOT / "model" / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOMES":
            homes = ast.literal_eval(node.value)
            return {name: f"defection.{home}" for name, home in homes.items()}
    return {}


@functools.cache
def imports() -> tuple[Import, ...]:
    """Return every import of a module of the package by another one."""
    return tuple(
        Import(module, imported, line, runs)
        for module, path in modules().items()
        for imported, line, runs in _imported(parsed(path), runs=True)
        if imported != module
    )


def _imported(node: ast.AST, *, runs: bool) -> Iterator[tuple[str, int, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                if alias.name in modules():
                    yield alias.name, child.lineno, runs
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                for name in _from(child.module or "", alias.name):
                    yield name, child.lineno, runs
        elif isinstance(child, ast.Call) and ast.unparse(child.func).endswith("import_module"):
            name = getattr(child.args[0], "value", None)
            yield from [(name, child.lineno, runs)] if name in modules() else []
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for_types = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
        yield from _imported(child, runs=runs and not is_function and not for_types)


def _from(module: str, name: str) -> Iterator[str]:
    if f"{module}.{name}" in modules():
        yield f"{module}.{name}"
    elif module == "defection" and name in lazy_names():
        yield lazy_names()[name]
    elif module in modules():
        yield module


def words(identifier: str) -> list[str]:
    """Return the words of an identifier: ``FirstWeek.head_count`` has four."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)]


def identifiers(path: pathlib.Path) -> Iterator[tuple[str, int]]:
    """Return every name that a file gives or uses, with its line, column names among them.

    The name of a test is a sentence, and no identifier.
    """
    for node in ast.walk(parsed(path)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name):
            yield node.id, line
        elif isinstance(node, ast.Attribute):
            yield node.attr, line
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg, line
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.rpartition(".")[2], line
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if not node.name.startswith("test_"):
                yield node.name, line
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[A-Za-z_]+", str(node.value)):
            yield str(node.value), line
