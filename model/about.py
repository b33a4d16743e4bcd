"""What a country says of itself to those who look at it: ``about.toml``, which may be left out."""

import dataclasses
import pathlib

from defection.tables import CountryError, read_toml


@dataclasses.dataclass(frozen=True)
class About:
    """Texts of a country, shown and never read by the law.

    ``observed``: of whom the yearly observations are, such as ``refugees``; ``invented``: what in
    its data is no data, said wherever results of it are shown; ``text``: paragraphs for the page
    About.
    """

    observed: str = ""
    invented: str = ""
    text: tuple[str, ...] = ()


def read_about(file: pathlib.Path) -> About:
    """Read ``about.toml``; empty texts where there is none.

    ``CountryError`` where it has another key, or a text is none.
    """
    if not file.exists():
        return About()
    said, _ = read_toml(file, CountryError)
    texts = said.pop("text", [])
    right = isinstance(texts, list) and all(isinstance(one, str) for one in texts)
    names = {name: said.pop(name, "") for name in ("observed", "invented")}
    if said or not right or not all(isinstance(one, str) for one in names.values()):
        raise CountryError(
            f"{file}: may have observed and invented (texts) and text (a list of texts), and "
            f"nothing else{': it has ' + ', '.join(sorted(said)) if said else ''}"
        )
    return About(**names, text=tuple(texts))
