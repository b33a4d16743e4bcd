"""The golden runs of the package touch every choice, and notice what the law does."""

from __future__ import annotations

from defection import golden
from defection.parameters import PARAMETERS
from defection.provenance import behaviour, changed_behaviour


def test_every_choice_of_every_parameter_is_touched_and_every_number_moved():
    points = golden.points()
    for name, one in PARAMETERS.items():
        values = {getattr(point, name) for point in points.values()}
        if one.constant:
            continue  # of what is compared, not of what happens
        assert len(values) > 1 or len(one.choices) == 1, name
        assert values >= set(one.choices)


def test_the_runs_differ_from_each_other():
    digests = golden.digests() | golden.journey_digests()
    assert len(set(digests.values())) == sum(
        map(len, (golden.points(), golden.journeys(), golden.acting_back()))
    )


def test_a_sweep_does_not_depend_on_what_the_journey_does():
    assert not set(golden.journey_digests()) & set(behaviour())


def test_a_digest_that_was_kept_is_compared_by_its_name():
    kept = behaviour()
    assert changed_behaviour(kept) == ()
    assert changed_behaviour({"base": kept["base"]}) == ()  # a run added since is no difference
    assert changed_behaviour({**kept, "base": "00000000"}) == ("base",)
