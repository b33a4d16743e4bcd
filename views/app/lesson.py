"""Lessons: the files of ``lessons/``, each with runs, a prediction, and text in parts.

A file begins with a head in TOML between two lines ``+++``; then follow an introduction and the
parts ``## Look``, ``## Explain``, ``## Question`` and ``## Answer`` in Markdown. ``{name}`` stands
for a figure of the head, whose ``is`` and the ``holds`` and ``claims`` beside it are expressions
that the tests work out over many seeds.
"""

import dataclasses
import functools
import pathlib
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import markdown

from defection.parameters import ParameterError, Parameters

FOLDER = pathlib.Path(__file__).parent / "lessons"

PARTS = ("Look", "Explain", "Question", "Answer")
"""The parts of a lesson's text after its introduction."""

HEAD = ("order", "title", "minutes", "runs", "question", "options", "right")
MAY_HAVE = ("figures", "claims", "looks", "sources")


class LessonError(ValueError):
    """A lesson's file is not what it should be; the message names the file and the fault."""


@dataclasses.dataclass(frozen=True)
class LessonRun:
    """One run of a lesson: a name, a seed, changed parameters, and the weeks that are run."""

    name: str
    seed: int
    changes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    weeks: int | None = None
    """All weeks if None."""

    @property
    def parameters(self) -> Parameters:
        """The complete parameters."""
        return Parameters(**self.changes)


@dataclasses.dataclass(frozen=True)
class Look:
    """Something to look at: a tab, and in it perhaps a week, a province or a measure of the map."""

    says: str
    tab: str = ""
    week: int | None = None
    province: str = ""
    measure: str = ""
    circles: bool = False
    """Whether it is among the news circles, below the map."""
    chart: str = ""
    """The chart that is brought into view: national, yearly, province or belief."""
    against: str = ""
    """With which preset *Many runs* compares."""


@dataclasses.dataclass(frozen=True)
class Lesson:
    """A lesson as it stands in its file."""

    name: str
    order: int
    title: str
    minutes: int
    runs: tuple[LessonRun, ...]
    question: str
    options: tuple[tuple[str, str], ...]
    """Each option's text, and the expression that must hold for it alone."""
    right: int
    parts: Mapping[str, str]
    """Markdown of the introduction (``""``) and of ``PARTS``, with its figures filled in."""
    figures: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    claims: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    sources: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    """Figures that are no results: their ``value``, and the ``source`` where it stands."""

    def html(self, part: str) -> str:
        """Return a part as HTML."""
        return _html(self.parts[part])


@functools.cache
def _html(text: str) -> str:
    return markdown.markdown(text, extensions=["tables"])


def read_lesson(path: pathlib.Path) -> Lesson:
    """Read and check one file.

    ``LessonError`` where the head is no TOML or lacks something, a part is missing, or a figure is
    unknown.
    """
    text = path.read_text(encoding="utf-8")
    found = re.fullmatch(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", text, re.DOTALL)
    if not found:
        raise LessonError(f"{path.name}: must begin with a head between two lines +++")
    try:
        head = tomllib.loads(found[1])
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{path.name}: the head is not TOML: {error}") from None
    for name in HEAD:
        if name not in head:
            raise LessonError(f"{path.name}: the head lacks {name}")
    for name in head:
        if name not in (*HEAD, *MAY_HAVE):
            raise LessonError(f"{path.name}: {name} does not belong into the head")
    known = {**head.get("figures", {}), **head.get("sources", {})}

    def filled(said: str) -> str:
        for name in re.findall(r"\{(\w+)\}", said):
            if name not in known:
                raise LessonError(f"{path.name}: there is no figure {name}")
        return re.sub(r"\{(\w+)\}", lambda m: str(known[m[1]]["value"]), said)

    try:
        lesson = Lesson(
            name=path.stem,
            **{name: head[name] for name in ("order", "title", "minutes", "right")},
            runs=tuple(LessonRun(**run) for run in head["runs"]),
            question=filled(head["question"]),
            options=tuple((filled(one["text"]), one["holds"]) for one in head["options"]),
            parts=_parts(found[2], path, filled),
            figures=head.get("figures", {}),
            claims=tuple(head.get("claims", ())),
            looks=tuple(
                Look(**{**one, "says": filled(one["says"])}) for one in head.get("looks", ())
            ),
            sources=head.get("sources", {}),
        )
        for run in lesson.runs:
            _ = run.parameters
    except (TypeError, KeyError, ParameterError) as error:
        raise LessonError(f"{path.name}: {error}") from None
    if not 0 <= lesson.right < len(lesson.options):
        raise LessonError(f"{path.name}: right = {lesson.right} is none of the options")
    return lesson


def _parts(text: str, path: pathlib.Path, filled: Callable[[str], str]) -> dict[str, str]:
    pieces = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    names = pieces[1::2]
    if tuple(names) != PARTS:
        raise LessonError(f"{path.name}: has the parts {names} where {list(PARTS)} belong")
    return {
        name: filled(said.strip()) for name, said in zip(("", *names), pieces[::2], strict=True)
    }


@functools.cache
def lessons() -> dict[str, Lesson]:
    """Return all lessons by name, in their order."""
    read = [read_lesson(path) for path in FOLDER.glob("*.md")]
    return {one.name: one for one in sorted(read, key=lambda one: one.order)}
