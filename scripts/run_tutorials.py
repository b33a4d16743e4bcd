"""Run the tutorials: ``python scripts/run_tutorials.py`` renews what they print, and their figures.

A tutorial is a page of ``docs/tutorials``. Its cells, blocks marked ``python``, are run from top to
bottom in one folder; what a cell prints stands in a block marked ``text`` right behind it. A test
compares.
"""

from __future__ import annotations

import contextlib
import io
import pathlib
import re
import shutil
import sys
import tempfile

TUTORIALS = pathlib.Path(__file__).parent.parent / "docs" / "tutorials"
CELL = re.compile(r"```python\n(.*?)```\n(?:\n```text\n.*?```\n)?", re.DOTALL)


def renewed(text: str, folder: pathlib.Path, name: str = "tutorial") -> str:
    """Run the cells of a tutorial in ``folder``; return its text with what they print now."""
    names: dict[str, object] = {"__name__": name}

    def run(cell: re.Match[str]) -> str:
        line = text[: cell.start()].count("\n") + 1
        code = "\n" * line + cell[1]  # errors name the line of the page
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, f"{name}.md", "exec"), names)  # noqa: S102 - our own page
        printed = "\n".join(row.rstrip() for row in out.getvalue().splitlines())
        return f"```python\n{cell[1]}```\n" + (f"\n```text\n{printed}\n```\n" if printed else "")

    with contextlib.chdir(folder):
        return CELL.sub(run, text)


def main() -> None:
    """Renew every tutorial and the figures that it saves."""
    for page in sorted(TUTORIALS.glob("*.md")):
        with tempfile.TemporaryDirectory() as folder:
            text = renewed(page.read_text(encoding="utf-8"), pathlib.Path(folder), page.stem)
            page.write_text(text, encoding="utf-8")
            for figure in sorted(pathlib.Path(folder).glob("*.png")):
                shutil.copy(figure, TUTORIALS / figure.name)
        sys.stderr.write(f"{page.name}\n")


if __name__ == "__main__":
    main()
