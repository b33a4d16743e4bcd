"""The app's server listens on this machine only, reports to nobody, and says what is missing."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import types

import pytest

from defection.commands.main import main
from defection.extras import install_command
from defection.views.app import serve
from tests.conftest import ROOT, TINY


@pytest.fixture
def started(monkeypatch):
    """Catch what Solara's command line would get."""
    calls = []
    command = types.ModuleType("solara.__main__")
    command.cli = lambda arguments, standalone_mode: calls.append(arguments)
    monkeypatch.setitem(sys.modules, "solara", types.ModuleType("solara"))
    monkeypatch.setitem(sys.modules, "solara.__main__", command)
    monkeypatch.setattr(serve, "check_installed", lambda: None)
    monkeypatch.setattr(
        os,
        "environ",
        {k: v for k, v in os.environ.items() if not k.startswith(("SOLARA_", "DEFECTION_"))},
    )
    return calls


def test_the_server_listens_on_this_machine_unless_set_otherwise(started, capsys):
    assert main(["serve"]) == 0
    assert main(["serve", "--host", "0.0.0.0", "--port", "9000"]) == 0
    assert [call[call.index("--host") + 1] for call in started] == ["127.0.0.1", "0.0.0.0"]
    assert "--production" in started[0]
    assert "http://127.0.0.1:8765" in capsys.readouterr().err


def test_telemetry_is_off_unless_the_environment_says_otherwise(started):
    serve.serve()
    assert os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"
    os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] = "1h"
    serve.serve()
    assert os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] == "1h"


def test_telemetry_is_off_before_the_server_starts_when_solara_runs_the_file_itself():
    code = "from solara.server import app, settings; app.ensure_apps_initialized(); print(settings.telemetry.mixpanel_enable)"
    environment = {**os.environ, "SOLARA_APP": str(ROOT / "server.py")}
    environment.pop("SOLARA_TELEMETRY_MIXPANEL_ENABLE", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=ROOT,
    )
    assert done.stdout.split()[-1] == "False"


def test_a_country_is_checked_before_the_server_starts(started, capsys):
    assert main(["serve", "--country", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
    assert started == []
    assert main(["serve", "--country", str(TINY)]) == 0
    assert os.environ["DEFECTION_COUNTRY"] == str(TINY)


def test_a_missing_extra_is_named_with_the_command_that_installs_it(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["serve"]) == 1
    assert f"to install it: {install_command('app')}\n" in capsys.readouterr().err


def test_files_for_the_browser_are_found_where_the_offline_extra_puts_them(monkeypatch, tmp_path):
    monkeypatch.setenv("SOLARA_ASSETS_PROXY_CACHE_DIR", str(tmp_path))
    assert not serve.has_offline_assets()
    (tmp_path / "@widgetti" / "solara-vuetify-app@10.1.1").mkdir(parents=True)
    (tmp_path / "echarts@5.4.0").mkdir()
    assert serve.has_offline_assets()
