"""The commands that are tried: with what words, what they leave, and which numbers are in it."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import shutil
from collections.abc import Callable

from defection.batch_runs import open_results
from defection.batch_runs.programme import TEMPLATE
from defection.commands.main import main
from tests.conftest import LIVELY, TINY

SETTINGS = [f"--set={name}={value}" for name, value in LIVELY.items()]
SCENARIO = ["--country", "land", "--weeks", "52"]
DESIGN = """
seed = 7
country = "land"
weeks = 52
[design]
kind = "random"
points = 50
[parameters]
famine_effect = { low = 0.0, high = 1.0 }
memory_weeks = [10, 30]
"""
JOURNEY = """
seed = 7
weeks = 4
[design]
kind = "random"
points = 1
[parameters]
famine_effect = { low = 0.0, high = 1.0 }
[series]
keep = "all"
columns = ["crossings", "repression"]
"""
SPACE = "[parameters]\nfamine_effect = { low = 0.0, high = 1.0 }\n"


def file(name: str) -> Callable[[pathlib.Path], str]:
    """Return what reads a file of results."""
    return lambda place: (place / name).read_text(encoding="utf-8")


def table(name: str) -> Callable[[pathlib.Path], str]:
    """Return what reads the runs of a sweep."""
    return lambda place: open_results(place / name).runs().to_csv(index=False)


@dataclasses.dataclass(frozen=True)
class Command:
    """What is tried of a command."""

    words: tuple[str, ...] = ()
    keeps: str = ""
    """The file or folder that it leaves; empty where what it prints is its whole work."""
    numbers: Callable[[pathlib.Path], str] = lambda place: ""
    """What must be the same in every environment."""
    goes_on: bool = False
    """Whether the same command goes on with what it has left when it was stopped."""
    long: bool = False
    """Tried only where every command is asked for."""


COMMANDS = {
    "run": Command(
        (*SCENARIO, *SETTINGS, "--seed", "1", "--out", "out"), "out", file("out/yearly.csv")
    ),
    "ensemble": Command(
        (*SCENARIO, *SETTINGS, "--runs", "4", "--out", "out.csv"), "out.csv", file("out.csv")
    ),
    "parameters": Command(),
    "sweep": Command(("design.toml", "--out", "out", "--workers", "2"), "out", table("out"), goes_on=True),
    "extend": Command(("swept", "--replicates", "2"), "swept", table("swept"), goes_on=True),
    "results": Command(
        ("swept", "--csv", "out.csv", "--report", "out.html"), "out.csv", file("out.csv")
    ),
    "compact": Command(("swept",), "swept", table("swept")),
    "journey": Command(
        ("crossed", "--set=return_rate=0.1,0.3", "--out", "out.csv"), "out.csv", file("out.csv")
    ),
    "survey": Command(
        ("--runs", "2", "--size", "50", "--from", "1999-01", "--to", "1999-03", "--out", "out"),
        "out", file("out/margins.csv"),
    ),
    "programme": Command(
        ("programme.toml", "--set=chance.points=2", "--set=chance.runs=2", "--set=chance.pairs=2",
         "--set=assumptions.news=sourced", "--region=draws", "--out", "out"),
        "out", file("out/results.csv"),
    ),
    "replay": Command(("swept", "0-0", "--out", "out"), "out", file("out/yearly.csv")),
    "search": Command(
        ("space.toml", "--country", "land", "--method", "screen", "--set", "points=8", "--out", "out"),
        "out", file("out/found.csv"), goes_on=True,
    ),
    "report": Command(("--quick", "--runs", "3", "--out", "out.html"), "out.html", long=True),
    "replicate": Command(),
    "importance": Command(
        ("swept", "--outcome", "total", "--method", "forest", "--csv", "out.csv"),
        "out.csv", file("out.csv"),
    ),
    "serve": Command(("--port", "0"), long=True),
}  # fmt: skip
"""A small use of every command; a test holds that none is left out."""


def prepare(place: pathlib.Path, *, sweep: bool = True) -> None:
    """Write what the commands work on: a country, a design, a space, a sweep that is done."""
    shutil.copytree(TINY, place / "land")
    (place / "design.toml").write_text(DESIGN, encoding="utf-8")
    (place / "space.toml").write_text(SPACE, encoding="utf-8")
    (place / "journey.toml").write_text(JOURNEY, encoding="utf-8")
    (place / "programme.toml").write_text(TEMPLATE, encoding="utf-8")
    for design, out in (("design.toml", "swept"), ("journey.toml", "crossed")) if sweep else ():
        words = ["sweep", design, "--out", out, "--engine", "threads", "--quiet"]
        with contextlib.chdir(place):
            assert main(words) == 0
