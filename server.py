"""The app for ``solara run server.py`` (``defection serve`` shows the same page)."""

import solara.server.settings

from defection.views.app.app import Layout, Page

solara.server.settings.telemetry.mixpanel_enable = False  # before the server starts

__all__ = ["Layout", "Page"]
