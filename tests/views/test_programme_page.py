"""The page of a programme: the sentence first, and nothing that it may not say."""

from __future__ import annotations

import re
import tomllib
from xml.etree import ElementTree

import pytest

from defection.batch_runs.programme import TEMPLATE, run_programme
from defection.views.programme_page import programme_page, sentence
from defection.views.programme_words import CHECKLIST, KNOWN_FAILURES, NOT_COUNTED
from tests.conftest import ROOT

SMALL = {"chance.points": 4, "chance.runs": 1}


@pytest.fixture(scope="module")
def found():
    return run_programme(tomllib.loads(TEMPLATE), changes=SMALL, threads=1)


@pytest.fixture(scope="module")
def text(found):
    return programme_page(found)


def words(text):
    return " ".join(" ".join(ElementTree.fromstring(text.split("\n", 1)[1]).itertext()).split())


def test_the_sentence_stands_first(found, text):
    said = words(text)
    assert sentence(found) in said
    assert said.index(sentence(found)) < said.index("What the programme changes")
    assert "An additional arrival costs" in sentence(found)


def test_the_page_needs_nothing_else(text):
    assert "<script" not in text
    assert not re.findall(r'(?:src|href)="(?!data:|#)', text)


def test_it_says_what_is_not_counted_and_where_the_model_is_wrong(text):
    said = words(text)
    for failure in KNOWN_FAILURES:
        assert failure in said
    for text in NOT_COUNTED:
        assert text in said
    assert "outside the paper's years" in said
    assert "extrapolated" in said


def test_it_says_nothing_that_must_not_be_said(text):
    said = words(text).lower()
    assert said.count("givewell") == 1
    assert "not to be divided" in said
    assert not re.search(r"qaly|daly|life-year|per life|lives saved|times as|cost-effective", said)
    assert not re.search(r"\broutes?\b|safe ?house|laos|thailand|mekong|kunming", said)
    assert "average over regions" not in said


def test_without_a_sign_of_an_effect_no_cost_is_said():
    own = {"value": 1, "source": "a test"}
    none = run_programme(
        tomllib.loads(TEMPLATE), changes={**SMALL, "assumptions.other_groups": own}, threads=1
    )
    said = words(programme_page(none))
    assert "There is no sign of an effect on arrivals: P(effect <= 0) = 1." in said
    assert "An additional arrival costs" not in said


def test_nothing_spent_is_said_in_one_sentence():
    none = run_programme(
        tomllib.loads(TEMPLATE), changes={**SMALL, "programme.funds_usd": 0}, threads=1
    )
    assert sentence(none) == "Nothing is spent, so nothing changes."
    assert sentence(none) in words(programme_page(none))


def test_the_page_holds_figures_checklist_thresholds_and_the_closed_form(text):
    said = words(text)
    assert text.count("data:image/png") == 2
    for heading in ("What each input changes", "At which value it would turn", "Over time",
                    "Beside a closed form", "Checklist"):  # fmt: skip
        assert heading in said


STANDS = {
    1: ["A programme of rescues from China, 2008-2012"], 2: ["For 2,500,000 USD the programme"],
    3: ["docs/programme.md"], 5: ["Whom", "anyone in China"], 6: ["Country", "North Korea"],
    7: ["would have gone on under the same risks"],
    9: ["2014 total", "2024, extrapolated total"], 10: ["Discount", "0 a year"],
    11: ["What the programme changes", "returns by force", "years by which they arrived earlier"],
    14: ["Inputs and assumptions", "cost of a rescue, USD", "NKHR 2015"], 15: ["USD", "won a year"],
    16: ["docs/odd.md", "docs/journey.md"], 17: ["docs/programme.md", "other_groups"],
    18: ["Whom"], 20: ["over the points of what is uncertain and the runs of the law"],
    22: ["Inputs and assumptions", "source", "mark"],
    23: ["What the programme changes", "Costs, step by step"],
    24: ["What each input changes", "At which value it would turn"],
    26: ["What is not counted", "Where the model is known to be wrong"],
}  # fmt: skip
"""Where each item of the checklist stands: texts of the page, or a file that it names."""
SAID_THERE = {
    4: "none was registered", 8: "no costs of others", 12: "by simulation, none was measured",
    13: "none, on purpose", 19: "not analysed", 21: "none", 25: "none",
    27: "to be stated by who uses the page", 28: "to be stated by who uses the page",
}  # fmt: skip
"""Items of which there is nothing, and what the checklist says in its place."""


def test_each_item_of_the_checklist_stands_on_the_page_or_is_said_to_be_missing(text):
    said = words(text)
    before, _, after = said.partition(" Checklist Items of the CHEERS 2022 statement")
    elsewhere = before + after.partition(" How it was made ")[2]
    stated = {int(item.split()[0]): where for item, where in CHECKLIST}
    assert list(stated) == list(range(1, 29))
    assert sorted([*STANDS, *SAID_THERE]) == list(stated)
    for number, where in stated.items():
        assert where in said
        if number in SAID_THERE:
            assert SAID_THERE[number] in where
    for number, parts in STANDS.items():
        for part in parts:
            if part.startswith("docs/"):
                assert part in stated[number]
                assert (ROOT / part).is_file()
            else:
                assert part in elsewhere, (number, part)


def test_the_text_on_the_years_follows_the_country_s_data():
    later = {**SMALL, "programme.years": "2018-2020"}
    said = words(programme_page(run_programme(tomllib.loads(TEMPLATE), changes=later, threads=1)))
    assert "The years 2018 to 2020 of this programme lie outside the paper's years" in said
    assert "Arrivals of 2015-2025 were observed" in said
    assert "that is only in the numbers where closures is on" in said
    on = {**later, "assumptions.closures": "sourced"}
    said = words(programme_page(run_programme(tomllib.loads(TEMPLATE), changes=on, threads=1)))
    assert "that is only in the numbers" not in said
    assert "2035, extrapolated" in said


def test_news_has_a_section_of_its_own_with_the_noise_of_the_pairs(text):
    heading = "What home hears, and what follows"
    changes = {**SMALL, "assumptions.news": "sourced", "chance.pairs": 2}
    one = run_programme(tomllib.loads(TEMPLATE), changes=changes, threads=1)
    said = words(programme_page(one))
    assert heading in said
    assert heading not in words(text)
    assert "2 pairs at each point" in said
    assert "standard error of the pairs" in said
    assert "Because home hears of it" in sentence(one)
    assert "is the abler to leave" not in said
    assert programme_page(one).count("data:image/png") == 3
    pulled = {**changes, "assumptions.free_pull": {"value": 1, "source": "a test"}}
    pulled = programme_page(run_programme(tomllib.loads(TEMPLATE), changes=pulled, threads=1))
    assert "is the abler to leave" in words(pulled)
    test_it_says_nothing_that_must_not_be_said(programme_page(one))
