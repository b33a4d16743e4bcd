"""Every control of the page is known here, and does its work by mouse, by keys alone and by touch."""

from __future__ import annotations

from typing import ClassVar

import pytest

from defection.country import load
from defection.parameters import ALL_PARAMETERS
from defection.views.app.settings import groups, slider_range

pytestmark = pytest.mark.slow


def named(name: str) -> str:
    return f"[data-test='{name}']"


RESET, WEEK, WHY = named("reset"), named("week"), named("why-sentence")
SHOWN = {
    p["name"]: ALL_PARAMETERS[p["name"]]
    for g in groups(load("north_korea"))
    for p in g["parameters"]
}
CHOICES = [name for name, p in SHOWN.items() if len(p.choices) > 1 or p.kind == "years"]
TEXTS = [name for name, p in SHOWN.items() if p.kind == "interventions"]
NUMBERS = [name for name, p in SHOWN.items() if p.kind in ("number", "whole")]
CATEGORIES = named("categories")
GROUPS = [named(f"group-{number}") for number in range(1, len(groups(load("north_korea"))))]
"""The disclosures of the parameters that are not essential."""
PAGE = [
    (named("step"), WEEK),
    (named("earlier"), named("shown")),
    (named("later"), named("shown")),
    (named("earlier"), named("shown")),
    (named("now"), named("shown")),
    ("[data-test=changes] summary", named("changes")),
    (named("quick-closed"), named("change-0")),
    (named("undo-0"), named("change-0")),
    (named("quick-no_famine"), named("change-0")),
    (named("undo-0"), named("change-0")),
    ("[data-test=changes] summary", named("changes")),
    (named("play"), named("play")),
    (named("play"), named("play")),
    (named("speed"), named("speed")),
    (named("target"), named("target")),
    (named("run-to"), WEEK),
    (named("seed"), RESET),
    (named("new-seed"), WEEK),
    (named("step"), WEEK),
    (named("reset"), WEEK),
    (named("step"), WEEK),
    (named("link"), named("link")),
    (named("preset"), RESET),
    *((f"{group} summary", group) for group in GROUPS),
    *((f"{named(f'p-{name}')} select", RESET) for name in CHOICES),
    *(
        (f"{named(f'p-{name}')} {part}", RESET)
        for name in TEXTS
        for part in (".df-back", "input", ".df-back")
    ),
    (f"{GROUPS[0]} summary", GROUPS[0]),
    (named("help-memory_weeks"), "#df-meaning-memory_weeks"),
    (named("measure"), ".df-small-maps figure:last-child"),
    (named("province-7"), named("chart-province") + " figcaption"),
    (named("step"), WEEK),
    (named("teacher"), named("keys")),
    (named("teacher"), named("keys")),
    (named("lesson"), named("lesson-title")),
    (named("option-1"), named("commit")),
    (named("commit"), named("lesson-text")),
    (named("lesson-run-0"), named("verdict")),
    (f"{named('answer')} summary", named("answer")),
    (named("close-lesson"), named("lesson-text")),
    (named("first-lesson"), named("lesson-title")),
]
"""What is pressed, in the order of the page, and where its effect is seen."""
PANELS = {
    "flows": [
        (named("form"), named("chart-national") + " figcaption"),
        (named("scale"), named("scale")),
        (named("table-yearly"), named("chart-yearly") + " details"),
    ],
    "week": [
        (f"{named('step-0')} summary", f"{named('step-0')} details"),
        *((named(name), named("sand-chance")) for name in ("hear-failure", "hear-success")),
        (named("many"), named("hear-failure")),
        *((named(name), named("sand-says")) for name in ("forget", "sand-take", "sand-light")),
    ],
    "why": [
        (named("why-log"), named("why-log")),
        *((named(f"why-{name}"), WHY) for name in ("province", "age", "settlement")),
        (f"{CATEGORIES} th:last-child button", f"{CATEGORIES} thead"),
        (f"{CATEGORIES} tr:nth-child(9) .df-link", WHY),
    ],
    "border": [
        (named("follow"), named("border-says")),
        (named("border-table"), "[data-test=flow-picture] + details"),
        (named("known-go"), named("known-result")),
        (named("known-table"), f"{named('known-result')} details"),
    ],
    "happened": [
        (named("notebook-csv"), ""),
        (named("clear"), named("clear")),
        (named("clear"), named("clear")),
        (named("open-famine"), named("lesson-title")),
    ],
    "runs": [
        (named("fan-runs"), named("fan-runs")),
        (named("fan-go"), named("fan-result")),
        (named("fan-csv"), ""),
        ("[data-test=fan-result] summary", "[data-test=fan-result] details"),
        (named("compare-other"), named("compare-other")),
        (named("compare-pairs"), named("compare-pairs")),
        (named("compare-go"), named("compare-result")),
        (named("compare-csv"), ""),
        ("[data-test=compare-result] summary", "[data-test=compare-result] details"),
    ],
    "files": [(named(f"download-{name}"), "") for name in ("weekly", "png", "svg", "manifest")],
    "about": [],
}
"""The same for each tab; a download has no place on the page."""
TOO = [
    *(f"{named(f'p-{name}')} {part}" for name in NUMBERS for part in ("input", ".df-back")),
    *(f"{named(f'p-{name}')} .df-back" for name in CHOICES),
    ".df-settings summary", "[data-test^=help-]", "[data-test^=table-]", named("more"), named("sliders"),
    named("timeline"), named("here"), named("take"), named("cancel"), named("fan-cancel"),
    named("compare-cancel"), named("known-cancel"), "[data-test^=province-]", "[data-test^=why-]", "[role=tab]",
    "[data-test^=open-]", "[data-test^=option-]", ".df-steps summary", named("ended-open"),
    "[data-test^=lesson-run-]", "[data-test^=look-]", "[data-test^=rescue-]", "[data-test^=interview-]", named("next-lesson"), named("anew"), named("clear-all"), named("sand-utility"),
    f"{CATEGORIES} button",
]  # fmt: skip
"""Further controls of the kinds above, and those of ``test_real_input.py`` and ``test_time.py``."""

