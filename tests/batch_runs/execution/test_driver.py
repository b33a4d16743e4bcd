"""The driver keeps every chunk once, whatever its engine does."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from defection.batch_runs.execution.driver import Driver
from defection.batch_runs.execution.worker import PARTS


class Death(Exception):
    """A worker died."""


class Moody:
    """An engine of two slots: the first worker of each pair dies ``deaths`` times, and takes with it what the other was doing."""

    name = "moody"
    fails_as_pool = True

    def __init__(self, deaths):
        self.deaths, self.rebuilt, self.closed, self.waiting = deaths, 0, [], []

    def slots(self):
        return 1  # two are in flight

    def submit(self, work, task):
        future = Future()
        self.waiting.append((future, task))
        if len(self.waiting) == 2:
            (first, one), (second, other) = self.waiting
            self.waiting = []
            if self.deaths:
                self.deaths -= 1
                first.set_exception(Death())  # the second never ends
            else:
                first.set_result(one)
                second.set_result(other)
        return future

    def has_died(self, error):
        return isinstance(error, Death)

    def rebuild(self):
        self.rebuilt += 1
        self.waiting = []

    def close(self, *, now=False):
        self.closed.append(now)


@pytest.mark.parametrize("deaths", [0, 1, 2])
def test_what_the_others_were_doing_when_a_worker_died_is_done_again(deaths):
    engine, kept, reported = Moody(deaths), [], []
    Driver(
        engine,
        PARTS,
        lambda chunk: [chunk],
        lambda chunk, part: kept.append((chunk, part)),
        reported.append,
    ).run([(0, n) for n in range(6)], close=True)
    assert sorted(kept) == [((0, n), [(0, n)]) for n in range(6)]
    assert reported == [1] * 6
    assert engine.rebuilt == deaths
    assert engine.closed == [False]


def test_chunks_handed_out_leave_the_engine_ready_for_more():
    engine, kept = Moody(1), []
    driver = Driver(
        engine,
        PARTS,
        lambda chunk: [chunk],
        lambda chunk, part: kept.append(chunk),
        lambda runs: None,
    )
    for first in (0, 4):
        driver.run([(0, n) for n in range(first, first + 4)])
    assert sorted(kept) == [(0, n) for n in range(8)]
    assert (engine.rebuilt, engine.closed) == (1, [])


def test_an_error_of_the_work_ends_the_engine_at_once():
    engine = Moody(0)

    def keep(chunk, part):
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        Driver(engine, PARTS, lambda chunk: [chunk], keep, lambda runs: None).run([(0, 0), (0, 1)])
    assert engine.closed == [True]
