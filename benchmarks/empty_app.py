"""The same controls with nothing to look at: what ``benchmarks/app.py`` measures the app against."""

from __future__ import annotations

import solara

from defection.views.app.app import Layout, use_controller
from defection.views.app.panels import ControlPanel

__all__ = ["Layout", "Page"]


@solara.component
def Page() -> None:  # noqa: N802
    """Show the controls alone."""
    moved, changed = solara.use_reactive(0), solara.use_reactive(0)
    controller, message = use_controller(moved, changed)
    ControlPanel(controller, message, moved, changed)
