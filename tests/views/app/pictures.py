"""The pictures of the app in README and docs: ``python -m tests.views.app.pictures`` takes them anew."""

from __future__ import annotations

import pathlib
import tempfile

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.conftest import ROOT
from tests.views.app.browser import Strict, chromium, served

LINKS = {
    "app": ("seed=2&week=1040&measure=successes_rate", 1040),
    "after_the_border": ("seed=2&week=1040&tab=border&measure=successes_rate", 1040),
    "east_germany_app": (
        "country=east_germany&seed=2&week=1508&prior_alpha=88.0&prior_beta=50.0&observation_probability=0.00055&memory_weeks=1218"
        "&utility_intercept=-2.96&utility_slope=12.5&demographic_effect=1.32&initial_repression=0.739&adjustment_rate=0.00013&tolerated_attempts=59",
        1508,
    ),
}
"""File in ``docs/images``: the link that is opened, and its week."""


def main() -> None:
    """Open each link in a window of 1440 x 900, and keep what it shows."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(pathlib.Path(folder)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for name, (link, week) in LINKS.items():
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            visitor = Strict(page).open(f"{url}/?{link}")
            visitor.wait_for_week(week)
            visitor.find("work").wait_for(state="detached")
            page.wait_for_timeout(2000)  # charts are drawn
            assert not visitor.faults, visitor.faults
            file = ROOT / "docs" / "images" / f"{name}.png"
            page.screenshot(path=file)
            with Image.open(file) as taken:  # a palette does, and is a third of the size
                taken.convert("RGB").quantize(256).save(file, optimize=True)
            page.close()


if __name__ == "__main__":
    main()
