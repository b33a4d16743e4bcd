"""The server answers its own page alone, only reads its assets, and neither it nor the page speaks to other machines."""

from __future__ import annotations

import base64
import contextlib
import functools
import http.client
import http.server
import json
import os
import pathlib
import shutil
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest

from defection.views.app.guard import Guard, name_of
from defection.views.app.serve import LOCAL
from tests.conftest import ROOT
from tests.views.app.browser import free_port, started

HERE = "127.0.0.1:8765"
FOREIGN = {
    "name": {"host": "evil.example:8765"},
    "name that begins as ours": {"host": "127.0.0.1.evil.example"},
    "name that ends as ours": {"host": "evil-localhost"},
    "number": {"host": "10.0.0.1:8765"},
    "no name": {"host": ""},
    "broken name": {"host": "[::1"},
    "user before the name": {"host": "localhost@evil.example"},
    "page elsewhere": {"host": HERE, "origin": "http://evil.example"},
    "page at another port": {"host": HERE, "origin": "http://127.0.0.1:3000"},
    "page under another name of this machine": {"host": HERE, "origin": "http://localhost:8765"},
    "file or sandbox": {"host": HERE, "origin": "null"},
    "empty origin": {"host": HERE, "origin": ""},
    "image": {"host": HERE, "sec-fetch-site": "cross-site", "sec-fetch-dest": "image"},
    "image at another port": {"host": HERE, "sec-fetch-site": "same-site", "sec-fetch-dest": "image"},
    "frame": {"host": HERE, "sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe"},
}  # fmt: skip
OWN = {
    "program": {"host": HERE},
    "tunnel": {"host": "localhost:9000", "origin": "http://localhost:9000"},
    "IPv6": {"host": "[::1]:8765", "origin": "http://[::1]:8765"},
    "capitals": {"host": "LOCALHOST:8765", "origin": "http://localhost:8765"},
    "typed address": {"host": HERE, "sec-fetch-site": "none", "sec-fetch-dest": "document"},
    "own part": {"host": HERE, "sec-fetch-site": "same-origin", "sec-fetch-dest": "script"},
    "link that is followed": {
        "host": HERE, "sec-fetch-site": "cross-site", "sec-fetch-dest": "document",
    },
}  # fmt: skip


def scope(kind: str, headers: dict[str, str], method: str = "GET"):
    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    return {"type": kind, "method": method, "headers": raw}


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("case", FOREIGN)
def test_a_foreign_request_is_refused(case, kind):
    assert Guard(None, own=LOCAL).refusal(scope(kind, FOREIGN[case]))


@pytest.mark.parametrize("case", OWN)
def test_a_request_of_the_page_or_of_a_person_is_answered(case):
    assert not Guard(None, own=LOCAL).refusal(scope("http", OWN[case]))