STATE = """where => {
    const e = document.querySelector(where);
    return e && ("open" in e ? String(e.open) : "value" in e && e.tagName !== "BUTTON" ? e.value : e.textContent) }"""
UNKNOWN = """known => [...document.querySelectorAll(
    ".df-page :is(button, select, input, textarea, summary, a, [role=button], [role=tab], [contenteditable])")]
    .filter(e => e.checkVisibility({ visibilityProperty: true }) && !known.some(one => e.matches(one)))
    .map(e => e.outerHTML)"""


class Mouse:
    """Points and clicks; in a list that is open it goes on with the keys."""

    context: ClassVar[dict] = {"permissions": ["clipboard-read", "clipboard-write"]}

    def __init__(self, visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def press(self, where: str) -> None:
        found = self.page.locator(where).first
        found.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
        box, kind = found.bounding_box(), self.kind(where)
        self.point(found, {"x": box["width"] / 2, "y": min(box["height"] / 2, 20)})
        if kind == "SELECT":
            self.page.wait_for_timeout(100)  # the list opens
            self.keys(*self.end(where), "Enter")

    def point(self, found, place: dict[str, float]) -> None:
        """Click when the control stands still: notes that come or go beside it move it."""
        found.click(position=place)

    def tab(self, name: str) -> None:
        self.press(named(f"tab-{name}"))

    def kind(self, where: str) -> str:
        return self.page.locator(where).first.evaluate("e => e.tagName")

    def end(self, where: str) -> tuple[str, ...]:
        """Return the keys that go to an end of a list at which it is not.

        Of the lessons to the last but one: the last lets people be followed from its start.
        """
        script = "e => e.selectedIndex <= [...e.options].findIndex(o => !o.disabled)"
        first = self.page.locator(where).first.evaluate(script)
        last = ("End", "ArrowUp") if where == named("lesson") else ("End",)
        return last if first else ("Home",)

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)


