"""Import lines of the examples in docstrings, so that each can be copied and runs alone.

In its module an example knows the module's names. On the site it begins with the imports that it
needs of them.
"""

from __future__ import annotations

import builtins
import dis
import doctest
import inspect
import sys
import types
from typing import Any


def undefined(source: str) -> set[str]:
    """Return the names that a piece of code reads and that nothing in it defines."""
    read, defined = set[str](), set(dir(builtins))
    parts = [compile(source, "example", "exec")]
    for part in parts:  # functions within it are added while it is read
        for one in dis.get_instructions(part):
            if one.opname.startswith(("LOAD_NAME", "LOAD_GLOBAL")):
                read.add(one.argval)
            elif one.opname.startswith(("STORE_NAME", "STORE_GLOBAL")):
                defined.add(one.argval)
        parts += [one for one in part.co_consts if isinstance(one, types.CodeType)]
    return read - defined


def import_of(name: str, module: types.ModuleType) -> str:
    """Return the line that imports a name of a module from where a user finds it."""
    value = vars(module)[name]
    if inspect.ismodule(value):
        package, _, last = value.__name__.rpartition(".")
        if last == name:
            return f"from {package} import {name}" if package else f"import {name}"
        return f"import {value.__name__} as {name}"
    home = getattr(value, "__module__", None) if callable(value) else None
    path = str(home or module.__name__).split(".")
    own = getattr(value, "__name__", name) if home else name
    for end in range(1, len(path) + 1):
        package = ".".join(path[:end])
        if package in sys.modules and getattr(sys.modules[package], own, None) is value:
            return f"from {package} import {own}" + (f" as {name}" if own != name else "")
    return f"from {module.__name__} import {name}"


def imports(code: str, module: types.ModuleType) -> list[str]:
    """Return the imports that a piece of code of a module needs to run elsewhere."""
    return sorted(import_of(name, module) for name in undefined(code) if name in vars(module))


def completed(lines: list[str], module: types.ModuleType) -> list[str]:
    """Return a docstring whose first example begins with the imports of all."""
    code = "".join(one.source for one in doctest.DocTestParser().get_examples("\n".join(lines)))
    first = next((i for i, line in enumerate(lines) if line.lstrip().startswith(">>> ")), None)
    if first is None:
        return lines
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    return [
        *lines[:first], *(f"{indent}>>> {one}" for one in imports(code, module)), *lines[first:],
    ]  # fmt: skip


def complete(
    _app: Any, _what: str, _name: str, thing: Any, _options: Any, lines: list[str]
) -> None:
    """Complete a docstring in place (Sphinx's ``autodoc-process-docstring``)."""
    module = sys.modules.get(getattr(thing, "__module__", None) or "")
    if module is not None and module.__name__.startswith("defection"):
        lines[:] = completed(lines, module)
