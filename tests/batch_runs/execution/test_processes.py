"""A worker that dies in the middle of its answer: the pool of the standard library waits for the rest of it for ever."""

from __future__ import annotations

import os
import signal
import struct
import sys
import time

import psutil
import pytest

from defection.batch_runs.execution import processes
from defection.batch_runs.execution.processes import Processes


def _cut_short(file):
    """Announce a long answer, send the beginning of it, and die; the second time, answer."""
    if file.exists():
        return 7
    file.touch()
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals:
        frame = frame.f_back
    os.write(
        frame.f_locals["result_queue"]._writer.fileno(),
        struct.pack("!i", 50_000) + b"the beginning",
    )
    os.kill(os.getpid(), signal.SIGKILL)
    return None


@pytest.fixture
def engine(monkeypatch):
    monkeypatch.setattr(processes, "PATIENCE", 0.5)
    made = Processes(2)
    yield made
    made.close(now=True)


def ended(future, engine, seconds):
    until = time.monotonic() + seconds
    while not future.done() and time.monotonic() < until:
        engine.slots()
        time.sleep(0.05)
    return future.done()


def test_an_answer_that_was_cut_short_is_a_death_and_the_engine_goes_on(engine, tmp_path):
    cut = engine.submit(_cut_short, tmp_path / "once")
    assert ended(cut, engine, 30)
    assert engine.has_died(cut.exception())
    engine.rebuild()
    assert engine.submit(_cut_short, tmp_path / "once").result(timeout=30) == 7


def test_an_engine_that_waits_for_the_rest_of_an_answer_can_be_ended(engine, tmp_path):
    cut = engine.submit(_cut_short, tmp_path / "once")
    while not (tmp_path / "once").exists():
        time.sleep(0.01)
    time.sleep(0.5)
    begun = time.monotonic()
    engine.close(now=True)
    assert time.monotonic() - begun < 10
    assert cut.done()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_heard_when_a_worker_has_been_started(engine, monkeypatch, number):
    usual, heard = engine._pool.submit, []

    def submit(work, *task):
        os.kill(os.getpid(), number)
        time.sleep(0.05)
        assert not heard
        return usual(work, *task)

    before = signal.signal(number, lambda *_: heard.append(number))
    try:
        monkeypatch.setattr(engine._pool, "submit", submit)
        assert engine.submit(abs, -7).result(timeout=30) == 7
        assert heard == [number]
    finally:
        signal.signal(number, before)


def test_ctrl_c_and_hang_ups_of_a_terminal_are_left_to_the_sweep(engine):
    first = engine.submit(os.getpid).result(timeout=30)
    everybody = psutil.Process().children(recursive=True)  # a browser of other tests among them
    words = {child: " ".join(child.cmdline()) for child in everybody}
    children = [
        child for child, said in words.items()
        if "multiprocessing" in said and "resource_tracker" not in said
    ]  # fmt: skip
    assert first in [child.pid for child in children]
    for child in children:
        os.kill(child.pid, signal.SIGINT)
        os.kill(child.pid, signal.SIGHUP)
    time.sleep(0.2)
    assert engine.submit(os.getpid).result(timeout=30) == first
    assert all(child.is_running() for child in children)


def test_workers_that_live_are_left_alone_however_long_they_take(engine):
    slow = engine.submit(time.sleep, 1.5)
    assert ended(slow, engine, 30)
    assert slow.exception() is None
