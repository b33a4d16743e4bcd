"""Every control works by mouse, by keys and by touch: what a hand does, the model has at the next reset."""

from __future__ import annotations

import pathlib
import re
import urllib.parse

import pytest

from defection.country import load
from defection.parameters import ALL_PARAMETERS
from defection.views.app.settings import groups, slider_range

GROUPS = [
    [p["name"] for p in group["parameters"] if p["control"] == "slider"]
    for group in groups(load("north_korea"))
]
SLIDERS = [name for group in GROUPS for name in group]
FIRST = [names[0] for names in GROUPS if names]
"""Of each group one slider, on which everything is tried that is the same for all."""
SYNTHETIC = (
    r"[.](fill|select_option|(un)?check|set_checked|dispatch_event|focus|set_input_files)[(]"
    r"|[.]click[(][)][^\n]*[\"'`]\s*$|querySelector[^\n]*[.]click[(]|dispatch[E]vent|[.]value = "
)
"""What Playwright or a script in the page does without mouse, keys or touch."""


@pytest.mark.parametrize(
    "line",
    [
        "visitor.find('seed').fill('2')",
        "page.locator('select').select_option('a')",
        "page.evaluate('document.querySelector(x).click()')",
        "page.evaluate('field.value = 3; field.dispatch' 'Event(new Event(name))')",
    ],
)
def test_what_no_person_does_is_known(line):
    assert re.search(SYNTHETIC, line)


def test_the_tests_of_the_app_touch_it_as_a_person_does():
    found = [
        f"{path.name}:{number} {line.strip()}"
        for path in sorted(pathlib.Path(__file__).parent.glob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if path.name != "test_real_input.py" and re.search(SYNTHETIC, line)
    ]
    rest = pathlib.Path(__file__).read_text(encoding="utf-8").partition("class Hand:")[2]
    assert found == re.findall(SYNTHETIC, rest) == []


class Hand:
    """A visitor's hand on the sliders."""

    def __init__(self, visitor) -> None:
        self.visitor, self.page = visitor, visitor.page
        visitor.unfold("sliders")
        for name in SLIDERS:
            visitor.open_group(name)

    def slider(self, name: str):
        found = self.page.locator(f"[data-test=p-{name}] input[type=range]")
        found.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
        return found

    def box(self, name: str) -> float:
        return float(self.page.locator(f"#df-{name}").input_value())

    def at(self, name: str, share: float) -> tuple[float, float]:
        """Return the place on a slider's track; its thumb is 16 pixels wide."""
        track = self.slider(name).bounding_box()
        return track["x"] + 8 + (track["width"] - 16) * share, track["y"] + track["height"] / 2

    def answered(self, name: str) -> float:
        """Return the number in the box after the server's answer, at which the thumb stands too."""
        self.page.wait_for_function(
            "name => !Object.keys(document.querySelector('.df-settings').__vue__.drafts).length",
            arg=name,
        )
        low, high = slider_range(ALL_PARAMETERS[name], load("north_korea"))
        assert low <= self.box(name) <= high
        return self.box(name)

    def share(self, name: str) -> float:
        return int(self.slider(name).input_value()) / 1000

    def finger(self, kind: str, *place: float) -> None:
        points = [{"x": place[0], "y": place[1]}] if place else []
        self.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    @property
    def touch(self):
        if not hasattr(self, "_touch"):
            self._touch = self.page.context.new_cdp_session(self.page)
        return self._touch


def _reset_has(visitor, expected: dict[str, float]) -> None:
    """Reset, and compare the link, which the running model writes, with what the boxes said."""
    visitor.find("reset").click()
    visitor.wait_for_text("reset", "Reset")
    visitor.page.wait_for_function(
        "!document.querySelector('[data-test=reset]').textContent.includes('changed')"
    )
    visitor.find("tab-files").click()
    link = visitor.find("address").text_content()
    running = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query))
    assert {name: float(running.get(name, ALL_PARAMETERS[name].default)) for name in expected} == {
        name: pytest.approx(value, rel=1e-12) for name, value in expected.items()
    }


