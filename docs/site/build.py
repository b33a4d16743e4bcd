"""Build the site: ``python docs/site/build.py``, from a clone, with the extra ``docs``.

The pages are the repository's own: they are copied into a folder beside, their links are turned
into links of the site, and what is made from the package (lessons, commands, public names) is
added. Sphinx then builds them; a warning is an error, and so is a link inside that leads nowhere.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import shutil
import sys
import tempfile

import made
import text
from check import faults
from contents import HERE, ROOT, Section, read
from notebooks import notebook

from defection.views.app import lesson

TAKES = re.compile(r"\bIt takes [^.]*\.")
"""The sentence of a tutorial that says how long it takes."""


def stage(folder: pathlib.Path) -> None:
    """Write all pages as Sphinx reads them into a folder."""
    sections = read()
    addresses = {path: address for one in sections for path, address in one.pages.items()}
    addresses |= {lesson.FOLDER / f"{name}.md": f"lessons/{name}" for name in lesson.lessons()}
    folders = {"docs": "index", "docs/tutorials": "tutorials/index"}
    addresses |= {ROOT / folder: address for folder, address in folders.items()}
    addresses[lesson.FOLDER] = "lessons/index"
    pages = text.Pages(addresses)

    def write(address: str, said: str) -> None:
        file = folder / f"{address}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(said, encoding="utf-8")

    for section in sections:
        for path, address in section.pages.items():
            said = pages.staged(path.read_text(encoding="utf-8"), path, address)
            if section.made == "times":
                said = text.below_title(said, _download(path, folder))
            elif text.has_code(said):
                said = text.below_title(said, text.note(text.RUN))
            write(address, said)
        made_here = _made(section)
        for address, said in made_here.items():
            write(address, said)
        if section.index not in section.pages.values():
            write(section.index, _first_page(section, list(made_here)))
    write("index", _front(sections, pages))
    for path, address in pages.sources.items():
        write(address, made.source(path))
    for path, below in pages.images.items():
        (folder / below).parent.mkdir(exist_ok=True)
        shutil.copy(path, folder / below)
    for name in ("conf.py", "imports.py"):
        shutil.copy(HERE / name, folder)
    (folder / "_static").mkdir()
    shutil.copy(HERE / "site.css", folder / "_static")


def _made(section: Section) -> dict[str, str]:
    if section.made == "lessons":
        return {f"lessons/{name}": said for name, said in made.lessons().items()}
    if section.made == "api":
        return {f"api/{name}": said for name, said in made.api().items()}
    return {"commands": made.commands()} if section.made == "commands" else {}


def _download(path: pathlib.Path, folder: pathlib.Path) -> str:
    """Write a tutorial as a notebook; return the link to it."""
    place = folder / "_extra" / "notebooks"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{path.stem}.ipynb").write_text(notebook(path), encoding="utf-8")
    link = f'<a href="../notebooks/{path.stem}.ipynb" download>Download as a notebook</a>'
    return f'<p class="note">{link}</p>\n'


def _first_page(section: Section, made_here: list[str]) -> str:
    said = [f"# {section.title}", section.says]
    if section.made == "times":
        said.append("\n".join(f"* **{text.title(path)}.** {takes(path)}" for path in section.pages))
    entries = [f"/{address}" for address in (*made_here, *section.pages.values())]
    return "\n\n".join([*said, _toctree(entries, "maxdepth: 1")]) + "\n"


def takes(path: pathlib.Path) -> str:
    """Return the sentence that says how long a tutorial takes."""
    head = " ".join(path.read_text(encoding="utf-8").partition("\n## ")[0].split())
    found = TAKES.search(re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", head))
    if not found:
        raise ValueError(f"{path.name} does not say how long it takes")
    return found[0]


def _toctree(entries: list[str], *options: str) -> str:
    lines = [f":{option}" for option in options]
    return "\n".join(["```{toctree}", *lines, "", *entries, "```"])


def _front(sections: list[Section], pages: text.Pages) -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    parts = {
        "intro": readme.split("\n\n")[1],
        "figure": re.search(r"^!\[.*run\.png\)$", readme, re.M)[0],
    }
    page = HERE / "index.md"
    front = pages.staged(page.read_text(encoding="utf-8"), page, "index")
    for name, said in parts.items():
        front = front.replace(f"{{{name}}}", pages.staged(said, ROOT / "README.md", "index"))
    tree = _toctree([f"{one.title} </{one.index}>" for one in sections], "hidden:")
    return f"{front}\n{tree}\n"


def main(arguments: list[str] | None = None) -> int:
    """Build the site; returns 0 if nothing is wrong with it."""
    from sphinx.cmd.build import main as sphinx

    options = argparse.ArgumentParser("python docs/site/build.py", description=__doc__)
    options.add_argument("--out", type=pathlib.Path, default=ROOT / "build" / "site")
    out = options.parse_args(arguments).out
    if out.exists() and any(out.iterdir()) and not (out / ".buildinfo").exists():
        options.error(f"{out} holds something else than a site; name an empty folder with --out")
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / "pages"
        folder.mkdir()
        stage(folder)
        words = ["-W", "--keep-going", "-q", "-b", "html", "-d", f"{work}/doctrees"]
        status = sphinx([*words, str(folder), str(out)])
    wrong = faults(out) if not status else []
    for line in wrong:
        print(line, file=sys.stderr)
    if status or wrong:
        return 1
    print(f"{out / 'index.html'}: {len(list(out.rglob('*.html')))} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
