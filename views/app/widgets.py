"""The parts of the app that live in the browser: each ``.vue`` file beside this one, with the data and events it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

Handler = Callable[[Any], object]


@solara.component_vue("controls.vue", vuetify=False)
def Controls(
    country: str = "",
    clock: dict = {},
    years: list = [],
    speed: int = 10,
    speeds: list = [],
    seed: str = "",
    seed_fault: str = "",
    message: str = "",
    waiting: int = 0,
    address: str = "",
    event_step: Handler | None = None,
    event_play: Handler | None = None,
    event_pause: Handler | None = None,
    event_set_speed: Handler | None = None,
    event_run_to: Handler | None = None,
    event_set_seed: Handler | None = None,
    event_new_seed: Handler | None = None,
    event_reset: Handler | None = None,
) -> None:
    """Show the week, and step, play, pause, run and reset."""


@solara.component_vue("tabs.vue", vuetify=False)
def Tabs(
    label: str = "", names: list = [], active: int = 0, event_choose: Handler | None = None
) -> None:
    """Choose one of several panels."""


@solara.component_vue("settings.vue", vuetify=False)
def Settings(
    groups: list = [],
    values: dict = {},
    faults: dict = {},
    waiting: list = [],
    presets: list = [],
    preset: int | None = None,
    event_change: Handler | None = None,
    event_choose_preset: Handler | None = None,
) -> None:
    """Show presets and every parameter with its slider, unit, range and the paper's region."""


@solara.component_vue("map.vue", vuetify=False)
def Map(
    paths: list = [],
    labels: list = [],
    box: list = [],
    names: list = [],
    credit: str = "",
    legends: dict = {},
    views: list = [],
    view: str = "",
    maps: list = [],
    hovers: list = [],
    selected: int = 0,
    event_choose_view: Handler | None = None,
    event_pick: Handler | None = None,
) -> None:
    """Draw one map or several small ones, with legends; hovering tells the week's numbers, a click selects."""


@solara.component_vue("chart.vue", vuetify=False)
def ChartWidget(
    name: str = "", chart: dict = {}, chunk: dict = {}, event_gap: Handler | None = None
) -> None:
    """Draw lines or bars over time; asks for all numbers (``gap``) where some are missing."""


@solara.component_vue("decision.vue", vuetify=False)
def Decision(
    provinces: list = [],
    province: int = 0,
    dimensions: list = [],
    category: int = 0,
    explained: dict = {},
    rows: list = [],
    event_pick_province: Handler | None = None,
    event_choose: Handler | None = None,
) -> None:
    """Explain the decision of one category, and list all of its province."""


@solara.component_vue("compare.vue", vuetify=False)
def CompareChoice(
    seed: str = "",
    presets: list = [],
    busy: bool = False,
    fault: str = "",
    result: dict = {},
    event_compare: Handler | None = None,
) -> None:
    """Choose the second scenario, and show the totals of both."""


@solara.component_vue("downloads.vue", vuetify=False)
def DownloadButtons(
    files: list = [],
    file: dict = {},
    weeks: int = 0,
    python: str = "",
    address: str = "",
    event_fetch_file_now: Handler | None = None,
) -> None:
    """Offer files to take away."""


@solara.component_vue("about.vue", vuetify=False)
def About() -> None:
    """Say what the model is, how to use it, its limits and its ethics."""
