"""Code blocks of the pages: which there are, who runs each, and commands made small."""

from __future__ import annotations

import dataclasses
import pathlib
import re

from defection.replication.pages import EXECUTED
from tests.conftest import ROOT, TINY

FENCE = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^>]+?) -->\n\n?)?"
    r"^(?P<mark>```+)(?P<language>[\w-]*)\n(?P<code>.*?)^(?P=mark)$",
    re.MULTILINE | re.DOTALL,
)
PYTHON, SHELL = ("python",), ("sh", "bash")
SHOWN = ("text", "csv", "toml", "mermaid", "json")
"""Output, data and drawings; what is TOML or CSV is read by the tests of its page."""

RUN_ELSEWHERE = {
    ("README.md", PYTHON): ("tests/test_docs.py", "test_the_readme_s_python_runs"),
    ("README.md", SHELL): ("tests/test_docs.py", "test_the_readme_s_commands_are_understood"),
    ("CONTRIBUTING.md", PYTHON): ("tests/test_contributing.py", "def package("),
    **{
        (page, PYTHON): (
            "tests/test_tutorials.py",
            "test_the_code_of_a_tutorial_runs_and_prints_what_stands_below_it",
        )
        for page in EXECUTED
    },
}
"""Pages and languages whose blocks another test runs; every other block is run here."""

SMALL_SEARCH = (
    "screened=16 starts=2 generations=2 halving=1 population=4 selected=1 "
    "last_generations=1 replicates=1 fresh=2"
)
SMALLER = (
    (r"--runs 200\b", "--runs 20"),
    (r"--runs 100\b", "--runs 5"),
    (r"--runs 5\b", "--runs 3"),
    (r"--weeks 520\b", "--weeks 52"),
    (r"^survey (.*)--runs 20\b", r"survey \1--runs 2"),
    (r"^survey --clock", "survey --runs 2 --clock"),
    (r"^programme (\w+\.toml)", r"programme \1 --set chance.points=4 --set chance.runs=2"),
    (r"^sweep ", "sweep --engine threads "),
    (r"^extend ", "extend --engine threads "),
    (r"path/to/your_country", str(TINY)),
)
"""What makes a command of a page quick, and a country of one's own one that is there."""


@dataclasses.dataclass(frozen=True)
class Block:
    """A code block of a page."""

    page: str
    line: int
    language: str
    code: str
    reason: str
    """Why it is not run; empty where it is."""

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def elsewhere(self) -> tuple[str, str] | None:
        """The test that runs it, where that is another."""
        for (page, languages), test in RUN_ELSEWHERE.items():
            if pathlib.PurePath(self.page).match(page) and self.language in languages:
                return test
        return None

    @property
    def commands(self) -> list[str]:
        """Its lines, without comments and put together where they go on."""
        lines = re.sub(r" *\\\n *", " ", self.code).splitlines()
        return [line.partition("  #")[0].strip() for line in lines if line.strip()]


def pages() -> list[pathlib.Path]:
    """Return the pages of the repository that stand on the site."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "model").rglob("*.md")]
    return sorted(page for page in found if "site" not in page.relative_to(ROOT).parts)


def blocks() -> list[Block]:
    """Return every code block of every page."""
    found = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for one in FENCE.finditer(text):
            line = text[: one.start("mark")].count("\n") + 1
            name, reason = (
                page.relative_to(ROOT).as_posix(),
                " ".join((one["reason"] or "").split()),
            )
            found.append(Block(name, line, one["language"], one["code"], reason))
    return found


def smaller(command: str) -> str:
    """Return what stands behind ``defection``, so that it takes seconds."""
    command = command.removeprefix("defection ")
    if command.startswith("search --"):
        command += "".join(f" --set {setting}" for setting in SMALL_SEARCH.split())
    for long, short in SMALLER:
        command = re.sub(long, short, command)
    return command
