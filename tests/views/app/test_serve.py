"""The app's server listens on this machine only, and says what it opens and what is missing."""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import socket
import types
import warnings

import pytest

from defection.commands.main import main
from defection.extras import install_command
from defection.views.app import serve
from tests.conftest import TINY


@pytest.fixture
def started(monkeypatch):
    """Catch what would be served, and on which address."""
    with warnings.catch_warnings(action="ignore"):
        importlib.import_module("solara.server.starlette")
    calls = []
    monkeypatch.setattr("uvicorn.Config", lambda app, **how: how)
    monkeypatch.setattr(
        "uvicorn.Server",
        lambda config: types.SimpleNamespace(
            run=lambda sockets: calls.append(sockets[0].getsockname())
        ),
    )
    monkeypatch.setattr(serve, "prepare", lambda host, names: calls.append((host, *names)))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return calls


def test_the_server_listens_on_this_machine_unless_set_otherwise(started, capsys):
    assert main(["serve", "--port", "0"]) == 0
    said = capsys.readouterr().err
    assert f"http://127.0.0.1:{started[1][1]}" in said
    assert "Other machines" not in said
    assert [started[0], started[1][0]] == [("127.0.0.1",), "127.0.0.1"]


def test_a_server_for_all_says_what_it_opens(started, capsys):
    assert main(["serve", "--host", "0.0.0.0", "--port", "0", "--allow-host", "lab.example"]) == 0
    said = capsys.readouterr().err
    assert "Other machines" in said
    assert "no password" in said
    assert f"http://127.0.0.1:{started[1][1]}" in said
    assert [started[0], started[1][0]] == [("0.0.0.0", "lab.example"), "0.0.0.0"]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_server_with_a_word_and_the_status_of_a_shell(
    started, monkeypatch, capsys, name
):
    number = getattr(signal, name)
    if signal.getsignal(number) not in (signal.SIG_DFL, signal.default_int_handler):
        pytest.skip(f"{name} is ignored here")
    server = types.SimpleNamespace(should_exit=False)

    def run(sockets):
        signal.raise_signal(number)
        assert server.should_exit  # raised only after the server has closed its connections

    server.run = run
    monkeypatch.setattr("uvicorn.Server", lambda config: server)
    assert main(["serve", "--port", "0"]) == 128 + number
    word = "interrupted" if name == "SIGINT" else f"ended by {name}"
    assert capsys.readouterr().err.endswith(f"\ndefection: {word}\n")


@pytest.mark.parametrize("port", ["taken", "99999", "-1"])
def test_a_port_that_cannot_be_had_is_named_and_nothing_is_served(started, capsys, port):
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = str(other.getsockname()[1]) if port == "taken" else port
        assert main(["serve", "--port", number]) == 1
    said = capsys.readouterr().err
    words = f"cannot listen on --host 127.0.0.1 --port {number}: " if port == "taken" else "65,535"
    assert words in said
    assert said.count("\n") == 1
    assert started == []


def test_a_country_is_checked_before_the_server_starts(started, capsys):
    assert main(["serve", "--country", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
    assert started == []
    assert main(["serve", "--port", "0", "--country", str(TINY)]) == 0
    assert os.environ["DEFECTION_COUNTRY"] == str(TINY)


def test_a_missing_extra_is_named_with_the_command_that_installs_it(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["serve"]) == 1
    assert f"to install it: {install_command('app')}\n" in capsys.readouterr().err


def test_without_assets_on_this_machine_it_is_said_who_is_asked_for_them(
    started, monkeypatch, tmp_path, capsys
):
    from solara.server import settings

    monkeypatch.setattr(settings.assets, "proxy_cache_dir", tmp_path)
    assert not serve.has_local_assets()
    assert main(["serve", "--port", "0"]) == 0
    assert "from the network" in capsys.readouterr().err
    (tmp_path / "@widgetti" / "solara-vuetify-app@10.1.1").mkdir(parents=True)
    (tmp_path / "echarts@5.4.0").mkdir()
    assert serve.has_local_assets()
