"""What a built site must be: no link leads nowhere inside it, nothing asks a foreign host."""

from __future__ import annotations

import html.parser
import os
import pathlib
import re
import urllib.parse

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Where a page names what a browser loads by itself."""
FOREIGN = re.compile(r"^(https?:)?//")
STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class _Page(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.anchors |= {named[name] for name in ("id", "name") if name in named}
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag in LOADED and LOADED[tag] in named:
            self.loads.append(named[LOADED[tag]])


def faults(site: pathlib.Path) -> list[str]:
    """Return what is wrong with a built site, a line each."""
    pages = {
        path: _Page(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.parts
    }
    found = []
    for path, page in pages.items():
        name = path.relative_to(site)
        found += [f"{name} loads {one}" for one in page.loads if FOREIGN.match(one)]
        for link in (*page.links, *page.loads):
            if not re.match(r"^(\w+:|//)", link) and not _leads(link, path, pages):
                found.append(f"{name}: {link} leads nowhere")
    for path in sorted(site.rglob("*.css")):
        named = (one or other for one, other in STYLE.findall(path.read_text(encoding="utf-8")))
        found += [f"{path.relative_to(site)} loads {one}" for one in named if FOREIGN.match(one)]
    return found


def _leads(link: str, path: pathlib.Path, pages: dict[pathlib.Path, _Page]) -> bool:
    parts = urllib.parse.urlsplit(link)
    below = urllib.parse.unquote(parts.path)
    target = pathlib.Path(os.path.normpath(path.parent / below)) if below else path
    if not target.exists():
        return False
    anchor = urllib.parse.unquote(parts.fragment)
    return not anchor or target not in pages or anchor in pages[target].anchors