def test_a_foreign_form_is_refused_although_it_opens_a_page():
    sent = {"host": HERE, "sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}
    assert Guard(None, own=LOCAL).refusal(scope("http", sent, "POST"))


def test_a_name_that_is_allowed_may_be_a_proxy_s():
    guard = Guard(None, own=LOCAL, further=["Lab.Example.org"])
    outside = {"host": HERE, "origin": "https://lab.example.org"}
    assert not guard.refusal(scope("websocket", outside))
    assert not guard.refusal(scope("http", {"host": "lab.example.org"}))
    assert guard.refusal(scope("http", {"host": "example.org"}))


def test_a_server_for_all_is_opened_by_any_number_and_by_no_foreign_name():
    guard = Guard(None, own=[*LOCAL, "office"], numbers=True)
    for host in ("10.0.0.1:8765", "[fe80::1]:8765", "office:8765"):
        assert not guard.refusal(scope("http", {"host": host}))
    assert guard.refusal(scope("http", {"host": "evil.example"}))


def test_the_page_may_load_parts_from_this_server_alone_unless_they_are_not_there():
    assert "http" not in Guard(None, own=LOCAL).policy
    there = "https://cdn.example/npm/"
    assert there in Guard(None, own=LOCAL, sources=[there]).policy


def test_the_name_of_a_host_has_no_port_and_no_brackets():
    assert [name_of(one) for one in ("A.b:80", "[::1]:80", "a.", "[", "")] == [
        "a.b", "::1", "a", "", "",
    ]  # fmt: skip


PAGE = """<script>
    const server = "SERVER", said = [];
    const socket = new Promise((done) => {
        const ws = new WebSocket(server.replace("http", "ws") + "/jupyter/api/kernels/k/channels?session_id=s");
        ws.onopen = () => done("open");
        ws.onerror = () => done("refused");
    });
    const image = (path) => new Promise((done) => {
        const img = new Image();
        img.onload = img.onerror = done;
        img.src = server + path;
    });
    const text = fetch(server + "/").then((r) => r.text()).then(() => "read", () => "refused");
    const close = fetch(server + "/_solara/api/close/k?session_id=s", { method: "POST", mode: "no-cors" });
    window.done = Promise.all([socket, text, image("/_solara/cdn/requirejs@2.3.6"), close]);
</script>"""


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    """Copy what the browser needs of the installed assets, to be deleted if it can be."""
    from solara.server import settings

    source, folder = settings.assets.proxy_cache_dir, tmp_path_factory.mktemp("assets")
    for name in ("@widgetti/solara-vuetify-app@10.1.1", "requirejs@2.3.6", "font-awesome@4.5.0"):
        shutil.copytree(source / name, folder / name, copy_function=_linked)
    (folder / "echarts@5.4.0" / "dist").mkdir(parents=True)
    charts = "echarts@5.4.0/dist/echarts.js"
    shutil.copy(source / charts, folder / charts)
    return folder


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


@pytest.fixture(scope="module")
def by_solara(tmp_path_factory, assets):
    """Serve ``server.py`` with ``solara run``, as somebody does for the first time."""
    port = free_port()
    where = ["--port", str(port), "--host", "127.0.0.1", "--no-open", "--no-check-version"]
    command = ["-m", "solara", "run", str(ROOT / "server.py"), *where]
    folder = tmp_path_factory.mktemp("server.py")
    with started(
        folder, *command, port=port, status=1, SOLARA_ASSETS_PROXY_CACHE_DIR=str(assets)
    ) as url:
        yield url


def _status(url: str, **headers: str) -> int:
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
@pytest.mark.parametrize("server", ["address", "by_solara"])
def test_the_first_visit_asks_no_other_machine_for_anything(server, visitors, request):
    """``started`` gives an empty home and looks at the server's calls, ``visitors`` at the page's."""
    visitor = visitors(f"{request.getfixturevalue(server)}/?seed=2")
    visitor.find("step").click()
    visitor.wait_for_week(1)
    visitor.page.wait_for_selector("canvas")


@pytest.mark.slow
@pytest.mark.parametrize("server", ["address", "by_solara"])
def test_a_server_refuses_foreign_names_and_pages_on_http_and_on_websockets(server, request):
    url = request.getfixturevalue(server)
    own = urllib.parse.urlsplit(url).netloc
    for status, headers in (
        (200, {"Host": own}),
        (403, {"Host": "evil.example"}),
        (403, {"Host": own, "Origin": "http://evil.example"}),
    ):
        assert _status(url, **headers) == status
        assert _upgraded(own, **headers) == (101 if status == 200 else status)


def _upgraded(server: str, **headers: str) -> int:
    """Return how a server answers to the first line of a websocket."""
    connection = http.client.HTTPConnection(server, timeout=60)
    connection.putrequest("GET", "/jupyter/api/kernels/k/channels?session_id=s", skip_host=True)
    key = base64.b64encode(bytes(16)).decode()
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    for name, value in {**upgrade, "Sec-WebSocket-Key": key, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    with contextlib.closing(connection):
        return connection.getresponse().status


@pytest.mark.slow
def test_a_page_elsewhere_in_the_browser_gets_and_destroys_nothing(
    by_solara, assets, browser, tmp_path
):
    (tmp_path / "page.html").write_text(PAGE.replace("SERVER", by_solara))
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        page = browser.new_context().new_page()
        page.goto(f"http://localhost:{elsewhere.server_port}/page.html")
        assert page.evaluate("window.done.then((all) => all.slice(0, 2))") == ["refused", "refused"]
        page.context.close()
        elsewhere.shutdown()
    assert (assets / "requirejs@2.3.6" / "require.js").is_file()
    with urllib.request.urlopen(f"{by_solara}/resourcez") as answer:
        assert json.load(answer)["websockets"]["open"] == 0


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.mark.slow
def test_assets_are_only_read(by_solara, assets):
    def files() -> set[pathlib.Path]:
        return set(assets.rglob("*"))

    before = files()
    for path in ("requirejs@2.3.6", "requirejs@2.3.6/", "echarts@5.4.0/dist", "nothing@1/here.js"):
        assert _status(f"{by_solara}/_solara/cdn/{path}") == 404
    assert _status(f"{by_solara}/_solara/cdn/requirejs@2.3.6/require.js") == 200
    assert files() == before
