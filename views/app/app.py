"""The page of the app: one model for each browser session, freed when the browser leaves."""

from __future__ import annotations

import pathlib
from typing import Any

import solara

from defection.views.app.controller import Controller, opened
from defection.views.app.panels import (
    ComparePanel,
    ControlPanel,
    FlowsPanel,
    MapPanel,
    SettingsPanel,
    TakeAwayPanel,
    WhyPanel,
)
from defection.views.app.widgets import About, Tabs

TABS = ("Flows", "Why?", "Compare", "Take away", "About")


@solara.component
def Page() -> None:
    """Show everything; each browser session has its own model."""
    router = solara.use_router()
    moved, changed = solara.use_reactive(0), solara.use_reactive(0)
    tab = solara.use_reactive(0)
    nothing: dict[str, Any] = {}
    compared = solara.use_reactive(nothing)

    def begin() -> tuple[Controller, str]:
        session, message = opened(router.search)
        return Controller(
            session,
            moved=lambda: moved.set(moved.peek() + 1),
            changed=lambda: changed.set(changed.peek() + 1),
        ), message

    desk, message = solara.use_memo(begin, [])
    solara.use_effect(lambda: desk.close, [])
    solara.Title("defection: leaving an autocracy")
    solara.Style(pathlib.Path(__file__).parent / "app.css")
    with solara.Div(classes=["df-page"]):
        ControlPanel(desk, message, moved, changed)
        with solara.Div(classes=["df-columns"]):
            SettingsPanel(desk, changed)
            with solara.Div(classes=["df-left"]):
                MapPanel(desk, moved)
            with solara.Div(classes=["df-right"]):
                Tabs(
                    label="What to see",
                    names=list(TABS),
                    active=tab.get(),
                    event_choose=lambda number: tab.set(int(number)),
                )
                _tab(tab.get(), desk, moved, compared)


def _tab(
    number: int,
    desk: Controller,
    moved: solara.Reactive[int],
    compared: solara.Reactive[dict[str, Any]],
) -> None:
    if number == 0:
        FlowsPanel(desk, moved)
    elif number == 1:
        WhyPanel(desk, moved)
    elif number == 2:
        ComparePanel(desk, compared)
    elif number == 3:
        TakeAwayPanel(desk, moved)
    else:
        About()


@solara.component
def Layout(children: list[Any] = []) -> None:
    """Give the page the whole window, without Solara's own bar."""
    solara.Div(children=children)
