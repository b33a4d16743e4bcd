"""The same controls with nothing to look at: what ``benchmarks/app.py`` measures the app against."""

from __future__ import annotations

import solara

from defection.views.app.app import Layout
from defection.views.app.controller import Controller, opened
from defection.views.app.panels import ControlPanel

__all__ = ["Layout", "Page"]


@solara.component
def Page() -> None:  # noqa: N802
    """Show the controls alone."""
    router = solara.use_router()
    moved, changed = solara.use_reactive(0), solara.use_reactive(0)
    desk, message = solara.use_memo(
        lambda: (
            Controller(
                opened(router.search)[0],
                moved=lambda: moved.set(moved.peek() + 1),
                changed=lambda: changed.set(changed.peek() + 1),
            ),
            "",
        ),
        [],
    )
    solara.use_effect(lambda: desk.close, [])
    ControlPanel(desk, message, moved, changed)
