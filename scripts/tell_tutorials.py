"""Run the tutorials: ``python scripts/tell_tutorials.py`` renews what their code prints, and their pictures. A test compares.

A tutorial is a page of ``docs/tutorials``. Its cells, blocks marked ``python``, are run from top to
bottom in one place; what a cell prints stands in a block marked ``text`` right behind it.
"""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import shutil
import sys
import tempfile

TUTORIALS = pathlib.Path(__file__).parent.parent / "docs" / "tutorials"
CELL = re.compile(r"```python\n(.*?)```\n(?:\n```text\n.*?```\n)?", re.DOTALL)


def told(text: str, folder: pathlib.Path, name: str = "tutorial") -> str:
    """Run the cells of a tutorial in ``folder`` and return its text with what they print now."""
    names: dict[str, object] = {"__name__": name}

    def run(found: re.Match[str]) -> str:
        line = text[: found.start()].count("\n") + 1
        code = "\n" * line + found[1]  # errors name the line of the page
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, f"{name}.md", "exec"), names)  # noqa: S102 - our own page
        printed = "\n".join(said.rstrip() for said in out.getvalue().splitlines())
        return f"```python\n{found[1]}```\n" + (f"\n```text\n{printed}\n```\n" if printed else "")

    with contextlib.chdir(folder):
        return CELL.sub(run, text)


def main() -> None:
    """Renew every tutorial and the pictures that it saves."""
    for page in sorted(TUTORIALS.glob("*.md")):
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(
                told(page.read_text(encoding="utf-8"), pathlib.Path(folder), page.stem),
                encoding="utf-8",
            )
            for picture in sorted(pathlib.Path(folder).glob("*.png")):
                shutil.copy(picture, TUTORIALS / picture.name)
        sys.stderr.write(
            f"{page.relative_to(pathlib.Path(os.getcwd())) if page.is_relative_to(os.getcwd()) else page}\n"
        )


if __name__ == "__main__":
    main()
