"""The table of parameters as text: for the terminal and for ``docs/parameters.md``."""

from defection.country import DEFAULT_COUNTRY, load
from defection.parameters import ALL_PARAMETERS, Parameter

GROUPS = {
    "belief": "What citizens believe",
    "utility": "What leaving is worth",
    "repression": "What provinces do",
    "policy": "What policies other than the paper's need",
    "reading": "Readings: what the paper leaves open",
    "scenario": "What a user asks for",
    "journey": "After the border: no part of the paper",
}

HEADINGS = (
    "name", "symbol", "meaning", "unit", "default", "registry", "takes", "searched",
    "the paper's good region", "source",
)  # fmt: skip


def accepted(parameter: Parameter) -> str:
    """Return what values a parameter takes, such as ``0 to 1``."""
    if parameter.kind == "choice":
        return ", ".join(parameter.choices)
    if parameter.kind == "years":
        return "country, none, a dating's name, or YEAR-YEAR"
    if parameter.kind == "interventions":
        return "none, or DATE NAME=VALUE [in PROVINCE + ...]; ..."
    whole = ", whole" if parameter.kind == "whole" else ""
    return f"{parameter.low:g} to {parameter.high:g}{whole}"


def searched(parameter: Parameter) -> str:
    """Return the range that searches cover, or a dash."""
    if parameter.search is None:
        return "-"
    log = " (log)" if parameter.log_search else ""
    return f"{parameter.search[0]:g} to {parameter.search[1]:g}{log}"


def _groups() -> list[tuple[str, list[Parameter]]]:
    """Return the title and the parameters of each group."""
    return [
        (title, [p for p in ALL_PARAMETERS.values() if p.group == group])
        for group, title in GROUPS.items()
    ]


def _defaults(p: Parameter) -> tuple[str, str]:
    """Return the default of North Korea, and the registry's value."""
    return str(getattr(load(DEFAULT_COUNTRY).defaults, p.name)), str(p.default)


def _whose() -> str:
    country = load(DEFAULT_COUNTRY)
    assert country.preset is not None
    return (
        f"Defaults are those of {country.name}, its preset {country.preset.name!r}.\nA country "
        "whose presets.toml names none has the registry's values, and so has Parameters()"
    )


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def plain() -> str:
    """Return the table for the terminal."""
    lines = []
    for title, members in _groups():
        lines.append(title)
        for p in members:
            takes = "; ".join(part for part in (accepted(p), p.unit) if part)
            default, _ = _defaults(p)
            lines.append(f"  {p.name:<24} {p.symbol:<3} {default:>13}   {takes}")
            lines.append(f"  {'':<24} {p.meaning}")
        lines.append("")
    change = "Change one with: defection run --set NAME=VALUE"
    more = "All of one: defection parameters NAME"
    return "\n".join([*lines, f"{_whose()}.", f"{change}     {more}"])


def full(p: Parameter) -> str:
    """Return all that is known of one parameter."""
    rows = {
        "symbol": p.symbol, "meaning": p.meaning, "unit": p.unit,
        **dict(zip(("default", "registry"), _defaults(p), strict=True)), "takes": accepted(p),
        "searched": searched(p), "paper's region": str(p.paper), "source": p.source,
    }  # fmt: skip
    return "\n".join([p.name, *(f"  {name:<15} {value}" for name, value in rows.items() if value)])


def markdown() -> str:
    """Return ``docs/parameters.md``."""
    lines = [
        "# Parameters",
        "",
        "Made by `defection parameters --markdown > docs/parameters.md`; a test compares. "
        '"The paper" is Dukalskis, Elkink & Xiong (2017).',
        "",
        f"{_whose()}. Others begin with `--preset`, or with `preset` under `[design]`.",
        "",
    ]
    for title, members in _groups():
        lines += [f"## {title}", "", _cells(*HEADINGS), "|" + "---|" * len(HEADINGS)]
        lines += [
            _cells(
                f"`{p.name}`", p.symbol, p.meaning, p.unit, *(f"`{one}`" for one in _defaults(p)),
                accepted(p), searched(p), str(p.paper), p.source,
            )
            for p in members
        ]  # fmt: skip
        lines.append("")
    return "\n".join(lines)
