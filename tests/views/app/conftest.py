"""One server for all tests of the app."""

from __future__ import annotations

import pytest

from tests.views.app.browser import Strict, served


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Browser tests are slow. One is tried once more where the page was not in time: the summary says so."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    with served(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def visitors(browser):
    """Open pages, each in a browser session of its own; none may show an error or ask another machine for anything."""
    opened = []

    def visit(url, width=1440, height=900, **how):
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, accept_downloads=True, **how)
        opened.append((context, Strict(context.new_page())))
        return opened[-1][1].open(url)

    yield visit
    faults = [fault for _, visitor in opened for fault in visitor.faults]
    for context, _ in opened:
        context.close()
    assert not faults, faults
