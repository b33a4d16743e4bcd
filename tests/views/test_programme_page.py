"""The page of a programme: the sentence first, and nothing that it may not say."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from xml.etree import ElementTree

import pandas as pd
import pytest

from defection.batch_runs.programme import TEMPLATE, run_programme
from defection.batch_runs.programme.decision import NOT_FROM_0
from defection.batch_runs.programme.tables import COST
from defection.views.programme_page import programme_page, sentence
from defection.views.programme_words import (
    ANY_COUNTRY,
    CHECKLIST,
    INFORMATION,
    INFORMATION_WITH_NEWS,
    KNOWN_FAILURES,
    NOT_COUNTED,
)
from tests.conftest import ROOT

SMALL = {"chance.points": 4, "chance.runs": 1}
HEARD = {**SMALL, "assumptions.news": "sourced", "chance.pairs": 2}


@pytest.fixture(scope="module")
def found():
    return run_programme(tomllib.loads(TEMPLATE), changes=SMALL, threads=1)


@pytest.fixture(scope="module")
def heard():
    return run_programme(tomllib.loads(TEMPLATE), changes=HEARD, threads=1)


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
    for failure in (*KNOWN_FAILURES, ANY_COUNTRY):
        assert failure in said
    assert "no list of what the model gets wrong" not in said
    for text in NOT_COUNTED:
        assert text in said
    assert "outside the paper's years" in said
    assert "extrapolated" in said


def with_about(found, **about):
    return dataclasses.replace(found, about={**found.about, **about})


def test_what_is_wrong_of_the_papers_country_is_not_said_of_another(found):
    other = found.about["country"].replace(name="Elsewhere", paper=False)
    said = words(programme_page(with_about(found, country=other)))
    assert not [failure for failure in KNOWN_FAILURES if failure in said]
    assert "There is no list of what the model gets wrong about Elsewhere." in said
    assert ANY_COUNTRY in said


def test_of_two_regions_each_is_said_with_its_parameters_and_the_runs_that_are_left_out(found):
    moved = run_programme(
        tomllib.loads(TEMPLATE), {"visit_rate": 0.2}, changes=SMALL, region="moved", threads=1
    )
    said = words(programme_page([found, with_about(moved, left_out=2)]))
    assert "In the region moved 2 runs of the law stopped early: left out." in said
    assert said.count("stopped early") == 1
    assert "Parameters of defaults changed against the defaults: none" in said
    assert "Parameters of moved changed against the defaults: visit_rate = 0.2" in said
    assert "draws of a posterior:" not in said
    said = words(programme_page([with_about(found, left_out=1), moved]))
    assert "In the region defaults 1 run of the law stopped early: left out." in said


def test_a_second_region_of_draws_is_said_to_be_of_draws(found):
    own = [found.about["parameters"]] * 3
    said = words(programme_page([found, with_about(found, region="draws", parameters=own)]))
    note = "The region draws is no set of parameters but 3 draws of a posterior: each run of"
    assert said.count(note) == 1
    assert said.index(note) < said.index("By region")
    names = "again_share, return_rate"
    assert f"The file gives {names} in place of the draws' own." in said
    assert "The region defaults is no set" not in said
    assert "Parameters of draws 3 draws, one for each run of the law (manifest.json)" in said


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
                    "By budget", "Beside a closed form", "Checklist"):  # fmt: skip
        assert heading in said


def test_beside_the_closed_form_stands_the_same_share_whatever_other_groups_would_do(found):
    def simulated(one):
        said = words(programme_page(one)).partition("Beside a closed form")[2]
        return re.search(r"simulated, by 2024, extrapolated (\S+) \((\S+) to (\S+)\)", said)

    others = {"value": 0.5, "source": "a test"}
    own = {**SMALL, "assumptions.other_groups": others}
    half = run_programme(tomllib.loads(TEMPLATE), changes=own, threads=1)
    draws = found.draws
    share = (draws["earlier_only_by_2024"] / draws["rescues_by_2024"]).quantile([0.5, 0.05, 0.95])
    assert simulated(found).groups() == tuple(f"{one:.3g}" for one in share)
    assert simulated(half).groups() == simulated(found).groups()


def test_a_cost_without_an_upper_end_is_said_to_have_none(found):
    table = found.results.copy()
    table.loc[table["measure"] == COST, "percentile_95"] = float("inf")
    said = sentence(dataclasses.replace(found, results=table))
    assert re.search(r"An additional arrival costs [\d,]+ \([\d,]+ to no upper end\) USD\.$", said)


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


def test_the_worth_of_information_is_said_to_have_the_noise_of_the_pairs_where_news_is_on(
    found, heard
):
    columns = ["input", "meaning", "usd", "standard_error", "verdict"]
    table = pd.DataFrame([("all", "all inputs", 5.0, 4.0, NOT_FROM_0)], columns=columns)
    for one, has_noise in ((found, False), (heard, True)):
        said = words(programme_page(dataclasses.replace(one, information=table)))
        assert INFORMATION in said
        assert "all inputs 5 4 not to be told from 0" in said
        assert (INFORMATION_WITH_NEWS in said) == has_noise
        assert INFORMATION not in words(programme_page(one))


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


def test_news_has_a_section_of_its_own_with_the_noise_of_the_pairs(text, heard):
    heading, one = "What home hears, and what follows", heard
    said = words(programme_page(one))
    assert heading in said
    assert heading not in words(text)
    assert "2 pairs at each point" in said
    assert "standard error of the pairs" in said
    assert "Because home hears of it" in sentence(one)
    assert "is the abler to leave" not in said
    assert programme_page(one).count("data:image/png") == 3
    assert "left out: a run stopped early" not in said
    for left, text in ((1, "1 pair, of all points, is"), (1200, "1,200 pairs, of all points, are")):
        said = words(programme_page(with_about(one, pairs_left_out=left)))
        assert f"{text} left out: a run stopped early." in said
    pulled = {**HEARD, "assumptions.free_pull": {"value": 1, "source": "a test"}}
    pulled = programme_page(run_programme(tomllib.loads(TEMPLATE), changes=pulled, threads=1))
    assert "is the abler to leave" in words(pulled)
    test_it_says_nothing_that_must_not_be_said(programme_page(one))