class Finger(Mouse):
    """Taps."""

    context: ClassVar[dict] = {**Mouse.context, "has_touch": True, "width": 1024, "height": 768}

    def point(self, found, place: dict[str, float]) -> None:
        found.tap(position=place)


class Keys(Mouse):
    """Goes from control to control with Tab, and never touches the mouse."""

    def press(self, where: str) -> None:
        self.reach(where)
        kind = self.kind(where)
        if kind != "INPUT":
            self.keys(*(self.end(where) if kind == "SELECT" else ("Enter",)))

    def tab(self, name: str) -> None:
        self.reach("[role=tab][aria-selected=true]")
        self.keys("ArrowRight")

    def reach(self, where: str) -> None:
        """Press Tab, or Shift and Tab where it lies before, until the control has the focus.

        Among options of which one is chosen the arrows go.
        """
        script = """where => { const e = document.querySelector(where), a = document.activeElement;
            return a === e ? 0 : e.type === "radio" && e.type === a.type && e.name === a.name ? 2 : a === document.body || a.compareDocumentPosition(e) & 4 ? 1 : -1 }"""
        for _ in range(300):
            way = self.page.evaluate(script, where)
            if way == 0:
                return
            self.keys({1: "Tab", 2: "ArrowDown", -1: "Shift+Tab"}[way])
        raise AssertionError(f"the key Tab does not reach {where}")


@pytest.mark.parametrize("device", [Mouse, Keys, pytest.param(Finger, marks=pytest.mark.long)])
def test_every_control_does_its_work(address, visitors, device):
    visitor = visitors(f"{address}/?seed=2", **device.context)
    hand, page = device(visitor), visitor.page
    page.set_default_timeout(30_000)
    visitor.unfold("sliders")
    for name, panel in PANELS.items():
        if name != "flows":
            hand.tab(name)
            page.wait_for_selector(named(f"tab-{name}") + "[aria-selected=true]")
        for where, effect in panel if name != "flows" else [*PAGE, *panel]:
            page.wait_for_selector(where)
            if not effect:
                with page.expect_download():
                    hand.press(where)
                continue
            before, kind = page.evaluate(STATE, effect), hand.kind(where)
            hand.press(where)
            if where == named("seed"):
                hand.keys("7", "Tab")
            elif kind == "INPUT":
                hand.keys("Control+a")
                page.keyboard.type("2010 famine_effect=1")
                hand.keys("Tab")
            changed = f"([where, before, _]) => ({STATE})(where) !== before"
            try:
                page.wait_for_function(changed, arg=[effect, before, where])
            except Exception:
                raise TimeoutError(f"{where} changes nothing of {effect}: {before}") from None
            if where == named("run-to"):
                page.wait_for_selector(named("work"), state="detached")
        panels = [one for panel in PANELS.values() for one in panel]
        known = [where for where, _ in (*PAGE, *panels)]
        assert page.evaluate(UNKNOWN, [*known, *TOO]) == []


def test_every_number_can_be_typed(address, visitors):
    visitor = visitors(f"{address}/?seed=2&journey=off&week=1")
    visitor.wait_for_week(1)
    for name in NUMBERS:
        visitor.open_group(name)
    values = {}
    for name in NUMBERS:
        low, high = slider_range(ALL_PARAMETERS[name], load("north_korea"))
        values[name] = (
            f"{(2 * low + high) / 3:.6g}" if ALL_PARAMETERS[name].kind == "number" else "111"
        )
        visitor.write(visitor.page.locator(f"#df-{name}"), values[name])
        visitor.page.keyboard.press("Tab")
        visitor.page.wait_for_selector(named(f"p-{name}") + ".df-changed")  # it has been taken
    visitor.wait_for_text(
        "reset", f"{len(NUMBERS) + 1} changed"
    )  # its numbers switch the journey on
    shown = [visitor.page.locator(f"#df-{name}").input_value() for name in NUMBERS]
    assert [float(one) for one in shown] == [float(one) for one in values.values()]
