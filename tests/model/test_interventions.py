"""Interventions: dated changes of parameters, the same in both engines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defection import DefectionModel, ParameterError, Parameters
from defection.batch_runs import run_ensemble
from defection.interventions import canonical, parsed, read
from defection.measures import FLOWS, STATES
from defection.parameters import PARAMETERS
from tests.conftest import LIVELY

RECORD = ("weekly_by_province", "states_by_province")
CHANGEABLE = [one for one in PARAMETERS.values() if not (one.constant or one.from_start)]
NUMBERS = [one for one in CHANGEABLE if one.kind in ("number", "whole")]


def compiled(text, tiny, **changes):
    data = run_ensemble(
        {**LIVELY, "interventions": text, **changes}, 1, country=tiny, record=RECORD
    )
    names = (*FLOWS, *STATES)
    done = int(data["weeks_run"][0])
    return np.stack([data[f"weekly_{name}_by_province"].to_numpy()[0, :done] for name in names])


def by_agents(text, tiny, **changes):
    model = DefectionModel(
        country=tiny, seed=1, **{**LIVELY, "interventions": text, **changes}
    ).run()
    weekly = model.weekly()
    return np.stack([weekly[name].to_numpy().reshape(model.week, -1) for name in (*FLOWS, *STATES)])


def test_none_is_bit_identical_to_the_base_put_in_force_again(tiny):
    text = "; ".join(
        f"2000-03 {name}={LIVELY[name]}" for name in LIVELY if name != "initial_repression"
    )
    np.testing.assert_array_equal(compiled("none", tiny), compiled(text, tiny))


@pytest.mark.parametrize("where", ["", " in Inland"])
@pytest.mark.parametrize("one", CHANGEABLE, ids=lambda one: one.name)
def test_a_change_of_any_parameter_is_the_same_in_both_engines_and_begins_on_its_date(
    tiny, one, where
):
    if one.kind == "interventions" or (one.national and where):
        return
    if one.kind == "years":
        value = "2000-2001"
    elif one.choices:
        value = one.choices[-1]
    else:
        value = (
            one.search[0] if one.search and one.search[0] != LIVELY.get(one.name) else one.high / 2
        )
        value = int(value) if one.kind == "whole" else value
    text = f"2000-07 {one.name}={value}{where}"
    found = compiled(text, tiny)
    np.testing.assert_array_equal(found, by_agents(text, tiny))
    np.testing.assert_array_equal(found[:, :26], compiled("none", tiny)[:, :26])


@given(
    st.lists(
        st.tuples(
            st.integers(0, 103), st.sampled_from(NUMBERS), st.floats(0, 1), st.integers(0, 2)
        ),
        max_size=6,
    )
)
@settings(max_examples=30)
def test_any_timetable_is_the_same_in_both_engines(tiny_country, entries):
    parts = []
    for week, one, share, where in entries:
        low, high = one.search or (one.low, min(one.high, 1000))
        value = low + share * (high - low)
        value = int(value) if one.kind == "whole" else value
        place = "" if one.national or where == 2 else f" in {tiny_country.provinces[where]}"
        parts.append(f"week {week} {one.name}={value}{place}")
    text = "; ".join(parts) or "none"
    np.testing.assert_array_equal(compiled(text, tiny_country), by_agents(text, tiny_country))


@pytest.fixture(scope="module")
def tiny_country():
    from defection.country import load
    from tests.conftest import TINY

    return load(TINY)


def test_a_change_in_one_province_leaves_the_other_as_it_was(tiny):
    base, changed = (
        compiled("none", tiny),
        compiled("2000-07 initial_repression=0.99 in Inland", tiny),
    )
    inland = list(tiny.provinces).index("Inland")
    np.testing.assert_array_equal(base[:, :, 1 - inland], changed[:, :, 1 - inland])
    repression = len(FLOWS)
    assert changed[repression, 26, inland] == 0.99


def test_a_longer_memory_counts_again_what_had_been_forgotten(tiny):
    changed = compiled("2001 memory_weeks=1000", tiny)
    known = changed[FLOWS.index("known_stopped"), :52].sum(axis=0)
    alpha = changed[len(FLOWS) + STATES.index("belief_alpha"), 52]
    np.testing.assert_array_equal(alpha, LIVELY["prior_alpha"] + known)


def test_an_intervention_in_mid_run_is_the_run_that_was_planned_so(tiny):
    model = DefectionModel(country=tiny, seed=1, **LIVELY)
    for _ in range(30):
        model.step()
    model.intervene(["Inland"], tolerated_attempts=1, famine_effect=1.0)
    model.run()
    again = DefectionModel(country=tiny, seed=1, **model.parameters.as_dict()).run()
    assert model.weekly().equals(again.weekly())
    assert model.parameters.interventions.startswith("week 30 tolerated_attempts=1 in Inland; ")


def test_a_refused_change_in_mid_run_changes_nothing(tiny):
    model = DefectionModel(country=tiny, seed=1, **LIVELY)
    with pytest.raises(ParameterError, match="there is no province 'Inlan'; did you mean Inland"):
        model.intervene(["Inlan"], tolerated_attempts=1)
    assert model.parameters == Parameters(**LIVELY)


def test_text_mapping_and_file_say_the_same(tmp_path):
    rows = [
        {"from": "2010-01", "provinces": ["A", "B"], "tolerated_attempts": 50},
        {"from": 2012, "adjustment_rate": 0.5, "hearing": "nationwide"},
    ]
    text = (
        "2010-01 tolerated_attempts=50 in A + B; 2012 adjustment_rate=0.5; 2012 hearing=nationwide"
    )
    file = tmp_path / "interventions.toml"
    file.write_text(
        '[[interventions]]\nfrom = "2010-01"\nprovinces = ["A", "B"]\ntolerated_attempts = 50\n'
        '[[interventions]]\nfrom = "2012"\nadjustment_rate = 0.5\nhearing = "nationwide"\n'
    )
    assert canonical(rows) == canonical(text) == read(file) == text
    assert Parameters(interventions=rows) == Parameters(interventions=text)
    assert canonical(canonical(text)) == text
    assert len(parsed(text)) == 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("2010-01 tolerated_atempts=5", "did you mean tolerated_attempts"),
        ("2010-13 tolerated_attempts=5", "'2010-13' is no date"),
        ("2010-01 initial_repression=1.5", "must be at most 1"),
        ("2010-01 stop_threshold=5 in A", "holds for the whole country"),
        ("2010-01 interventions=none", "cannot be changed by an intervention"),
        ("2010-01", "is not DATE NAME=VALUE"),
        ([{"tolerated_attempts": 5}], "does not say from when"),
        ([{"from": "2010"}], "nothing changes"),
        (5, "must be text or a list of tables"),
        ([{"from": "2010", "provinces": 5, "hearing": "nationwide"}], "must be names, not 5"),
        ([{"from": "2010", "famine_years": "first in May"}], "cannot stand in a text"),
        ([{"from": "2010", "famine_years": "first; last"}], "cannot stand in a text"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_reason(given, words):
    with pytest.raises(ParameterError, match=words):
        Parameters(interventions=given)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1999 tolerated_attempts=5", "1999 lies outside the data, 2000 to 2001"),
        ("week 104 tolerated_attempts=5", r"\(weeks 0 to 103\)"),
        ("2000 tolerated_attempts=5 in Inlad", "did you mean Inland"),
    ],
)
def test_dates_and_places_are_checked_before_the_first_run(tiny, text, words):
    for run in (
        lambda: DefectionModel(country=tiny, interventions=text),
        lambda: run_ensemble({"interventions": text}, 1, country=tiny),
    ):
        with pytest.raises(ParameterError, match=words):
            run()
