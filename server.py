"""The app: ``solara run server.py`` (``defection serve`` shows the same page from an installed package)."""

from defection.views.app import Layout, Page

__all__ = ["Layout", "Page"]
