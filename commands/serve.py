"""The command about the app: serve."""

from __future__ import annotations

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
    option(serve, "--port", "port to listen on", default=8765)
    option(serve, "--country", "a shipped country or a folder of your own (default: north_korea)")
    switch(serve, "--open", "open the browser")


def _serve(options: argparse.Namespace) -> None:
    from defection.extras import install_command
    from defection.views.app import serve

    serve.check_installed()
    if not serve.has_offline_assets():
        log(
            "The browser's parts of the app will be fetched once from the network; "
            f"without one: {install_command('offline')}"
        )
    log(f"The app: http://{options.host}:{options.port}   (Ctrl-C ends it)")
    serve.serve(
        host=options.host, port=options.port, country=options.country, open_browser=options.open
    )
