"""Work in a thread reports how far it is, gives its result or its fault, and ends when cancelled."""

from __future__ import annotations

import threading

from defection.views.app.work import Work


def test_work_reports_and_keeps_what_it_returned():
    changes, going = [], threading.Event()
    work = Work(lambda: changes.append((work.busy, work.done)))

    def do(report):
        report(1, 3)
        assert going.wait(5)
        return "done"

    work.start("some work", do)
    assert (work.busy, work.title) == (True, "some work")
    going.set()
    work.wait()
    assert (work.busy, work.done, work.total, work.result) == (False, 1, 3, "done")
    assert changes[-1] == (False, 1)


def test_cancelled_work_ends_at_its_next_report_and_its_result_is_not_kept():
    work, going, ended = Work(lambda: None), threading.Event(), threading.Event()

    def do(report):
        try:
            assert going.wait(5)
            report(1, 2)
        finally:
            ended.set()
        return "too late"

    work.start("some work", do)
    work.cancel()
    assert (work.busy, work.ending) == (False, True)
    going.set()
    assert ended.wait(5)
    work.wait()
    assert not work.ending
    assert work.result is None


def test_new_work_takes_the_place_of_the_old():
    work, going = Work(lambda: None), threading.Event()
    work.start("old", lambda report: (going.wait(5), "old")[1])
    work.start("new", lambda report: "new")
    work.wait()
    going.set()
    assert (work.result, work.busy) == ("new", False)


def test_a_fault_is_kept_and_the_result_before_stays():
    work = Work(lambda: None)
    work.start("good", lambda report: 3)
    work.wait()

    def do(report):
        raise ValueError("no such thing")

    work.start("bad", do)
    work.wait()
    assert (work.fault, work.result, work.busy) == ("no such thing", 3, False)
