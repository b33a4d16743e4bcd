"""The command about the app: serve."""

import argparse
from typing import Any

from defection.commands.shared import add_command, log, option, switch


def add(commands: Any) -> None:
    """Add the command to the parser."""
    serve = add_command(
        commands, "serve", _serve,
        help="show the model in the browser",
        description="Show the model in the browser: map, flows and every decision. "
        "Needs the extra 'app'; without it the command says how to install it.",
    )  # fmt: skip
    option(serve, "--host", "address to listen on", default="127.0.0.1")
    option(serve, "--port", "port to listen on (0: a free one)", default=8765)
    name = "a further name under which the app may be opened, such as a proxy's; may be repeated"
    option(serve, "--allow-host", name, action="append", default=[], metavar="NAME")
    option(serve, "--country", "a shipped country or a folder of your own (default: north_korea)")
    switch(serve, "--open", "open the browser")


def _serve(options: argparse.Namespace) -> None:
    from defection.extras import install_command
    from defection.views.app import serve

    def ready(address: str) -> None:
        if not serve.has_local_assets():
            log(
                "The browser's parts of the app are not installed: each browser fetches them "
                f"from the network; without one: {install_command('offline')}"
            )
        if options.host not in serve.LOCAL:
            log(
                "Other machines that reach this one can open the app, run models here and see "
                "the country's names and numbers; there is no password."
            )
        log(f"The app: {address}   (Ctrl-C ends it)")

    serve.serve(
        host=options.host, port=options.port, country=options.country,
        allow_hosts=options.allow_host, open_browser=options.open, ready=ready,
    )  # fmt: skip
