"""The panel of the news circles of the selected province."""

import solara

from defection.views.app import circles_view, widgets
from defection.views.app.controller import Controller
from defection.views.app.panels import Signal


@solara.component
def CirclesPanel(controller: Controller, moved: Signal) -> None:
    """Draw the circles of the selected province; nothing where each province is one."""
    moved.get()
    if not controller.model.circles:
        return
    with controller.looking() as model:
        shown = circles_view.province_circles(model, controller.selected_province)
    widgets.Circles(**shown, scales=circles_view.legends())
