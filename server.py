"""The app: ``solara run server.py`` (``defection serve`` shows the same page from an installed package)."""

import solara.server.settings

from defection.views.app.app import Layout, Page

solara.server.settings.telemetry.mixpanel_enable = (
    False  # before the server starts: nothing is reported to anybody
)

__all__ = ["Layout", "Page"]
