"""Renew the generated sections of the pages: ``python -m defection.replication.pages [--check]``.

A section stands between ``<!-- begin: NAME -->`` and ``<!-- end: NAME -->``. Its text follows from
kept tables and is made by the result that they belong to. The cells of tutorials, blocks marked
``python``, are run from top to bottom; what a cell prints stands in a block marked ``text`` behind
it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import pathlib
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable

from defection.files import replaced_file
from defection.replication import RESULTS
from defection.replication.kept import Kept
from defection.replication.markdown import places, renewed, shown
from defection.replication.result import Figure

ROOT = pathlib.Path(__file__).resolve().parent.parent
CELL = re.compile(r"```python\n(.*?)```\n(?:\n```text\n.*?```\n)?", re.DOTALL)
TABLES = {
    "search-regions": ("uniqueness", "regions"),
    "search-statements": ("statements", "statements"),
    "search-readings": ("readings", "readings"),
    "search-good-runs": ("paper_search", "paper_search"),
    "search-lines": ("paper_search", "paper_search_lines"),
}
"""Kept tables that pages show as they are: place, result, table."""


def pages(root: pathlib.Path = ROOT) -> list[pathlib.Path]:
    """Return the pages with generated sections."""
    every = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return [page for page in every if places(page.read_text(encoding="utf-8"))]


def tutorials(root: pathlib.Path = ROOT) -> list[pathlib.Path]:
    """Return the tutorials."""
    return sorted((root / "docs" / "tutorials").glob("*.md"))


def section(name: str, kept: Kept) -> str:
    """Return the text of a place from kept tables."""
    if name in TABLES:
        result, frame = TABLES[name]
        return shown(kept.tables(result)[frame])
    for result in RESULTS.values():
        if name in result.texts:
            return result.texts[name](kept.tables(result.name))
    raise KeyError(f"no result makes the section {name!r}")


def page_text(page: pathlib.Path, kept: Kept) -> str:
    """Return a page with its generated sections as they should be."""
    text = page.read_text(encoding="utf-8")
    return renewed(text, {name: section(name, kept) for name in places(text)})


def figures(root: pathlib.Path, kept: Kept) -> Iterable[tuple[pathlib.Path, Figure]]:
    """Return the figures of ``docs/images`` that results draw."""
    for result in RESULTS.values():
        for figure in result.figures(kept.tables(result.name)):
            file = root / "docs" / "images" / f"{figure.name}.png"
            if file.exists():
                yield file, figure


def run_cells(text: str, folder: pathlib.Path, name: str = "tutorial") -> str:
    """Run the cells of a tutorial in ``folder``; return its text with what they print now."""
    names: dict[str, object] = {"__name__": name}

    def run(found: re.Match[str]) -> str:
        line = text[: found.start()].count("\n") + 1
        code = compile("\n" * line + found[1], f"{name}.md", "exec")  # errors name the page's line
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(code, names)  # noqa: S102 - our own page
        printed = "\n".join(printed.rstrip() for printed in out.getvalue().splitlines())
        return f"```python\n{found[1]}```\n" + (f"\n```text\n{printed}\n```\n" if printed else "")

    with contextlib.chdir(folder):
        return CELL.sub(run, text)


def stale(
    root: pathlib.Path = ROOT,
    *,
    write: bool = False,
    with_tutorials: bool = True,
    log: Callable[[str], object] = lambda _: None,
) -> list[pathlib.Path]:
    """Return the pages whose text differs from what their results make; renew them if asked.

    Parameters
    ----------
    root : path
        A clone of the repository.
    write : bool
        Write pages, and draw their figures again.
    with_tutorials : bool
        Also run the tutorials, which takes minutes.
    log : function
        Called with what is looked at.

    Returns
    -------
    list of path
        What differed.
    """
    kept, differing = Kept(), []

    def compare(page: pathlib.Path, text: str) -> None:
        log(str(page.relative_to(root)))
        if text != page.read_text(encoding="utf-8"):
            differing.append(page)
            if write:
                with replaced_file(page, force=True) as beside:
                    beside.write_text(text, encoding="utf-8")

    for page in pages(root):
        compare(page, page_text(page, kept))
    if write:
        for file, figure in figures(root, kept):
            figure.draw().savefig(file, dpi=80)
    for page in tutorials(root) if with_tutorials else []:
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            compare(page, run_cells(page.read_text(encoding="utf-8"), place, page.stem))
            for image in sorted(place.glob("*.png")) if write else []:
                shutil.copy(image, page.parent / image.name)
    return differing


def main(arguments: list[str] | None = None) -> int:
    """Renew or check the pages."""
    parser = argparse.ArgumentParser(
        prog="python -m defection.replication.pages", description=__doc__
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where a page differs"
    )
    parser.add_argument("--no-tutorials", action="store_true", help="leave out the tutorials")
    options = parser.parse_args(arguments)
    if not (ROOT / "docs").is_dir():
        parser.error("the pages are in a clone of the repository, not in the installed package")
    differing = stale(
        write=not options.check,
        with_tutorials=not options.no_tutorials,
        log=lambda text: print(text, file=sys.stderr),
    )
    for page in differing:
        print(f"{'differs' if options.check else 'renewed'}: {page.relative_to(ROOT)}")
    return int(options.check and bool(differing))


if __name__ == "__main__":
    sys.exit(main())
