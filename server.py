"""The app for ``solara run server.py`` (``defection serve`` shows the same page)."""

import os

from defection.views.app.app import Layout, Page
from defection.views.app.serve import NAMES_VARIABLE, prepare

__all__ = ["Layout", "Page"]

prepare(os.environ.get("SERVER_NAME", "localhost"), os.environ.get(NAMES_VARIABLE, "").split(","))
