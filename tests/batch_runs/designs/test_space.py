"""The space of a design: values, lists and ranges, and their way to the unit cube and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from defection import PARAMETERS, Parameters
from defection.batch_runs.designs import DesignError, Fixed, Listed, Range, Space, levels
from defection.batch_runs.sweeps.specification import Specification
from defection.checks import Notice

LATE = "1992-03 memory_weeks=8; 2013 memory_weeks=9"


def test_a_value_fixes_a_list_enumerates_a_table_samples_and_the_rest_keeps_its_default():
    space = Space.from_parameters(
        {
            "famine_effect": {"low": 0.1, "high": 0.7},
            "memory_weeks": [200, 380],
            "initial_repression": 0.9,
        }
    )
    table = space.table(np.array([[0.0, 0.0], [0.99, 0.999]]))
    assert space.names == ["memory_weeks", "famine_effect"]  # the order of the documentation
    assert table["memory_weeks"].tolist() == [200, 380]
    assert table["famine_effect"].between(0.1, 0.7).all()
    assert table["initial_repression"].tolist() == [0.9, 0.9]
    assert list(table.columns) == list(PARAMETERS)
    rest = {
        name: table[name].iloc[0]
        for name in PARAMETERS
        if name not in ("memory_weeks", "famine_effect", "initial_repression")
    }
    assert rest == {name: getattr(Parameters(), name) for name in rest}


@given(unit=st.floats(0, 1, exclude_max=True), log=st.booleans())
def test_values_of_a_range_and_numbers_of_the_unit_interval_are_one_to_one(unit, log):
    one = Range("adjustment_rate", 0.0001, 0.002, log)
    value = one.values(np.array([unit]))
    assert 0.0001 <= value[0] <= 0.002
    assert one.unit(value)[0] == pytest.approx(unit, abs=1e-9)


@pytest.mark.parametrize("circles", [20, 0, [1, 20], {"low": 1, "high": 3}])
@pytest.mark.parametrize("between", [0.3, [0.1, 0.5], {"low": 0.0, "high": 1.0}])
def test_news_between_circles_is_read_where_any_point_has_several(tiny, circles, between):
    said = {"news_between_circles": between}
    Space.from_parameters({"news_circles": circles, **said}).check(tiny)
    for one in ({}, {"news_circles": 1}):
        with pytest.raises(DesignError, match="has no effect unless news_circles is another"):
            Space.from_parameters({**one, **said}).check(tiny)


def test_dated_changes_that_contradict_each_other_are_refused_and_late_ones_named(tiny):
    text = "2000 memory_weeks=5; 2000-01 memory_weeks=50"
    with pytest.raises(DesignError, match="contradict each other"):
        Space.from_parameters({"interventions": text}).check(tiny)
    Space.from_parameters({"interventions": f"{text} in Inland"}).check(tiny)
    design = {"seed": 1, "country": "north_korea", "weeks": 52, "design": {"kind": "grid"}}
    with pytest.warns(Notice, match="2013 memory_weeks=9: after the 52 weeks of the run"):
        Specification.from_mapping({**design, "parameters": {"interventions": LATE}})


def test_whole_numbers_of_a_range_are_equally_frequent():
    values = Range("memory_weeks", 200, 204).values((np.arange(50_000) + 0.5) / 50_000)
    assert dict(zip(*np.unique(values, return_counts=True), strict=True)) == dict.fromkeys(
        range(200, 205), 10_000
    )


def test_a_log_range_has_its_geometric_mean_in_the_middle():
    assert Range("adjustment_rate", 0.0001, 0.01, True).values(np.array([0.5]))[0] == pytest.approx(
        0.001
    )


def test_an_empty_table_takes_the_parameters_own_range_and_scale():
    known = PARAMETERS["adjustment_rate"]
    assert Space.from_parameters({"adjustment_rate": {}}).varied == (
        Range("adjustment_rate", *known.search, True),
    )
    assert Space.from_parameters({"hearing": {}}).varied == (
        Listed("hearing", PARAMETERS["hearing"].choices),
    )


def test_all_means_every_parameter_of_the_model_that_has_a_range_but_no_reading():
    space = Space.from_parameters({"famine_effect": 0.5}, vary="all")
    assert set(space.names) == {
        p.name for p in PARAMETERS.values() if p.search and p.group != "reading"
    } - {"famine_effect"}


def test_levels_hold_both_ends():
    assert levels(Range("famine_effect", 0.0, 2.0), 3) == [0.0, 1.0, 2.0]
    assert levels(Range("memory_weeks", 200, 202), 9) == [200, 201, 202]
    assert levels(Range("adjustment_rate", 0.0001, 0.01, True), 3) == pytest.approx(
        [0.0001, 0.001, 0.01]
    )


def test_equal_ends_and_lists_of_one_fix():
    assert (
        Space.from_parameters(
            {"famine_effect": {"low": 1, "high": 1}, "memory_weeks": [300]}
        ).varied
        == ()
    )
    assert Fixed("memory_weeks", 300) in Space.from_parameters({"memory_weeks": [300]}).axes


@pytest.mark.parametrize(
    ("given_", "message", "field"),
    [
        (
            {"famine_efect": 1},
            "no parameter 'famine_efect'; did you mean famine_effect?",
            ("parameters", "famine_efect"),
        ),
        (
            {"famine_effect": {"low": 2, "high": 1}},
            "low = 2 is above high = 1",
            ("parameters", "famine_effect", "low"),
        ),
        (
            {"initial_repression": {"low": 0, "high": 1.2}},
            "at most 1",
            ("parameters", "initial_repression", "high"),
        ),
        ({"memory_weeks": []}, "empty list", ("parameters", "memory_weeks")),
        ({"memory_weeks": [200, 200]}, "lists 200 twice", ("parameters", "memory_weeks")),
        ({"memory_weeks": [200, 0]}, "at least 1", ("parameters", "memory_weeks")),
        (
            {"famine_effect": {"lo": 1}},
            "no key 'lo'; did you mean low?",
            ("parameters", "famine_effect", "lo"),
        ),
        (
            {"famine_effect": {"low": 0, "high": 1, "scale": "log"}},
            "above 0",
            ("parameters", "famine_effect", "low"),
        ),
        (
            {"famine_effect": {"scale": "lag"}},
            "did you mean log?",
            ("parameters", "famine_effect", "scale"),
        ),
        (
            {"famine_effect": {"steps": 1}},
            "a whole number from 2",
            ("parameters", "famine_effect", "steps"),
        ),
        ({"hearing": {"low": 1}}, "is text and has no range", ("parameters", "hearing")),
        ({"hearing": "provinse"}, "did you mean province?", ("parameters", "hearing")),
        ({"stop_threshold": {}}, "no range of its own", ("parameters", "stop_threshold")),
        ({"famine_effect": True}, "must be a number", ("parameters", "famine_effect")),
        ({"famine_effect": float("nan")}, "must be finite", ("parameters", "famine_effect")),
    ],
)
def test_what_cannot_be_is_refused_by_name(given_, message, field):
    with pytest.raises(DesignError, match=message.replace("?", r"\?")) as caught:
        Space.from_parameters(given_)
    assert caught.value.field == field
