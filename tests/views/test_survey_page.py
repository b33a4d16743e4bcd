"""The page of a survey: failures first, classes everywhere, and nothing that it may not say."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from defection.batch_runs.survey import run_survey
from defection.views.figures.survey_margins import CLASS_COLOURS, survey_margins
from defection.views.survey_page import LIMITS, survey_page


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
