"""The parts of the app that live in the browser: each ``.vue`` file beside this one, with the data and events it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

Handler = Callable[[Any], object]


@solara.component_vue("controls.vue", vuetify=False)
def Controls(  # noqa: N802, PLR0913
    country: str = "",
    clock: dict = {},  # noqa: B006
    years: list = [],  # noqa: B006
    speed: int = 10,
    speeds: list = [],  # noqa: B006
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
def Tabs(  # noqa: N802
    label: str = "",
    names: list = [],  # noqa: B006
    active: int = 0,
    event_choose: Handler | None = None,
) -> None:
    """Choose one of several panels."""


@solara.component_vue("settings.vue", vuetify=False)
def Settings(  # noqa: N802
    groups: list = [],  # noqa: B006
    values: dict = {},  # noqa: B006
    faults: dict = {},  # noqa: B006
    waiting: list = [],  # noqa: B006
    presets: list = [],  # noqa: B006
    preset: int | None = None,
    event_change: Handler | None = None,
    event_choose_preset: Handler | None = None,
) -> None:
    """Show presets and every parameter with its slider, unit, range and the paper's region."""


@solara.component_vue("map.vue", vuetify=False)
def Map(  # noqa: N802
    paths: list = [],  # noqa: B006
    labels: list = [],  # noqa: B006
    box: list = [],  # noqa: B006
    names: list = [],  # noqa: B006
    credit: str = "",
    legends: dict = {},  # noqa: B006
    views: list = [],  # noqa: B006
    view: str = "",
    maps: list = [],  # noqa: B006
    hovers: list = [],  # noqa: B006
    selected: int = 0,
    event_choose_view: Handler | None = None,
    event_pick: Handler | None = None,
) -> None:
    """Draw one map or several small ones, with legends; hovering tells the week's numbers, a click selects."""


@solara.component_vue("chart.vue", vuetify=False)
def ChartWidget(  # noqa: N802
    name: str = "",
    chart: dict = {},  # noqa: B006
    chunk: dict = {},  # noqa: B006
    event_gap: Handler | None = None,
) -> None:
    """Draw lines or bars over time; asks for all numbers (``gap``) where some are missing."""


@solara.component_vue("decision.vue", vuetify=False)
def Decision(  # noqa: N802
    provinces: list = [],  # noqa: B006
    province: int = 0,
    dimensions: list = [],  # noqa: B006
    category: int = 0,
    explained: dict = {},  # noqa: B006
    rows: list = [],  # noqa: B006
    event_pick_province: Handler | None = None,
    event_choose: Handler | None = None,
) -> None:
    """Explain the decision of one category, and list all of its province."""


@solara.component_vue("compare.vue", vuetify=False)
def CompareChoice(  # noqa: N802
    seed: str = "",
    presets: list = [],  # noqa: B006
    busy: bool = False,
    fault: str = "",
    result: dict = {},  # noqa: B006
    event_compare: Handler | None = None,
) -> None:
    """Choose the second scenario, and show the totals of both."""


@solara.component_vue("downloads.vue", vuetify=False)
def DownloadButtons(  # noqa: N802
    files: list = [],  # noqa: B006
    file: dict = {},  # noqa: B006
    weeks: int = 0,
    python: str = "",
    address: str = "",
    event_fetch_file_now: Handler | None = None,
) -> None:
    """Offer files to take away."""


@solara.component_vue("about.vue", vuetify=False)
def About() -> None:  # noqa: N802
    """Say what the model is, how to use it, its limits and its ethics."""
