"""Panels of the journey, drawn without a browser: what is shown is of the run as it is now."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest
import solara

from defection import Parameters
from defection.scenario import Scenario
from defection.views.app import journey_view, panels_journey, rescue_view, widgets
from defection.views.app.controller import Controller
from defection.views.app.work import Cancelled
from tests.conftest import BURSTING

CHANGE = {"return_rate": 0.5}
"""What is changed in mid-run, from the coming week on."""


class Drawings(list):
    """What a part of the app was drawn with, each time; nothing of it is drawn."""

    def __call__(self, **data):
        self.append(data)

    def wait_for(self, fits):
        """Wait until the last drawing fits."""
        end = time.monotonic() + 30
        while not fits(self[-1]):
            assert time.monotonic() < end, self[-1]
            time.sleep(0.01)


class Slow:
    """Work that says by which scenario it is, and can be held up."""

    def __init__(self):
        self.scenarios, self.may_end = [], threading.Event()
        self.may_end.set()

    def result(self, scenario, report, **more):
        self.scenarios.append(scenario)
        self.report = report
        assert self.may_end.wait(30)
        return {"text": scenario.parameters.interventions, "rows": [], **more}


@pytest.fixture
def drawings(monkeypatch):
    found = {name: Drawings() for name in ("Rescue", "Border", "Interview", "ChartWidget")}
    for name, own in found.items():
        monkeypatch.setattr(widgets, name, own)
    return found


@pytest.fixture
def slow(monkeypatch):
    """Let both panels work without a run of the law."""
    one = Slow()
    more = {"heads": [], "chart": {}, "chunk": {}}
    monkeypatch.setattr(
        rescue_view, "rescued", lambda own, _choice, report: one.result(own, report, **more)
    )
    monkeypatch.setattr(journey_view, "beside_what_is_known", one.result)
    yield one
    one.may_end.set()


@contextlib.contextmanager
def rendered(panel):
    """Draw a panel of a run of ten weeks; the controller's signals draw it again."""
    moved, changed = solara.Reactive(0), solara.Reactive(0)
    controller = Controller(
        Scenario(5, Parameters(**BURSTING, journey="on"), weeks=60),
        moved=lambda: moved.set(moved.peek() + 1), changed=lambda: changed.set(changed.peek() + 1),
    )  # fmt: skip
    controller.advance(10)
    _, context = solara.render(panel(controller, moved, changed), handle_error=False)
    try:
        yield controller
    finally:
        context.close()
        controller.close()


def rescue_panel(controller, _moved, changed):
    return panels_journey.RescuePanel(controller, changed)


def test_a_change_in_mid_run_renews_the_programme_of_rescues(drawings, slow):
    own = drawings["Rescue"]
    with rendered(rescue_panel) as controller:
        assert not own[-1]["begun"]
        assert not slow.scenarios
        own[-1]["event_choose"](["funds", 100_000])
        own.wait_for(lambda now: now["result"].get("text") == "none")
        run, count = controller.run_number, len(own)
        slow.may_end.clear()
        controller.change_from_now(CHANGE)
        assert controller.run_number == run  # it goes on, and is another scenario
        own.wait_for(lambda now: now["work"])
        slow.may_end.set()
        own.wait_for(lambda now: now["result"])
        assert own[-1]["result"]["text"] == "week 10 return_rate=0.5"
        assert slow.scenarios[-1] == controller.scenario
        said = {now["result"].get("text") for now in own[count:]}
        assert said == {None, "week 10 return_rate=0.5"}  # never what was found before


def test_what_is_found_too_late_of_the_rescues_is_not_shown(drawings, slow):
    own = drawings["Rescue"]
    with rendered(rescue_panel) as controller:
        slow.may_end.clear()
        own[-1]["event_choose"](["funds", 100_000])
        own.wait_for(lambda now: now["work"])
        controller.change_from_now(CHANGE)
        slow.may_end.set()
        own.wait_for(lambda now: now["result"])
        said = {now["result"].get("text") for now in own}
        assert said == {None, "week 10 return_rate=0.5"}


def test_work_on_the_rescues_ends_with_the_panel(drawings, slow):
    own = drawings["Rescue"]
    with rendered(rescue_panel):
        slow.may_end.clear()
        own[-1]["event_choose"](["funds", 100_000])
        own.wait_for(lambda now: now["work"] and slow.scenarios)
        slow.report(0, 1)
    with pytest.raises(Cancelled):
        slow.report(0, 1)


def test_a_change_in_mid_run_takes_the_comparison_with_what_is_known_away(drawings, slow):
    own = drawings["Border"]
    with rendered(panels_journey.BorderPanel) as controller:
        own[-1]["event_compare"]()
        own.wait_for(lambda now: now["known"].get("text") == "none")
        count = len(own)
        controller.change_from_now(CHANGE)
        assert len(own) > count
        assert not any(now["known"] for now in own[count:])
        own[-1]["event_compare"]()
        own.wait_for(lambda now: now["known"].get("text") == "week 10 return_rate=0.5")
        count, scenario = len(own), controller.scenario
        controller.reset()
        assert controller.scenario == scenario  # in another run
        assert len(own) > count
        assert not any(now["known"] for now in own[count:])


def test_a_comparison_that_ends_after_a_change_is_not_shown(drawings, slow):
    own = drawings["Border"]
    with rendered(panels_journey.BorderPanel) as controller:
        slow.may_end.clear()
        own[-1]["event_compare"]()
        own.wait_for(lambda now: now["work"])
        controller.change_from_now(CHANGE)
        slow.may_end.set()
        controller.known.wait()
        own.wait_for(lambda now: not now["work"])
        assert controller.known.result["text"] == "none"
        assert not any(now["known"] for now in own)
