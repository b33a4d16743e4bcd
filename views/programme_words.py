"""What the page of a programme says whatever is found: limits, failures, the checklist."""

from __future__ import annotations

from defection.country import Country

NOT_COUNTED = (
    "What home hears of those who arrive or are returned, where news is off; and that a free way "
    "may make more people leave, where free_pull is off.",
    "Welfare. No value of a life, of a year or of freedom is put in, in any unit.",
    "The time of a rescue: those taken arrive in the week in which they are taken.",
    "Which people are found: those taken are a sample of all who may be, whatever their risk, "
    "unless whom, or referral, says otherwise.",
    "What other groups do with capacity that becomes free; what the funds would have done "
    "elsewhere.",
    "Births, relatives and money, where they are off. Where they are on they are counted beside "
    "people and arrivals, and never added to them.",
    "Life after the arrival, and people who leave again.",
    "Reunification, lobbying and war, which the discussion also names.",
)
"""What is not in any number of the page."""

KNOWN_FAILURES = (
    "Arrivals decline less after 2011 in the model than they did (docs/journey.md).",
    "Too few people of the northeast leave: provinces are wrong, so repression at further attempts "
    "is that of other provinces.",
    "The share of those returned who try again is in no source. It decides much, and is one number "
    "until 2013 here, and half of it from 2014 on, by the country's data.",
)
"""Where the model is known to be wrong of the paper's country."""
ANY_COUNTRY = (
    "Risks in China are two kinds of people and one number each. Nobody has measured them."
)
ANOTHER_COUNTRY = (
    "There is no list of what the model gets wrong about {country}. Compare its runs with what was "
    "observed there before you trust them."
)

WITHIN = (
    "The law and what was fitted end in {last}; later years lie outside the paper's years. What is "
    "shown for them uses the journey's dated data as far as they go, and then repeats the risks of "
    "the last one."
)
OUTSIDE = (
    "The years {first} to {last} of this programme lie outside the paper's years, which end in "
    "{law}. Nothing was fitted to them. {crossings} Repression stays at the mean of {law}. "
    "Penalties and destinations are the country's dated data (journey/*.csv). Arrivals of "
    "{begin}-{end} were observed ({file}) and are shown beside the simulated ones; nothing is "
    "fitted to them."
)
CROSSINGS = {
    "off": "Who crosses each week is the mean week of {law}, repeated (crossings_after is off).",
    "sourced": "Who crosses is the mean week of {law}, in proportion to the arrivals that were "
    "observed in each year (crossings_after).",
    "own": "Who crosses is the mean week of {law}, times the factor crossings_after each year.",
}
NO_CLOSURES = (
    "In 2020-2022 the border and the ways were closed; that is only in the numbers where closures "
    "is on."
)
OTHER_COSTS = (
    "Beside it, of another kind and not to be divided: the discussion that this answers names "
    "3,000 to 5,000 USD as what charities that GiveWell recommends need to save a life."
)
REGIONS = (
    "A region is one set of parameters, or draws of a posterior, named by how it was found. "
    "Regions disagree; what they say stands side by side, and there is no mean of them."
)
DRAWS = (
    "The region {region} is no set of parameters but {count:,} draws of a posterior: each run of "
    "the law has its own draw, of the law and the journey. Intervals are over points and draws "
    "together. It stands beside other regions, and is not averaged with them.{but}"
)
CLOSED_FORM = (
    "With constant risks of going onward (o) and of return (h), and a share rho who try again and "
    "are not stopped, the share of those rescued who would have arrived anyway is o / (o + h (1 - "
    "rho)) in the long run. In the simulation risks change by year and kind, people settle and go "
    "home by choice, further attempts are stopped, and time ends: so the two differ, and the "
    "tests compare them where they must agree, to a millionth. Both are of those rescued whom no "
    "other group would have taken; referral and closures are in the simulation alone."
)

INFORMATION = (
    "What it would be worth to know an input before deciding, at the user's threshold: expected "
    "additional arrivals x threshold - funds, with and without knowing it. It is an amount of the "
    "user's USD, and says where to look closer. At each point the decision is by what the others "
    "say; a gain of at most two standard errors is not to be told from 0."
)
INFORMATION_WITH_NEWS = (
    " With news these amounts contain the noise of the pairs: what knowing everything is worth "
    "counts it as something that could be known, and is too large by it; what one input is worth "
    "has it in the standard error. With more pairs (chance.pairs) there is less of it."
)

CHECKLIST = (
    ("1 Title", "the heading"),
    ("2 Abstract", "the sentences below it"),
    ("3 Background and objectives", "what a budget changes, how surely: docs/programme.md"),
    ("4 Analysis plan", "none was registered"),
    ("5 Study population", "people in China who crossed in the simulation; whom, below"),
    ("6 Setting and location", "the country, below; no places"),
    ("7 Comparators", "the same people without the programme: their shadow"),
    ("8 Perspective", "of who gives the funds; no costs of others"),
    ("9 Time horizon", "both years of the table of results"),
    ("10 Discount rate", "below, with the settings"),
    ("11 Selection of outcomes", "counts of people, returns, months and years; no welfare"),
    ("12 Measurement of outcomes", "by simulation, none was measured"),
    ("13 Valuation of outcomes", "none, on purpose"),
    ("14 Resources and costs", "inputs, with their sources"),
    ("15 Currency, price date", "USD and won of the years of the sources, not converted"),
    ("16 Description of the model", "docs/odd.md, docs/journey.md"),
    ("17 Analytics and assumptions", "docs/programme.md and the table of assumptions"),
    ("18 Heterogeneity", "whom; women and men have risks of their own"),
    ("19 Distributional effects", "not analysed"),
    (
        "20 Uncertainty",
        "Sobol' points of the inputs (of news and its pull: even ones), runs of the "
        "law, regions side by side",
    ),
    ("21 Engagement with those affected", "none"),
    ("22 Study parameters", "the table of inputs and assumptions"),
    ("23 Main results", "the table of results and the ladder"),
    ("24 Effect of uncertainty", "one at a time, thresholds, value of information"),
    ("25 Effect of engagement", "none"),
    ("26 Limitations", "what is not counted; where the model is known to be wrong"),
    ("27 Funding", "to be stated by who uses the page"),
    ("28 Conflicts of interest", "to be stated by who uses the page"),
)
"""Items of CHEERS 2022 (Husereau et al. 2022), and where they stand."""


UNFITTED = (
    "The parameters of the journey are starting values, not fitted; under the law of Successes as "
    "arrivals too few people cross, so few are in China."
)


def known_failures(country: Country, unfitted: bool) -> tuple[str, ...]:
    """Return where the model is known to be wrong about a country."""
    own = KNOWN_FAILURES if country.paper else (ANOTHER_COUNTRY.format(country=country.name),)
    return (*own, *([UNFITTED] if unfitted else []), ANY_COUNTRY)
