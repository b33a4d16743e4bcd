"""The page of a survey: failures first, classes everywhere, and nothing that it may not say."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from defection.batch_runs.survey import run_survey, statements
from defection.views.figures.survey_margins import CLASS_COLOURS, survey_margins
from defection.views.survey_page import LIMITS, survey_page
from tests.conftest import LIVELY


@pytest.fixture(scope="module")
def found():
    return run_survey(runs=3, size=300, threads=1)


@pytest.fixture(scope="module")
def page(found):
    return survey_page(found)


@pytest.fixture(scope="module")
def text(page):
    root = ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    return " ".join(" ".join(root.find("body").itertext()).split())


def test_failures_come_before_everything_else(found, text):
    outside = found.margins[found.margins["verdict"] == "outside"]["item"]
    assert len(outside)
    before = text[: text.index("What must not be read out of this")]
    for item in outside:
        assert item in before
    score = found.about["score"]
    assert f"{score['inside']} of {score['simulated_margins']} simulated margins" in before
    assert "Drawn and set margins are not counted" in before


def test_the_count_is_that_of_margins_whatever_points_there_are_and_runs_that_stopped_are_named():
    """A run that the law stops is no run in which nobody was in China."""
    points = [LIVELY, LIVELY | {"stop_threshold": 0}]
    how = {"runs": 5, "size": 40, "seed": 8, "first": "1999-01", "last": "1999-02", "threads": 1}
    found = run_survey(points, at="two", **how)
    said = survey_page(found)
    score, weeks = found.about["score"], found.about["runs_stopped_early"].values()
    assert f"{score['inside']} of 24 simulated margins are inside" in said
    assert "samples of 3 of 5 runs count" in said
    assert f"2 of 5 runs stopped (stop_threshold), after {min(weeks)} to {max(weeks)} weeks" in said
    assert "nobody was in China" not in said
    assert " of 24 simulated margins are inside" in survey_page(run_survey(LIVELY, at="one", **how))


def test_what_the_source_says_otherwise_is_said(text):
    for said in (
        "stars in 5 of 7 questions; the text says that it is so across all questions",
        "stars in 5 of 7 questions; the text names only their hope",
        statements.SOURCE, statements.RULE, statements.NO_DIFFERENCE, "1152 answered",
    ):  # fmt: skip
        assert said in text, said


def test_it_says_what_must_not_be_read_out_of_it(text):
    for limit in LIMITS:
        assert limit in text


def test_every_margin_statement_and_column_is_there_with_its_class(found, text):
    for column, kind in found.classes.items():
        assert column in text
        assert kind in text
    for row in found.margins.itertuples():
        assert row.item in text
    for row in found.statements.itertuples():
        assert row.said in text
    assert set(found.margins["class"]) - {"not modelled"} <= set(CLASS_COLOURS)


def test_it_needs_no_other_file_and_no_network(page):
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)


def test_no_prevalence_no_coefficient_no_invented_suffering(text):
    lower = text.lower()
    for word in (
        "prevalence", "torture", "witness", "execut", "rape", "prostitut", "infant", "beating",
        "story", "smuggl", "dollar", "welfare", "life-year", "validated", "reform",
    ):  # fmt: skip
        assert word not in lower, word
    assert not re.search(r"[\d.]+ ?% (of (them|people|respondents) )?(are |is )?distress", lower)
    assert not re.search(r"(coefficient|estimate)s? (of|is|=) [-+]?\d", lower)


@pytest.mark.parametrize("kind", ["simulated", "drawn", "set", "another survey"])
def test_a_figure_has_a_row_for_every_margin_of_its_class(found, kind):
    figure = survey_margins(found.margins, kind)
    own = found.margins[found.margins["class"] == kind]
    assert len(figure.axes[0].get_yticklabels()) == own["simulated_median"].notna().sum()
