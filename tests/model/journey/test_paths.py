"""One person followed forward is what is looked up backward, and draws follow it."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.scores.facts_of_run import FollowedRun
from defection.crossings import CROSSING
from defection.journey.flow import row_of
from defection.journey.lags import Seeking, Window
from defection.journey.paths import STATES, Room, draw_paths, follow_one, yearly_chances
from defection.parameters import Parameters

LIVELY = Parameters(return_rate=1.5, visit_rate=0.8, again_share=0.9, again_rate=12.0)


def _run(country, parameters, weeks=715):
    rng = np.random.default_rng(3)
    rows = np.empty(2_000, CROSSING)
    rows["week"] = np.sort(rng.integers(weeks, size=len(rows)))
    rows["category"] = rng.integers(country.category_count, size=len(rows))
    rows["people"] = rng.integers(1, 9, size=len(rows))
    repression = rng.uniform(0.2, 0.9, (weeks, len(country.provinces)))
    return FollowedRun.from_crossings(country, rows, repression, parameters)


@pytest.mark.parametrize("parameters", [Parameters(journey="on"), LIVELY], ids=["default", "much"])
def test_forward_and_backward_agree(north_korea, parameters):
    run, met = _run(north_korea, parameters), (650, 714)
    expected = run.expected(Window(*met), Seeking(arrivals=False))
    never = run.expected(Window(*met), Seeking(arrivals=False, returns=False))
    unvisited = run.expected(Window(*met), Seeking(arrivals=False, visits=False))
    chances, room = yearly_chances(run.journey, row_of(parameters)), Room.for_window(*met)
    numbers = np.arange(STATES)
    for entry, kind, group in ((0, 1, 3), (400, 0, 0), (649, 1, 7), (650, 0, 4), (714, 1, 1)):
        province, gender = group // run.journey.size, run.journey.gender[group]
        repression = np.ascontiguousarray(run.repression[:, province])
        follow_one(chances, repression, gender, kind, entry, met, room)
        present = room.present.sum(axis=0)
        assert present.sum() == pytest.approx(expected[entry, kind, group], rel=1e-9)
        assert present[numbers // 4 == 0].sum() == pytest.approx(
            never[entry, kind, group], rel=1e-9
        )
        assert present[numbers // 2 % 2 == 0].sum() == pytest.approx(
            unvisited[entry, kind, group], rel=1e-9
        )
        for week in (met[0], met[1]):  # whoever is there has entered last in some week
            if week < entry:
                continue
            survived = np.array([room.stay[s + 1 : week + 1].prod() for s in range(week + 1)])
            since = (room.entered[: week + 1] * survived[:, None])[entry:].sum(axis=0)
            assert since == pytest.approx(room.present[week - met[0]], rel=1e-9, abs=1e-15)


def test_a_person_is_drawn_after_the_first_entry_and_the_last_entry_lies_between(north_korea):
    run, met, count = _run(north_korea, LIVELY), (690, 714), 3_000
    rng = np.random.default_rng(1)
    people = np.column_stack([
        rng.integers(700, size=count), rng.integers(2, size=count), rng.integers(2, size=count),
        rng.integers(10, size=count),
    ])  # fmt: skip
    drawn = np.zeros((count, 5), np.int64)
    chances = yearly_chances(run.journey, row_of(LIVELY))
    repression = np.ascontiguousarray(run.repression.T)
    draw_paths(
        chances, repression, met, people, rng.random((count, 2)), Room.for_window(*met), drawn
    )
    week, returns, visited, stopped, last = drawn.T
    assert ((week >= met[0]) & (week <= met[1]) & (last <= week) & (last >= people[:, 0])).all()
    home = (returns > 0) | (visited > 0)
    assert (last[~home] == people[~home, 0]).all()
    assert (last[home] > people[home, 0]).all()
    assert not (stopped[~home]).any()
    assert returns.max() == 3
