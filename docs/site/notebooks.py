"""Tutorials as notebooks: the same text, code and outputs, for Jupyter."""

from __future__ import annotations

import base64
import json
import pathlib
import re

CELL = re.compile(r"```python\n(?P<code>.*?)```\n(?:\n```text\n(?P<printed>.*?)```\n)?", re.S)
IMAGE = re.compile(r"!\[([^]]*)\]\(([^):]+\.png)\)")
LINK = re.compile(r"(?<!!)\[([^]]+)\]\((?!\w+://)[^)]+\)")


def notebook(page: pathlib.Path) -> str:
    """Return a tutorial as a notebook of format 4.5; links to other pages become text."""
    text, at = page.read_text(encoding="utf-8"), 0
    cells = []
    for found in CELL.finditer(text):
        cells += [_text(text[at : found.start()], page), _code(found["code"], found["printed"])]
        at = found.end()
    cells = [cell for cell in (*cells, _text(text[at:], page)) if cell]
    for number, cell in enumerate(cells):
        cell["id"] = f"{page.stem}-{number}"
    about = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    made = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _text(text: str, page: pathlib.Path) -> dict[str, object]:
    if not text.strip():
        return {}
    images = {name: (page.parent / name).read_bytes() for _, name in IMAGE.findall(text)}
    text = IMAGE.sub(r"![\1](attachment:\2)", LINK.sub(r"\1", text))
    cell: dict[str, object] = {
        "cell_type": "markdown",
        "metadata": {},
        "source": _lines(text.strip()),
    }
    if images:
        cell["attachments"] = {
            name: {"image/png": base64.b64encode(image).decode()} for name, image in images.items()
        }
    return cell


def _code(code: str, printed: str | None) -> dict[str, object]:
    outputs = (
        [{"name": "stdout", "output_type": "stream", "text": _lines(printed)}] if printed else []
    )
    return {
        "cell_type": "code", "execution_count": None, "metadata": {}, "outputs": outputs,
        "source": _lines(code.rstrip("\n")),
    }  # fmt: skip


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
