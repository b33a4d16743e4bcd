"""Every lesson's scenario, prediction, figure and claim is worked out, with fifty seeds (a rescue: ten) and with the learner's."""

from __future__ import annotations

import dataclasses
import re
import tomllib

import numpy as np
import pytest

from defection.parameters import PARAMETERS
from defection.views.app.lesson import FOLDER, PARTS, LessonError, lessons, read_lesson
from defection.views.app.selection import compared_with
from tests.conftest import ROOT
from tests.views.app.lesson_figures import LAND, Many, agents, worked_out

ALL = lessons()
ORDER = [
    "belief",
    "learning",
    "forgetting",
    "hearing",
    "circles",
    "state",
    "border",
    "famine",
    "chance",
    "fit",
    "rescue",
]


def test_the_lessons_stand_in_their_order_and_take_five_to_ten_minutes():
    assert list(ALL) == ORDER
    assert [lesson.order for lesson in ALL.values()] == list(range(1, len(ORDER) + 1))
    assert all(5 <= lesson.minutes <= 10 for lesson in ALL.values())


@pytest.mark.parametrize("name", ORDER)
def test_of_the_options_the_right_one_alone_holds(name):
    lesson = ALL[name]
    held = [bool(worked_out(holds, lesson)) for _, holds in lesson.options]
    assert held == [number == lesson.right for number in range(len(held))]


@pytest.mark.parametrize("name", ORDER)
def test_every_claim_holds(name):
    assert ALL[name].claims
    for claim in ALL[name].claims:
        assert bool(np.all(worked_out(claim, ALL[name]))), claim


@pytest.mark.parametrize("name", ORDER)
def test_every_figure_is_what_is_worked_out(name):
    """``python -m tests.views.app.lesson_figures`` writes them."""
    lesson = ALL[name]
    shown = {key: figure["value"] for key, figure in lesson.figures.items()}
    assert shown == {key: str(worked_out(one["is"], lesson)) for key, one in lesson.figures.items()}
    for figure in lesson.sources.values():
        assert figure["value"] in (ROOT / figure["source"]).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ORDER)
def test_quantiles_are_called_those_of_nine_of_ten_runs(name):
    """``low`` and ``high`` are the 5 % and the 95 % quantile."""
    _, head, body = (FOLDER / f"{name}.md").read_text(encoding="utf-8").split("+++\n")
    for key in re.findall(r'^(\w+) = \{ is = "\w+\(low\(', head, flags=re.MULTILINE):
        before = " ".join(body.split(f"{{{key}}}")[0].split())[-180:]
        assert "ine of ten runs" in before


@pytest.mark.parametrize("name", ORDER)
def test_no_number_in_the_text_is_typed_in(name):
    """Numbers are figures of the head, years of the country, or values that the lesson's runs take."""
    _, head, body = (FOLDER / f"{name}.md").read_text(encoding="utf-8").split("+++\n")
    raw = tomllib.loads(head)
    values = [value for run in ALL[name].runs for value in run.changes.values()]
    values += [*LAND.years, *(one.default for one in PARAMETERS.values())]
    texts = [body, raw["question"], *(one["text"] for one in raw["options"])]
    texts += [one.get(key, "") for one in (*raw["runs"], *raw["looks"]) for key in ("name", "says")]
    for text in texts:
        for number in re.findall(r"(?<!\w)\d[\d,.]*", text.replace("95 %", "")):
            assert float(number.rstrip(".,").replace(",", "")) in values, number


@pytest.mark.parametrize("name", ORDER)
def test_what_the_learner_runs_is_what_the_lesson_was_written_for(name):
    for run in ALL[name].runs:
        begun = dataclasses.replace(run, weeks=min(run.weeks or LAND.weeks, 60))
        flows = agents(begun).history.flows["successes"].sum(axis=1)
        weekly = Many.made(run.changes, (run.seed,)).data["weekly_successes_by_province"][0]
        many = weekly.sum("province").to_numpy()
        assert flows.tolist() == many[: len(flows)].tolist()


@pytest.mark.parametrize("name", ORDER)
def test_what_is_to_be_looked_at_is_there(name):
    from defection.views.app.map_view import map_measures

    lesson = ALL[name]
    for look in lesson.looks:
        assert not look.against or look.against in compared_with(LAND)
        assert not look.province or look.province in LAND.provinces
        assert not look.measure or map_measures(look.measure)
        tabs = {"border": ("rescues",), "flows": ("national", "yearly", "province", "belief")}
        assert not look.chart or look.chart in tabs[look.tab]
        assert look.week is None or all(
            0 <= look.week <= (run.weeks or LAND.weeks) for run in lesson.runs
        )
        for year in re.findall(r"in January (\d{4})", look.says):  # as the charts say it
            assert LAND.year_of(look.week - 1) == int(year)
    for part in ("", *PARTS):
        html = lesson.html(part)
        assert html
        assert "{" not in html
        assert len(lesson.parts[part].split()) < 260


HEAD = """+++
order = 1
title = "T"
minutes = 5
question = "Q?"
right = 0
options = [{ text = "a", holds = "True" }]
runs = [{ name = "r", seed = 1 }]
+++
Intro
## Look
l
## Explain
{x}
## Question
q
## Answer
a
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("{x}", "{y}"), "there is no figure y"),
        (("order = 1\n", ""), "the head lacks order"),
        (("minutes = 5", "minutes = 5\nhours = 1"), "hours does not belong"),
        (("right = 0", "right = 1"), "none of the options"),
        (("## Look\n", "## Watch\n"), "has the parts"),
        (("seed = 1", "seed = 1, changes = { memory_week = 3 }"), "did you mean memory_weeks"),
        (("order = 1", "order = "), "not TOML"),
        (("+++\n", ""), "must begin"),
        (("seed = 1", "sed = 1"), "sed"),
    ],
)
def test_a_lesson_that_cannot_be_read_is_refused_with_file_and_fault(tmp_path, change, said):
    path = tmp_path / "one.md"
    right = HEAD.replace("{x}", "x")
    path.write_text(right, encoding="utf-8")
    assert read_lesson(path).title == "T"
    wrong = HEAD.replace(*change).replace("{x}", "x")
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(LessonError, match=said) as error:
        read_lesson(path)
    assert "one.md" in str(error.value)
