"""Renew the generated sections of the pages: ``python -m defection.replication.pages [--check]``.

A section stands between ``<!-- begin: NAME -->`` and ``<!-- end: NAME -->``; the result that it
belongs to makes its text from kept tables. The cells of tutorials, blocks marked ``python``, are
run from top to bottom; what a cell prints stands in a block marked ``text`` behind it.
"""

import argparse
import contextlib
import inspect
import io
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from defection.files import replaced_file
from defection.replication import fitted_presets, journey_fit
from defection.replication.kept import Kept, ReplicationError
from defection.replication.markdown import renewed, section_names
from defection.replication.registry import RESULTS

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
"""The repository, where this is one."""
EXECUTED = ("docs/tutorials/*.md", "docs/east_germany.md", "docs/course/solutions.md")
"""Pages whose cells are run, besides generated sections."""
NEW_SESSION = "in one **new** Python session"
"""What stands in a page whose cells must run before anything else is imported."""
CELL = re.compile(r"```python\n(.*?)```\n(?:\n```text\n.*?```\n)?", re.DOTALL)


def generated(root: pathlib.Path = CHECKOUT) -> list[pathlib.Path]:
    """Return the pages of a checkout that have generated sections."""
    every = [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]
    return [page for page in every if section_names(page.read_text(encoding="utf-8"))]


def executed(root: pathlib.Path = CHECKOUT) -> list[pathlib.Path]:
    """Return the pages of a checkout whose cells are run."""
    return [page for pattern in EXECUTED for page in sorted(root.glob(pattern))]


def sections(kept: Kept) -> dict[str, str]:
    """Return the generated sections by name."""
    return {
        section: text(kept.tables(result.name))
        for result in RESULTS.values()
        if result.name in kept.about
        for section, text in result.texts.items()
    }


def run_cells(text: str, folder: pathlib.Path, name: str = "tutorial") -> str:
    """Run the cells of a tutorial in ``folder``; return its text with what they print now."""
    names: dict[str, object] = {"__name__": name}

    def run(found: re.Match[str]) -> str:
        line = text[: found.start()].count("\n") + 1
        code = compile("\n" * line + found[1], f"{name}.md", "exec")  # errors name the page's line
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(code, names)  # noqa: S102 - our own page
        printed = "\n".join(line.rstrip() for line in out.getvalue().splitlines())
        return f"```python\n{found[1]}```\n" + (f"\n```text\n{printed}\n```\n" if printed else "")

    with contextlib.chdir(folder):
        return CELL.sub(run, text)


def run_anew(text: str, folder: pathlib.Path, name: str = "tutorial") -> str:
    """Run the cells of a page in a new process, in which the package is not imported yet."""
    code = "\n".join([
        "import contextlib, io, pathlib, re, sys",
        f"CELL = re.compile({CELL.pattern!r}, re.DOTALL)",
        inspect.getsource(run_cells).replace(": re.Match[str]", ""),
        "text = sys.stdin.buffer.read().decode()",
        f"made = run_cells(text, pathlib.Path({str(folder)!r}), {name!r})",
        "sys.stdout.buffer.write(made.encode())",
    ])  # fmt: skip
    command = [sys.executable, "-c", code]
    made = subprocess.run(command, input=text.encode(), capture_output=True)  # noqa: S603
    if made.returncode:
        raise ReplicationError(f"{name}.md: {made.stderr.decode()}")
    return made.stdout.decode()


def run_page(text: str, folder: pathlib.Path, name: str = "tutorial") -> str:
    """Run the cells of a tutorial, in a new process where the page asks for a new session."""
    return (run_anew if NEW_SESSION in text else run_cells)(text, folder, name)


def renew_pages(
    kept: Kept, root: pathlib.Path = CHECKOUT, *, write: bool = True, tutorials: bool = False
) -> list[str]:
    """Return the pages that differ from what their results make, and the presets that are fitted.

    With ``write`` they are written, and their figures drawn. Tutorials take minutes.
    """
    texts, differing = sections(kept), []

    def compare(page: pathlib.Path, new: str) -> None:
        if new != page.read_text(encoding="utf-8"):
            differing.append(str(page.relative_to(root)))
            if write:
                with replaced_file(page, force=True) as beside:
                    beside.write_text(new, encoding="utf-8")

    for page in generated(root):
        compare(page, renewed(page.read_text(encoding="utf-8"), texts))
    presets = root / fitted_presets.FILE
    if (fit := journey_fit.RESULT.name) in kept.about:
        own = fitted_presets.renewed(presets.read_text(encoding="utf-8"), kept.tables(fit))
        compare(presets, own)
    for page in executed(root) if tutorials else []:
        with tempfile.TemporaryDirectory() as folder:
            run_in = pathlib.Path(folder)
            compare(page, run_page(page.read_text(encoding="utf-8"), run_in, page.stem))
            for image in run_in.rglob("*.png") if write else []:
                shutil.copy(image, page.parent / image.relative_to(run_in))
    for result in RESULTS.values() if write else ():
        for figure in result.figures(kept.tables(result.name)) if result.name in kept.about else []:
            file = root / "docs" / "images" / f"{figure.name}.png"
            if file.exists():
                figure.draw().savefig(file, dpi=80)
    return differing


def main(arguments: list[str] | None = None) -> int:
    """Renew the pages, or say which differ."""
    parser = argparse.ArgumentParser("python -m defection.replication.pages")
    parser.add_argument("--check", action="store_true", help="change nothing, fail if any differs")
    parser.add_argument("--tutorials", action="store_true", help="run the tutorials too (minutes)")
    options = parser.parse_args(arguments)
    if not (CHECKOUT / "docs").is_dir():
        parser.error("the pages are in a clone of the repository, not in the installed package")
    differing = renew_pages(Kept(), write=not options.check, tutorials=options.tutorials)
    for page in differing:
        print(f"{page} {'differs' if options.check else 'is renewed'}")
    return int(options.check and bool(differing))


if __name__ == "__main__":
    sys.exit(main())
