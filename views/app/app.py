"""The page of the app: one model for each browser session, freed when the browser leaves."""

import contextlib
import pathlib
import time
import weakref
from collections.abc import Callable
from typing import Any

import solara
from reacton.core import get_render_context
from solara.server import kernel_context

from defection.views.app import panels, panels_circles, panels_journey, panels_learn, panels_time
from defection.views.app.controller import Controller, opened
from defection.views.app.learning import Learning
from defection.views.app.selection import TABS
from defection.views.app.widgets import Tabs

PANEL = "df-panel"
"""The ``id`` of what a tab shows."""

LOOK_SECONDS = 0.005
"""How often is looked whether the page has been drawn."""


@solara.component
def Page() -> None:
    """Show everything; each browser session has its own model."""
    moved, changed = solara.use_reactive(0), solara.use_reactive(0)
    controller, message = use_controller(moved, changed)
    learning = panels_learn.use_learning(controller)
    solara.Title("defection: leaving an autocracy")
    for style in ("app.css", "learn.css"):
        solara.Style(pathlib.Path(__file__).parent / style)
    with solara.Div(classes=["df-page"]):
        panels_learn.KeepPanel(learning, changed)
        panels.ControlPanel(controller, message, moved, changed)
        panels_time.TimelinePanel(controller, moved, changed)
        with solara.v.Html(tag="main"):
            panels.GuidePanel(controller, moved, changed, lambda: learning.task)
            with solara.Div(classes=["df-columns"]):
                with solara.Div(classes=["df-side"]):
                    panels_learn.LessonPanel(learning, changed)
                    panels.SettingsPanel(controller, changed)
                with solara.Div(classes=["df-left"]):
                    panels.MapPanel(controller, moved)
                    panels_circles.CirclesPanel(controller, moved)
                TabPanel(learning, moved, changed)


def use_controller(moved: panels.Signal, changed: panels.Signal) -> tuple[Controller, str]:
    """Return the session's controller, made once and closed when the browser leaves."""
    search = solara.use_router().search
    signals = {"moved": _raising(moved), "changed": _raising(changed)}
    here = kernel_context.get_current_context()

    def watched() -> bool:
        return kernel_context.PageStatus.CONNECTED in tuple(here.page_status.values())

    hooks = {**signals, "watched": watched, "drawn": _drawing()}
    controller, message = solara.use_memo(lambda: opened(search, **hooks), [])

    def live() -> Callable[[], None]:
        controller.resume()
        return controller.close

    solara.use_effect(live, [])
    return controller, message


def _raising(signal: panels.Signal) -> Callable[[], object]:
    """Return what raises a signal and draws the page once, not once for each panel."""
    here, drawing = kernel_context.get_current_context(), weakref.ref(get_render_context())

    def raised() -> None:
        page = drawing()
        with here, page or contextlib.nullcontext():
            signal.set(signal.peek() + 1)

    return raised


def _drawing() -> Callable[[], object]:
    """Return what waits while another thread draws the page; it leaves changes to that thread."""
    drawing = weakref.ref(get_render_context())

    def wait() -> None:
        while (page := drawing()) is not None and page.thread_lock.locked():
            time.sleep(LOOK_SECONDS)

    return wait


@solara.component
def TabPanel(learning: Learning, moved: panels.Signal, changed: panels.Signal) -> None:
    """Show the tab that is chosen."""
    changed.get()
    controller = learning.controller
    panel: dict[str, Callable[[], object]] = {
        "flows": lambda: panels.FlowsPanel(controller, moved),
        "week": lambda: panels_learn.WeekPanel(learning, moved),
        "why": lambda: panels.WhyPanel(controller, moved),
        "border": lambda: panels_journey.BorderPanel(controller, moved, changed),
        "happened": lambda: panels_learn.HappenedPanel(learning, moved, changed),
        "runs": lambda: panels_time.RunsPanel(controller, changed),
        "files": lambda: panels.TakeAwayPanel(controller, moved),
        "about": lambda: panels.AboutPanel(controller),
    }
    names, active = list(TABS.values()), list(TABS).index(controller.tab)
    with solara.Div(classes=["df-right"]):
        panels_learn.EndPanel(learning, moved)
        Tabs(
            ids=list(TABS), names=names, active=active, panel=PANEL,
            event_choose=controller.choose_tab,
        )  # fmt: skip
        named = {"role": "tabpanel", "id": PANEL, "aria-label": names[active]}
        with solara.v.Html(tag="div", attributes=named, class_="df-panel"):
            panel[controller.tab]()


@solara.component
def Layout(children: list[Any] = []) -> None:
    """Give the page the whole window, without Solara's own bar."""
    solara.Div(children=children)
