"""What a country says of itself: read, checked, and never read by the law."""

from __future__ import annotations

import shutil

import pytest

from defection.about import About, read_about
from defection.country import CountryError, load
from tests.conftest import TINY


def test_a_country_without_the_file_says_nothing():
    assert load(TINY).about == About() == load("north_korea").about


def test_texts_are_read_and_leave_the_fingerprint_as_it_was(tmp_path):
    place = shutil.copytree(TINY, tmp_path / "land")
    before = load(place).fingerprint
    (place / "about.toml").write_text('observed = "people"\ntext = ["One.", "Two."]\n')
    country = load(place)
    assert country.about == About("people", "", ("One.", "Two."))
    assert country.fingerprint == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("observd = 'x'", "has observd"),
        ("observed = 1", "observed and invented"),
        ("text = 'one'", "a list of texts"),
        ("text = [1]", "a list of texts"),
        ("text = [", "this is not TOML"),
    ],
)
def test_another_file_is_refused_by_name(tmp_path, text, said):
    file = tmp_path / "about.toml"
    file.write_text(text)
    with pytest.raises(CountryError, match=said) as error:
        read_about(file)
    assert "about.toml" in str(error.value)
