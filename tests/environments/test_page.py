"""The table of environments: rows are renewed one by one, and the page adds them up."""

from __future__ import annotations

from tests.environments import page
from tests.environments.conditions import ENVIRONMENTS
from tests.environments.trial import Outcome

PAGE = "# P\n\n<!-- environments -->\n<!-- /environments -->\n\nrest\n"


def test_a_row_is_put_in_the_place_of_an_earlier_one(tmp_path):
    file = tmp_path / "page.md"
    file.write_text(PAGE, encoding="utf-8")
    first, second = (environment.name for environment in ENVIRONMENTS[:2])
    done, refused = Outcome(0, "", None, ()), Outcome(1, "", None, ())
    wrong = Outcome(1, "", None, ("status 1, not 0: a | b",))
    for name, outcomes in (
        (second, {"run": wrong}),
        (first, {"run": done}),
        (second, {"run": done, "sweep": refused, "search": wrong}),
        ("no longer there", {"run": done}),
    ):
        page.renew(page.row(name, "", outcomes), file)
    text = file.read_text(encoding="utf-8")
    assert text.count(f"| {second} |") == 1
    assert text.index(f"| {first} | 1 | 1 | 0 | - |") < text.index(f"| {second} | 3 | 1 | 1 | `s")
    assert "4 commands in 2 of" in text
    assert ": 2 done, 1 refused, 1 wrong." in text
    assert "status 1, not 0: a \\| b" in text
    assert text.endswith("<!-- /environments -->\n\nrest\n")
