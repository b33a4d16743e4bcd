"""Which page of the repository stands where on the site: ``contents.toml``, read and checked."""

from __future__ import annotations

import dataclasses
import pathlib
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
"""The clone."""
TAKEN = ("index", "search", "genindex", "py-modindex")
"""Addresses of pages that are made."""


class ContentsError(ValueError):
    """A page has no place on the site, or two pages have the same."""


@dataclasses.dataclass(frozen=True)
class Section:
    """A section of the site: its pages, and what is made for it at build."""

    name: str
    title: str
    says: str
    made: str
    pages: dict[pathlib.Path, str]
    """Addresses on the site by files of the repository."""

    @property
    def index(self) -> str:
        """The address of the section's first page."""
        only = list(self.pages.values())
        return only[0] if len(only) == 1 and not self.says else f"{self.name}/index"


def _address(path: pathlib.Path) -> str:
    below = path.relative_to(ROOT).with_suffix("").as_posix()
    return below.removeprefix("docs/").removeprefix("model/data/").lower()


def read(root: pathlib.Path = ROOT) -> list[Section]:
    """Return the sections with the pages that there are.

    Raises
    ------
    ContentsError
        A page in ``docs/`` stands in no section, or two pages have one address.
    """
    tables = tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))["section"]
    lines = [line.partition(" -> ") for table in tables for line in table["pages"]]
    named = {root / path for path, _, _ in lines}
    placed: dict[pathlib.Path, str] = {}
    sections = []
    for table in tables:
        pages = {}
        for line in table["pages"]:
            pattern, _, address = line.partition(" -> ")
            for path in sorted(root.glob(pattern)):
                if path not in placed and (path not in named or "*" not in pattern):
                    pages[path] = placed[path] = address or _address(path)
        about = {name: table.get(name, "").strip() for name in ("name", "title", "says", "made")}
        sections.append(Section(**about, pages=pages))
    _check(root, placed)
    return sections


def _check(root: pathlib.Path, placed: dict[pathlib.Path, str]) -> None:
    for path in sorted((root / "docs").rglob("*.md")):
        if path not in placed and HERE not in path.parents:
            name = path.relative_to(root)
            raise ContentsError(f"{name} stands in no section of docs/site/contents.toml")
    for path, address in placed.items():
        if address in TAKEN:
            raise ContentsError(f"{path}: {address} is a page that Sphinx makes; name another")
        others = [one for one, other in placed.items() if other == address and one != path]
        if others:
            raise ContentsError(f"{path} and {others[0]} have one address, {address}")
