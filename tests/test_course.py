"""The course holds: its minutes add up, its lessons and links exist, its commands are understood."""

from __future__ import annotations

import itertools
import re
import shlex
import socket
import urllib.parse

import pytest

from defection.commands.main import main
from defection.commands.parser import parser
from defection.country import shipped
from defection.views.app.lesson import lessons
from defection.views.app.selection import TABS
from tests.conftest import ROOT

COURSE = ROOT / "docs" / "course"
TEXTS = {page.stem: page.read_text(encoding="utf-8") for page in sorted(COURSE.glob("*.md"))}
PLAN = TEXTS["plan"]
ROW = re.compile(r"^\| (\d+)–(\d+) \| (.*?) \|", re.MULTILINE)
ADDRESS = re.compile(r"http://127\.0\.0\.1:8765/(\?[^)\s]*)?")


def sessions():
    return re.split(r"^## Session \d", PLAN, flags=re.MULTILINE)[1:]


def test_there_are_the_pages_that_the_first_one_lists():
    listed = set(re.findall(r"\((\w+)\.md\)", TEXTS["README"]))
    assert listed == set(TEXTS) - {"README"}


@pytest.mark.parametrize("number", [0, 1])
def test_the_minutes_of_a_session_follow_on_each_other_and_make_ninety(number):
    spans = [(int(first), int(last)) for first, last, _ in ROW.findall(sessions()[number])]
    assert spans[0][0] == 0
    assert spans[-1][1] == 90
    assert all(before[1] == after[0] for before, after in itertools.pairwise(spans))
    assert all(first < last for first, last in spans)


def test_a_lesson_of_the_plan_has_its_minutes_and_three_more():
    found = set()
    for line in PLAN.splitlines():
        names = re.findall(r"\?lesson=(\w+)", line)
        row = ROW.match(line)
        if not (row and names):
            continue
        first, last, text = row.groups()
        one = lessons()[names[0]]
        assert f"Lesson {one.order}, *{one.title}*" in text
        assert int(last) - int(first) >= one.minutes + 3, one.name
        found.add(one.name)
    assert len(found) == 7


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_link_into_the_app_opens_something_that_there_is(name):
    for query in ADDRESS.findall(TEXTS[name]):
        parts = dict(urllib.parse.parse_qsl(query.lstrip("?")))
        assert set(parts) <= {"lesson", "tab", "country"}
        assert parts.get("lesson", "belief") in lessons()
        assert parts.get("tab", "about") in TABS
        assert parts.get("country", "east_germany") in shipped()


def test_every_lesson_of_the_app_is_named_in_the_plan():
    assert set(re.findall(r"\?lesson=(\w+)", PLAN)) == set(lessons())


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_lesson_that_is_named_by_its_number_has_it(name):
    for number, title in re.findall(r"[Ll]esson (\d+), \*([^*]+)\*", TEXTS[name]):
        assert title in [one.title for one in lessons().values() if one.order == int(number)]


@pytest.mark.parametrize("session", ["session_1", "session_2"])
def test_slides_fit_on_a_wall(session):
    slides = TEXTS[session].split("\n---\n")
    assert 8 <= len(slides) <= 12
    for slide in slides:
        lines = [line for line in slide.strip().splitlines() if line]
        assert lines[0].startswith("#"), slide
        assert len(lines) <= 10, slide


@pytest.mark.parametrize(("number", "session"), [(0, "session_1"), (1, "session_2")])
def test_the_plan_names_each_slide_of_its_session(number, session):
    count = len(TEXTS[session].split("\n---\n"))
    named = set()
    for first, last in re.findall(r"slides? (\d+)(?:–(\d+))?", sessions()[number]):
        named |= set(range(int(first), int(last or first) + 1))
    assert named == set(range(1, count + 1))


def test_the_tables_of_the_slides_name_lessons():
    titles = {one.title for one in lessons().values()}
    rows = re.findall(r"^\| ([A-Z][^|]+?) \|", TEXTS["session_1"], re.MULTILINE)
    assert rows
    assert set(rows) <= titles


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_command_is_understood(name):
    for command in re.findall(r"(?<!from )(?:\.venv/bin/)?\bdefection ([^`\n]*)", TEXTS[name]):
        assert parser().parse_args(shlex.split(command)).act


def test_the_grid_has_the_points_that_it_says():
    rows = re.findall(r"^\| \*\*", TEXTS["project"], re.MULTILINE)
    assert f"{4 * len(rows)} points" in TEXTS["project"].replace("Twenty", "20")


def test_what_is_said_of_an_app_without_its_libraries_is_what_the_command_says():
    source = (ROOT / "views" / "app" / "serve.py").read_text(encoding="utf-8")
    assert "the app needs {library}, which is not installed" in source
    assert "the app needs solara, which is not installed" in TEXTS["day_before"]


def test_what_is_said_of_a_port_in_use_is_what_the_command_says(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    said = capsys.readouterr().err.strip().removeprefix("defection: ").replace(str(port), "8765")
    assert said in TEXTS["day_before"]
