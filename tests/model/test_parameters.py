"""Parameters are written once, checked, and refused early."""

from __future__ import annotations

import math

import numpy as np
import pytest

from defection import PARAMETERS, ParameterError, Parameters
from defection.parameters import parameter
from defection.parameters_text import GROUPS


def test_every_default_lies_in_its_own_range_and_every_search_range_too():
    for p in PARAMETERS.values():
        assert p.checked(p.default) == p.default
        if p.search:
            assert p.checked(p.search[0]) < p.checked(p.search[1])


def test_every_parameter_says_what_it_means_and_where_it_comes_from():
    for p in PARAMETERS.values():
        assert p.meaning, p.name
        assert p.source, p.name
        assert p.group in set(GROUPS)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"famin_effect": 1}, "there is no parameter 'famin_effect'; did you mean famine_effect?"),
        (
            {"initial_repression": 1.2},
            "initial_repression = 1.2 is out of range: it must be at most 1",
        ),
        ({"memory_weeks": 0}, "memory_weeks = 0 is out of range: it must be at least 1"),
        ({"memory_weeks": 1.5}, "memory_weeks must be a whole number, not 1.5"),
        ({"famine_effect": math.nan}, "famine_effect must be finite, not nan"),
        ({"famine_effect": math.inf}, "famine_effect must be finite, not inf"),
        ({"famine_effect": "much"}, "famine_effect must be a number, not 'much' (str)"),
        ({"famine_effect": True}, "famine_effect must be a number, not True (bool)"),
        ({"famine_effect": None}, "famine_effect must be a number, not None (NoneType)"),
        (
            {"hearing": "nationwid"},
            "hearing = 'nationwid' is not one of province, nationwide, neighbours; did you mean nationwide?",
        ),
        ({"hearing": 3}, "hearing must be text, not 3 (int)"),
        ({"famine_years": "1998-1995"}, "famine_years = '1998-1995' ends before it begins"),
    ],
)
def test_bad_input_is_refused_with_the_thing_the_value_and_the_limit(values, words):
    with pytest.raises(ParameterError) as error:
        Parameters(**values)
    assert str(error.value) == words


def test_numbers_of_numpy_are_taken_as_plain_ones():
    p = Parameters(memory_weeks=np.int64(380), famine_effect=np.float32(0.5))
    assert type(p.memory_weeks) is int
    assert type(p.famine_effect) is float
    assert p == Parameters(memory_weeks=380, famine_effect=0.5)


def test_parameters_cannot_be_changed_but_replaced():
    p = Parameters()
    with pytest.raises(AttributeError):
        p.famine_effect = 1.0
    assert p.replace(famine_effect=1.0).famine_effect == 1.0
    assert p.replace(famine_effect=1.0) != p
    assert hash(p) == hash(Parameters())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("memory_weeks", "380", 380),
        ("famine_effect", "1e-1", 0.1),
        ("hearing", "nationwide", "nationwide"),
    ],
)
def test_values_are_read_as_a_person_types_them(name, text, value):
    assert parameter(name).from_text(text) == value


@pytest.mark.parametrize(
    ("name", "text"), [("memory_weeks", "many"), ("memory_weeks", "3.5"), ("famine_effect", "")]
)
def test_text_that_is_no_value_is_refused_by_name(name, text):
    with pytest.raises(ParameterError, match=name):
        parameter(name).from_text(text)


def test_the_prior_mean_is_alpha_over_the_sum():
    assert Parameters(prior_alpha=3, prior_beta=1).prior_mean == 0.75


def test_a_set_of_parameters_prints_what_differs_from_the_defaults():
    assert repr(Parameters()) == "Parameters()"
    other = Parameters(memory_weeks=52, hearing="nationwide")
    assert repr(other) == "Parameters(memory_weeks=52, hearing='nationwide')"
    assert eval(repr(other)) == other