def _every_key(hand: Hand, name: str, dragged: float) -> None:
    """Press every key that moves a slider; it ends at its low end."""
    low, high = slider_range(ALL_PARAMETERS[name], load("north_korea"))
    values = [dragged]
    for key in ("ArrowRight", "ArrowUp", "ArrowRight", "PageUp"):  # faster than the answers
        hand.page.keyboard.press(key)
        values.append(hand.box(name))
    assert sorted(set(values)) == values, (name, values)
    for key in ("PageDown", "ArrowLeft", "ArrowDown", "ArrowLeft"):
        hand.page.keyboard.press(key)
    assert hand.answered(name) == pytest.approx(dragged, rel=0.02), name
    hand.page.keyboard.press("End")
    assert hand.answered(name) == high
    hand.page.keyboard.press("ArrowRight")
    assert hand.answered(name) == high
    hand.page.keyboard.press("Home")
    assert hand.answered(name) == low


@pytest.mark.slow
def test_every_slider_works_by_mouse_and_by_keys(address, visitors):
    visitor = visitors(f"{address}/?seed=2")
    hand, expected = Hand(visitor), {}
    for name in SLIDERS:
        low, high = slider_range(ALL_PARAMETERS[name], load("north_korea"))
        share = 0.7 if abs(hand.share(name) - 0.7) > 0.1 else 0.9  # beside the thumb
        hand.page.mouse.click(*hand.at(name, share))
        hand.answered(name)
        assert hand.share(name) == pytest.approx(share, abs=0.02)
        hand.page.mouse.move(*hand.at(name, share))  # beside a long name ↺ takes a line of its own
        hand.page.mouse.down()
        for share in (0.6, 0.45, 0.3):
            hand.page.mouse.move(*hand.at(name, share))
        dragged = hand.box(name)
        assert low < dragged < high
        hand.page.mouse.up()
        assert hand.answered(name) == dragged
        assert hand.share(name) == pytest.approx(0.3, abs=0.02)
        if name in FIRST:
            _every_key(hand, name, dragged)
        hand.page.keyboard.press("ArrowRight")
        expected[name] = hand.answered(name)
        assert expected[name] > (low if name in FIRST else dragged)
    _reset_has(visitor, expected)


@pytest.mark.slow
def test_a_slider_of_every_group_works_by_touch(address, visitors):
    visitor = visitors(f"{address}/?seed=2", width=390, height=844, has_touch=True, is_mobile=True)
    hand, expected = Hand(visitor), {}
    for name in FIRST:
        hand.page.touchscreen.tap(*hand.at(name, 0.3))
        hand.answered(name)
        assert hand.share(name) == pytest.approx(0.3, abs=0.03), name
        hand.finger("touchStart", *hand.at(name, 0.3))
        for share in (0.35, 0.45, 0.6, 0.8):
            hand.finger("touchMove", *hand.at(name, share))
        hand.finger("touchEnd")
        expected[name] = hand.answered(name)
        assert hand.share(name) == pytest.approx(0.8, abs=0.04), name
    _reset_has(visitor, expected)


@pytest.mark.slow
def test_nothing_moves_under_a_hand_and_what_is_typed_stays_while_weeks_pass(address, visitors):
    visitor = visitors(f"{address}/?seed=2&weeks=30", width=1024)
    hand = Hand(visitor)
    visitor.choose("preset", "Full memory")
    visitor.wait_for_text("notice", "Nothing is ever forgotten")
    place = hand.at("utility_slope", 0.5)
    before = hand.page.locator("[data-test=p-utility_slope]").bounding_box()
    visitor.choose("speed", "260 weeks / s")
    visitor.find("play").click()
    hand.page.mouse.click(*place)
    visitor.find("ended").wait_for()
    assert hand.answered("utility_slope") == 10
    assert hand.page.locator("[data-test=p-utility_slope]").bounding_box() == before
    visitor.find("reset").click()
    visitor.choose("speed", "10 weeks / s")
    visitor.find("play").click()
    visitor.wait_for_week(1)
    visitor.find("seed").click(click_count=3)
    week = visitor.week
    for digit in "123456":
        hand.page.keyboard.type(digit)
        hand.page.wait_for_timeout(100)
    assert visitor.week > week
    assert visitor.find("seed").input_value() == "123456"
    hand.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**seed=123456&**")
