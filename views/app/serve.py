"""Start the app's web server: for this machine only, without telemetry, from local files."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import threading
import types
import warnings
import webbrowser
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from defection.checks import whole
from defection.country import load
from defection.extras import install_command
from defection.views.app.controller import COUNTRY_VARIABLE

if TYPE_CHECKING:
    import uvicorn

SETTINGS = {
    "main.mode": "production",
    "telemetry.mixpanel_enable": False,  # on by default in Solara
    "theme.show_banner": False,
    "kernel.cull_timeout": "3m",  # a session that lost its browser is kept this long
}
"""Solara's settings for this app; the environment may say otherwise."""

NAMES_VARIABLE = "DEFECTION_ALLOW_HOST"
"""Environment variable with further names, separated by commas, for ``solara run server.py``."""

LOCAL = ("localhost", "127.0.0.1", "::1")
"""Names under which a browser on this machine reaches it."""

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
"""Addresses to listen on that mean all addresses of this machine."""

PING_SECONDS, ANSWER_SECONDS = 5.0, 15.0
"""How often a browser is asked whether it is still there, and how long its answer may take."""


class AppMissing(OSError):
    """The libraries of the app are not installed."""


def check_installed() -> None:
    """Refuse with the command that helps where the ``app`` extra is missing."""
    for library in ("solara", "ipyvuetify"):
        if importlib.util.find_spec(library) is None:
            how = f"to install it: {install_command('app')}"
            raise AppMissing(f"the app needs {library}, which is not installed; {how}")


def has_local_assets() -> bool:
    """Return whether the browser's parts of Solara are on this machine."""
    from solara.server import settings

    folder = settings.assets.proxy_cache_dir
    return any(folder.glob("@widgetti/solara-vuetify-app@*")) and any(folder.glob("echarts@*"))


def prepare(host: str, names: Iterable[str] = ()) -> None:
    """Set up Solara's server for this app: nothing is reported, written or open to other pages.

    ``host`` is the address that the server listens on, ``names`` are further ones under which the
    app may be opened. Solara's assets are only read: its own way fetches what is missing into the
    installation, and deletes folders there that a request names. Where they are not installed,
    browsers fetch them from the network. What is set before a server starts, or while it does,
    holds for all requests.
    """
    import solara.settings
    from solara.server import reload, settings, starlette
    from starlette.staticfiles import StaticFiles

    from defection.views.app.guard import Guard

    for name, value in SETTINGS.items():
        section, key = name.split(".")
        if f"SOLARA_{name.removeprefix('main.').replace('.', '_').upper()}" not in os.environ:
            setattr(getattr(settings, section), key, value)
    if settings.main.mode == "production":
        reload.reloader.watcher.close()
        reload.reloader.watcher = reload.Watcher((), str)  # watches nothing
    assets = solara.settings.assets
    assets.proxy = assets.proxy and has_local_assets()
    warnings.filterwarnings(
        "ignore", "Cookies with samesite", module="solara"
    )  # plain HTTP is meant
    starlette.StaticCdn.lookup_path = StaticFiles.lookup_path
    sources = () if assets.proxy else (assets.cdn,)
    starlette.app.middleware_stack = None  # it is built anew with the next request
    everywhere = host in EVERYWHERE
    own = (*LOCAL, socket.gethostname() if everywhere else host)
    starlette.app.add_middleware(
        Guard, own=own, further=tuple(names), numbers=everywhere, sources=sources
    )


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    country: str | None = None,
    allow_hosts: Iterable[str] = (),
    open_browser: bool = False,
    ready: Callable[[str], object] = str,
) -> None:
    """Show the app until interrupted.

    Parameters
    ----------
    host : str
        Address to listen on; the default is this machine only.
    port : int
        Port to listen on; 0 for a free one.
    country : str, optional
        A shipped country, or a folder of your own; North Korea if left out.
    allow_hosts : iterable of str
        Further names under which the app may be opened, such as a proxy's; this machine's are.
    open_browser : bool
        Also open the browser.
    ready : callable
        Called with the address of the page when it can be opened.

    Raises
    ------
    AppMissing
        The libraries of the app are not installed.
    CountryError
        The country cannot be read.
    OSError
        The address or the port cannot be listened on.
    KeyboardInterrupt
        A signal has ended it.

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
    os.environ["SOLARA_APP"] = "defection.views.app.app"  # read where Solara is imported
    with listening(host, port) as door:
        prepare(host, allow_hosts)
        import uvicorn
        from solara.server import starlette

        place = LOCAL[1] if host in EVERYWHERE else f"[{host}]" if ":" in host else host
        address = f"http://{place}:{door.getsockname()[1]}"
        ready(address)
        if open_browser:
            webbrowser.open(address)
        config = uvicorn.Config(
            starlette.app, log_level="error", timeout_graceful_shutdown=1,
            ws_ping_interval=PING_SECONDS, ws_ping_timeout=ANSWER_SECONDS,
        )  # fmt: skip
        _run(uvicorn.Server(config), door)


def _run(server: uvicorn.Server, door: socket.socket) -> None:
    """Serve until a signal asks for the end, which is then raised; uvicorn knows not all."""
    number = getattr(signal, "SIGHUP", None)
    is_main = threading.current_thread() is threading.main_thread()
    if number is None or not is_main or signal.getsignal(number) is signal.SIG_IGN:
        server.run(sockets=[door])
        return
    ended: list[int] = []

    def end(number: int, _frame: types.FrameType | None) -> None:
        ended.append(number)
        server.should_exit = True

    before = signal.signal(number, end)
    try:
        server.run(sockets=[door])
    finally:
        signal.signal(number, before)
    if ended:
        signal.raise_signal(number)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; OSError that names address and port where it cannot."""
    whole("port", port, 0, most=65535)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        said = str(error.strerror).partition(" (while")[0]
        raise OSError(f"cannot listen on --host {host} --port {port}: {said}") from None
