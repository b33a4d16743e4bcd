"""Pages that are made at build: lessons, commands, the public names, files that links lead to."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import os
import pathlib
import pkgutil
import re
import textwrap
import tomllib
from collections.abc import Mapping

from contents import ROOT

from defection.commands.parser import parser
from defection.views.app import lesson

LANGUAGES = {".py": "python", ".csv": "text", ".json": "json", ".toml": "toml", ".cff": "yaml"}
LONGEST_SOURCE = 100_000  # characters of a file that is shown


def lessons() -> dict[str, str]:
    """Return a page for each lesson of the app, with its figures filled in."""
    pages = {}
    for number, one in enumerate(lesson.lessons().values(), start=1):
        said = enumerate((text for text, _ in one.options), start=1)
        options = "\n".join(f"{which}. {text}" for which, text in said)
        right = one.options[one.right][0]
        runs = "\n".join(
            f"* **{run.name}**: seed {run.seed}"
            + "".join(f", `{name}` = {value}" for name, value in run.changes.items())
            + (f", {run.weeks:,} weeks" if run.weeks else "")
            for run in one.runs
        )
        pages[one.name] = "\n\n".join([
            f"# {number}. {one.title}",
            f"About {one.minutes} minutes.",
            "## Predict", one.question, options,
            "## Run", runs,
            "## Read", one.parts[""], one.parts["Look"],
            hidden("What happens, and why", f"{right}\n\n{one.parts['Explain']}"),
            "## Question", one.parts["Question"],
            hidden("Answer", one.parts["Answer"]),
        ])  # fmt: skip
    return {name: f"{text}\n" for name, text in pages.items()}


def hidden(title: str, text: str) -> str:
    """Return text that is shown at a click."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def commands() -> str:
    """Return a page with the help of every command."""
    os.environ["COLUMNS"] = "80"
    top = parser()
    named = {f"defection {name}": one for name, one in top.commands().items()}
    pages = {"defection": top, **named}.items()
    blocks = [f"## {name}\n\n```text\n{one.format_help().strip()}\n```\n" for name, one in pages]
    says = "What `--help` prints. The tests read every example by the same parser."
    return "\n".join(["# The command line\n", f"{says}\n", *blocks])


def packages() -> list[str]:
    """Return the packages that are shipped, from the ground up."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["setuptools"]["packages"]


@functools.cache
def modules() -> list[str]:
    """Return the modules of all packages."""
    found = []
    for name in packages():
        paths = importlib.import_module(name).__path__
        found += [name, *(one.name for one in pkgutil.iter_modules(paths, f"{name}."))]
    return [name for name in found if not name.endswith("__main__")]


def api() -> dict[str, str]:
    """Return a page for each package: its public names, each where it stands first."""
    first: dict[tuple[int, str], str] = {}
    pages = {}
    for package in packages():
        module = importlib.import_module(package)
        own, lines = [], []
        for name in sorted(getattr(module, "__all__", ()), key=str.lower):
            thing, path = getattr(module, name), f"{package}.{name}"
            if name.startswith("__"):
                continue
            known = first.setdefault((id(thing), name), path)
            lines.append(f"* {{py:obj}}`~{known}`: {_first_sentence(thing, name)}")
            if known == path:
                own.append(_documented(thing, name, path))
        about = inspect.getdoc(module) or ""
        parts = [f"# {package}", _markdown(about), "\n".join(lines), *own]
        if lines:
            pages[package] = "\n\n".join(parts) + "\n"
    return pages


def _markdown(text: str) -> str:
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def _defined(name: str, thing: object) -> str:
    """Return the text below the assignment of a public value, as Sphinx finds it."""
    from sphinx.pycode import ModuleAnalyzer

    for module in modules():
        spec = importlib.util.find_spec(module)
        file = pathlib.Path((spec and spec.origin) or "")
        if not file.is_file() or f"\n{name}" not in file.read_text(encoding="utf-8"):
            continue
        found = ModuleAnalyzer.for_module(module).find_attr_docs().get(("", name))
        if found and getattr(importlib.import_module(module), name, None) is thing:
            return _one_line(found)
    for module in modules() if not isinstance(thing, str) else ():  # exported by another name
        for (_, other), found in ModuleAnalyzer.for_module(module).find_attr_docs().items():
            if getattr(importlib.import_module(module), other, None) is thing:
                return _one_line(found)
    return f"``{thing!r}``"


def _one_line(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines if line.strip())


def _first_sentence(thing: object, name: str) -> str:
    is_object = inspect.isclass(thing) or inspect.isroutine(thing)
    text = (inspect.getdoc(thing) or "") if is_object else _defined(name, thing)
    return _markdown(" ".join(text.split("\n\n")[0].split()))


def _documented(thing: object, name: str, path: str) -> str:
    if inspect.isclass(thing):
        kind = "autoexception" if issubclass(thing, BaseException) else "autoclass"
        lines = [f".. {kind}:: {path}"]
    elif inspect.isroutine(thing):
        lines = [f".. autofunction:: {path}"]
    else:
        lines = [f".. py:data:: {path}", "", f"   {_defined(name, thing)}"]
        if isinstance(thing, dict) and all(isinstance(one, str) for one in thing.values()):
            lines += ["", *(f"   * ``{key}``: {said}" for key, said in thing.items())]
        elif isinstance(thing, (Mapping, tuple)) and all(isinstance(one, str) for one in thing):
            kind = "Keys" if isinstance(thing, Mapping) else "Values"
            lines += ["", f"   {kind}: {', '.join(f'``{one}``' for one in thing)}."]
        elif isinstance(thing, str) and "\n" in thing:
            lines += ["", "   .. code-block:: text", "", textwrap.indent(thing, " " * 6)]
    return "\n".join([f"## {name}", "", "```{eval-rst}", *lines, "```"])


def source(path: pathlib.Path) -> str:
    """Return a page that shows a file or lists a folder of the repository."""
    name = path.relative_to(ROOT).as_posix()
    head = f"---\norphan: true\nnosearch: true\n---\n\n# {name}\n\n"
    if path.is_dir():
        rows = [
            f"| `{one.name}` | {_about(one)} |" for one in sorted(path.iterdir()) if _shown(one)
        ]
        return head + "\n".join(["| file | what |", "|---|---|", *rows]) + "\n"
    text = path.read_text(encoding="utf-8")
    if len(text) > LONGEST_SOURCE:
        text = f"{text[:LONGEST_SOURCE]}\n... ({len(text):,} characters in all)"
    mark = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{head}{mark}{LANGUAGES.get(path.suffix, 'text')}\n{text.rstrip()}\n{mark}\n"


def _shown(path: pathlib.Path) -> bool:
    return not path.name.startswith((".", "__pycache__")) and not path.name.endswith(".egg-info")


def _about(path: pathlib.Path) -> str:
    """Return the first line of what a file or a package says of itself."""
    file = path / "__init__.py" if path.is_dir() else path
    if file.suffix != ".py" or not file.exists():
        return "folder" if path.is_dir() else ""
    found = re.match(r'\s*"""(.*)', file.read_text(encoding="utf-8"))
    return found[1].removesuffix('"""').replace("|", "\\|") if found else ""
