"""The golden runs of the package touch every choice, and notice what the law does."""

from __future__ import annotations

from defection import golden
from defection.parameters import PARAMETERS, Parameters
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
        map(len, (golden.points(), golden.journeys(), golden.acting_back(), golden.crossings()))
    )


def test_a_sweep_does_not_depend_on_what_the_journey_does():
    assert not set(golden.journey_digests()) & set(behaviour())


def test_a_digest_that_was_kept_is_compared_by_its_name():
    kept = behaviour()
    assert changed_behaviour(kept) == ()
    assert changed_behaviour({"base": kept["base"]}) == ()  # a run added since is no difference
    assert changed_behaviour({**kept, "base": "00000000"}) == ("base",)


def test_the_golden_runs_of_several_circles_are_those_that_read_them():
    every = golden.points() | golden.acting_back() | golden.crossings()
    named = golden.with_circles()
    assert {"news_circles = 3", "circles, interventions", "news, circles"} <= named < set(every)
    assert {name for name in every if "circle" in name} <= named
    assert {name for name, point in every.items() if golden.reads_circles(point)} == named


def test_what_hears_of_the_neighbours_depends_on_the_only_golden_runs_that_do():
    near = {"hearing": "neighbours"}, {"interventions": "2001 hearing=neighbours"}
    assert [golden.reads_circles(Parameters(**changes)) for changes in near] == [True, True]
    assert not golden.reads_circles(Parameters(hearing="nationwide"))
    assert golden.reads_circles(Parameters(news_circles=0))


def test_a_difference_in_circles_alone_can_be_left_out():
    kept = behaviour(journey=True)
    changed = dict.fromkeys(golden.with_circles(), "00000000")
    assert set(changed_behaviour({**kept, **changed})) == set(changed)
    assert changed_behaviour({**kept, **changed}, circles=False) == ()
    base = {**kept, **changed, "base": "00000000"}
    assert changed_behaviour(base, circles=False) == ("base",)
