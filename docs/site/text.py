"""Markdown of the repository made into Markdown of the site: links, code blocks, images."""

from __future__ import annotations

import html
import os
import pathlib
import re
from collections.abc import Callable

from contents import ROOT
from flowchart import svg

FENCE = re.compile(
    r"^(?P<mark>```+|~~~+)(?P<language>[\w-]*)[^\n]*\n.*?^(?P=mark)[ ]*$", re.M | re.S
)
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>.*?) -->", re.DOTALL)
MERMAID = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
NAMED = re.compile(r"\[`?[\w/.-]+\.(?:md|MD)`?\]\((?P<target>[^)\s#]+)\)")
"""A link whose text is the name of a file; on the site it is the page's title."""
RUN = "The code on this page is run by the tests of the package; a block that is not says why."


def outside(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside of code blocks."""
    pieces, at = [], 0
    for block in FENCE.finditer(text):
        pieces += [change(text[at : block.start()]), block[0]]
        at = block.end()
    return "".join([*pieces, change(text[at:])])


class Pages:
    """What each file of the repository is called on the site, and which files links ask for."""

    def __init__(self, addresses: dict[pathlib.Path, str]) -> None:
        self.addresses = addresses
        self.sources: dict[pathlib.Path, str] = {}
        """Files and folders that are no page: they are shown as they are."""
        self.images: dict[pathlib.Path, str] = {}

    def link(self, target: str, page: pathlib.Path, address: str) -> str:
        """Return what a link of ``page`` is on the site, where the page is at ``address``."""
        name, mark, anchor = target.partition("#")
        if not name or "://" in name or name.startswith("mailto:"):
            return target
        path = pathlib.Path(os.path.normpath(page.parent / name))
        if path in self.addresses:
            other = f"{self.addresses[path]}.md"
        elif not path.exists() or ROOT not in (path, *path.parents):
            raise FileNotFoundError(f"{page.relative_to(ROOT)}: {target} leads nowhere")
        elif path.suffix in (".png", ".svg"):
            other = self.images[path] = f"images/{path.name}"
        else:
            below = path.relative_to(ROOT).as_posix()
            self.sources[path] = f"source/{below}/index" if path.is_dir() else f"source/{below}"
            other = f"{self.sources[path]}.md"
        return os.path.relpath(other, os.path.dirname(address) or ".") + mark + anchor

    def _titled(self, found: re.Match[str], page: pathlib.Path) -> str:
        path = pathlib.Path(os.path.normpath(page.parent / found["target"]))
        if path not in self.addresses or path.is_dir():
            return found[0]
        return f"[{title(path)}]({found['target']})"

    def staged(self, text: str, page: pathlib.Path, address: str) -> str:
        """Return a page's text as the site has it."""

        def change(piece: str) -> str:
            piece = NAMED.sub(lambda m: self._titled(m, page), piece)
            piece = LINK.sub(lambda m: f"]({self.link(m['target'], page, address)})", piece)
            return NOT_RUN.sub(
                lambda m: note(f"Not run by the tests: {' '.join(m['reason'].split())}"), piece
            )

        text = outside(text, change)
        text = MERMAID.sub(lambda m: svg(m[1]), text)
        return text.replace("```csv\n", "```text\n")  # nothing here colours it


def title(path: pathlib.Path) -> str:
    """Return a page's title."""
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def has_code(text: str) -> bool:
    """Return whether a page has code or commands that could be run."""
    return any(one["language"] in ("python", "sh", "bash") for one in FENCE.finditer(text))


def note(said: str) -> str:
    """Return a line of small print."""
    return f'<p class="note">{html.escape(said)}</p>\n'


def below_title(text: str, line: str) -> str:
    """Put a line below a page's title."""
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{line}\n{rest.lstrip()}"
