"""Start the app's web server: on this machine only, without telemetry, from local files."""

import importlib.util
import os
import pathlib
import sys

from defection.country import load
from defection.extras import install_command
from defection.views.app.controller import COUNTRY_VARIABLE

SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",  # on by default in Solara
    "SOLARA_MODE": "production",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_KERNEL_CULL_TIMEOUT": "30m",  # a session that lost its browser is kept this long
}
"""Solara's settings for this app; the environment may say otherwise."""


class AppMissing(OSError):
    """The libraries of the app are not installed."""


def check_installed() -> None:
    """Refuse with the command that helps where the ``app`` extra is missing."""
    for library in ("solara", "ipyvuetify"):
        if importlib.util.find_spec(library) is None:
            how = f"to install it: {install_command('app')}"
            raise AppMissing(f"the app needs {library}, which is not installed; {how}")


def has_offline_assets() -> bool:
    """Return whether the browser's parts of Solara are on this machine."""
    cache = os.environ.get("SOLARA_ASSETS_PROXY_CACHE_DIR")
    folder = pathlib.Path(cache or pathlib.Path(sys.prefix) / "share" / "solara" / "cdn")
    return any(folder.glob("@widgetti/solara-vuetify-app@*")) and any(folder.glob("echarts@*"))


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    country: str | None = None,
    open_browser: bool = False,
) -> None:
    """Show the app until interrupted.

    Parameters
    ----------
    host : str
        Address to listen on; the default is this machine only.
    port : int
        Port to listen on.
    country : str, optional
        A shipped country, or a folder of your own; North Korea if left out.
    open_browser : bool
        Also open the browser.

    Raises
    ------
    AppMissing
        The libraries of the app are not installed.
    CountryError
        The country cannot be read.

    Examples
    --------
    >>> serve(country="nowhere")
    Traceback (most recent call last):
    defection.tables.CountryError: there is no country 'nowhere': ...
    """
    check_installed()
    if country is not None:
        load(country)  # refuses a broken country before the server starts
        os.environ[COUNTRY_VARIABLE] = country
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    from solara.__main__ import cli

    where = ["--host", host, "--port", str(port), "--open" if open_browser else "--no-open"]
    cli(["run", "defection.views.app.app", "--production", *where], standalone_mode=False)
