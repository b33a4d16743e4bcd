"""Who may use the app's server: its own page, opened under a name of this machine."""

import ipaddress
import urllib.parse
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def name_of(authority: str) -> str:
    """Return the name in a ``Host`` header, in small letters, without the port."""
    try:
        return (urllib.parse.urlsplit(f"//{authority}").hostname or "").rstrip(".")
    except ValueError:
        return ""


class Guard:
    """Refuses what does not come from the app's own page, before anything else is done.

    A page elsewhere in the same browser can send requests to this machine, and with a name of its
    own that leads here (DNS rebinding) could read the answers. So the name in ``Host`` must be
    known, and requests that a foreign page makes (``Origin``, ``Sec-Fetch-Site``) are refused, but
    for a link that a person follows. Answers bind the page to this server
    (``Content-Security-Policy``).

    ``own`` are names and numbers of this machine, ``further`` other names under which the app may
    be opened, such as a proxy's. With ``numbers`` it may be opened under any number (IP address);
    unlike names they lead nowhere else. From ``sources`` the page may load its parts besides.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        own: Iterable[str],
        further: Iterable[str] = (),
        numbers: bool = False,
        sources: Iterable[str] = (),
    ) -> None:
        self.app = app
        self.further = {name.lower() for name in further}
        self.names = {name.lower() for name in own} | self.further
        self.numbers = numbers
        allowed = " ".join(("'self' 'unsafe-inline' 'unsafe-eval' data: blob:", *sources))
        self.policy = f"default-src {allowed}; frame-ancestors 'self'; form-action 'self'"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refused request with status 403, and hand on the others."""

        async def bound(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self.policy
            await send(message)

        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif not (why := self.refusal(scope)):
            await self.app(scope, receive, bound)
        elif scope["type"] == "http":
            await PlainTextResponse(f"{why}\n", status_code=403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": why})

    def refusal(self, scope: Scope) -> str:
        """Return why a request is refused, or nothing."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._is_known(name_of(host)):
            return f"The app is not served as {host!r:.80}; to allow a name: --allow-host NAME"
        if origin is not None:
            there = urllib.parse.urlsplit(origin).netloc if "\\" not in origin else ""
            if there.lower() != host.lower() and name_of(there) not in self.further:
                return f"Requests of pages at {origin!r:.80} are refused"
        foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
        followed = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        followed &= headers.get("sec-fetch-dest") == "document"
        if foreign and origin is None and not followed:
            return "Requests of other pages are refused"
        return ""

    def _is_known(self, name: str) -> bool:
        if name in self.names:
            return True
        try:
            return self.numbers and bool(ipaddress.ip_address(name))
        except ValueError:
            return False
