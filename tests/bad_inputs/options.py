"""Command lines: options as the parser has them, with values and in combinations of all kinds."""

from __future__ import annotations

import argparse
import functools
import pathlib
import re
import shlex

from hypothesis import strategies as st

from defection.commands.parser import parser
from defection.parameters import PARAMETERS
from tests.bad_inputs import oracles
from tests.bad_inputs.judge import Case
from tests.bad_inputs.kept import folders
from tests.bad_inputs.texts import NAMES, NUMBERS, TEXT_CHANGES, changed

LINES = {
    line.split()[0]: shlex.split(line)
    for line in (
        "run --country land --weeks 1 --seed 1 --out r --quiet",
        "ensemble --country land --runs 1 --weeks 1 --threads 1 --quiet",
        "parameters",
        "sweep d.toml --out new --engine serial --chunk 4 --quiet",
        "extend s --replicates 3 --engine serial --quiet",
        "results s",
        "compact s",
        "replay s 0-0 --out r --quiet",
        "search space.toml --country land --out new --distance nosuch --quiet",
        "importance s --method morris --outcome total",
        "survey --runs 1 --size 5 --from 1992-01 --to 1992-03 --threads 1 --out r --quiet",
        "programme p.toml --threads 1 --out r --quiet",
    )
}
"""Short uses of commands; ``serve``, ``report`` and ``replicate`` would go on for minutes."""

PATHS = [
    "land", "s", "q", "new", "d.toml", "space.toml", "t.csv", "land/years.csv", "land/years.csv/x", "a/b/c",
    "", ".", " ", "missing", "한", "two\nlines", "x\u202ey", "a" * 300, "a:b", "--", "-x", "north_korea", "\udcff",
]  # fmt: skip
WORDS = [
    "serial", "threads", "1/2", "2/2", "3/2", "0/0", "1/1/1", "png", "svg", "total", "score", "good", "0-0", "9-9",
    "0-0-0", "famine_effect=1", "famine_effect=", "=1", "1992-02", "1992-13", "last", "points=8", "points=8.5", "nosuch=1", "root_scale",
]  # fmt: skip
SLOW = ("--cluster", "--help")
"""Options that are not tried: a cluster that is not there is waited for; help is no work."""

FEW = 3
"""Runs in place of a command's default, which may take longer than a case may."""


@functools.cache
def _actions(command: str) -> list[argparse.Action]:
    known = parser().commands()[command]._actions
    return [one for one in known if not set(one.option_strings) & set(SLOW)]


def _kind(action: argparse.Action) -> str:
    return getattr(action.type, "__name__", "")


def _value(draw: st.DrawFn, action: argparse.Action) -> str:
    if _kind(action) == "_path" or action.dest in ("country", "design", "folder"):
        return draw(st.sampled_from(PATHS))
    if action.dest == "settings":
        name = draw(st.sampled_from(sorted(PARAMETERS)))
        return f"{name}={draw(st.sampled_from(NUMBERS))}"
    usual = FEW if action.dest == "runs" else action.default
    good = shlex.quote(str(usual or draw(st.sampled_from(WORDS))))
    texts = st.sampled_from([*NUMBERS, *WORDS, *NAMES[:-1]])
    return draw(st.one_of(texts, texts, changed(good, TEXT_CHANGES)))


def _typed(action: argparse.Action, value: str) -> None:
    """Check by other means that a value that was taken for a number is one."""
    if _kind(action) in ("_whole", "_number"):
        (oracles.whole if _kind(action) == "_whole" else oracles.number)(value.strip())


@st.composite
def command_lines(draw: st.DrawFn, files: dict[str, bytes], accepted: str) -> Case:
    """Return a command with one to three more options or arguments, as the parser knows them."""
    command = draw(st.sampled_from(sorted(LINES)))
    words, names, typed = list(LINES[command]), list[str](), []
    chosen = draw(st.lists(st.sampled_from(_actions(command)), min_size=1, max_size=3))
    for action in chosen:
        if not action.option_strings:
            value = _value(draw, action)
            words.insert(draw(st.integers(1, len(words))), value)
            names.append(action.dest)
            continue
        name = action.option_strings[-1]
        names.append(name.lstrip("-"))
        if draw(st.integers(0, 15)) == 0:
            name = draw(changed(name, TEXT_CHANGES, 1))
        if action.nargs == 0 and draw(st.integers(0, 7)):
            words.append(name)
            continue
        value = _value(draw, action)
        typed.append((action, value))
        words += draw(
            st.sampled_from([[f"{name}={value}"], [f"{name}={value}"], [name, value], [name]])
        )

    def meant(_: pathlib.Path) -> None:
        last = {action.dest: (action, value) for action, value in typed}
        for action, value in last.values():
            _typed(action, value)

    return Case("flag", {**files, **folders()}, words, _named(words, names), accepted, meant=meant)


def _named(words: list[str], names: list[str]) -> str:
    """Return the pattern of a message that names an option, or a word of the command line."""
    said = [piece for word in words[1:] for piece in word.lstrip("-").split("=")]
    starts = [
        re.escape(form[:20]) for one in said for form in (" ".join(one.split()), ascii(one)[1:-1])
    ]
    return rf"(?<!\w)({'|'.join([*names, *filter(None, starts)])})|(argument|option) '[ -]*'"
