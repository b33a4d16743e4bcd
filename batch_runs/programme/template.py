"""The commented file that ``defection programme --template`` prints: it runs as it is."""

TEMPLATE = """\
# A programme that takes people out of China. Run it with:
#   defection programme scenario.toml --out rescue
# Every number that is not known well has a source, and one of three forms:
#   { value = 0.5, source = "..." }             one value
#   { ninety = [1600, 3000], source = "..." }   90 % of what is plausible lies between
#   { between = [0.13, 1.0], source = "..." }   everything between is as plausible
# regions = ["free", "draws"]      # parameters side by side, never averaged (docs/journey.md)

[programme]
years = "2008-2012"        # years after 2014 lie outside the paper's; there are data to 2025
funds_usd = 500_000        # a year; or, in its place: rescues = 100
whom = "anyone in China"   # or "women", "longest stay", "near the border"
discount = 0.0             # a year, of money; people are counted without it
# threshold_usd = 10_000   # what an additional arrival may cost, as you say

[costs]
share_to_rescues = { between = [0.13, 1.0], source = "932,456 of 7,264,646 USD (LiNK 2018-19)" }
per_rescue_usd = { ninety = [1600, 3000], source = "NKHR 2015; LiNK, stated before 2021" }

[assumptions]              # "off", "sourced", or your own: { value = 0.5, source = "..." }
other_groups = "off"       # share whom another group would have taken; sourced: 0.26 to 1
referral = "off"           # factor on the onward risk of those who are taken; no source
mission_failure = "sourced"  # share returned under way, which is harm; sourced: 0 to 0.05
china_response = "off"     # share by which returns rise for 100 rescues a year; no source
closures = "off"           # sourced: 2020-2022; own: { value = 0.9, years = "2010-2011", ... }
cost_growth = "off"        # own: { value = 0.5, reference = 326, source = "..." }
crossings_after = "off"    # after 2014; off: repeated; sourced: as the arrivals observed later
relatives = "off"          # at home, of each return; own: { value = 3, known = 0.3, ... }
remittances = "off"        # won a year that reach home, of each arrival
descendants = "off"        # own: { value = 0.02, in_china = 0.03, at_home = 0.03, ... }
news = "off"               # share of arrivals and returns home hears of; sourced: 0.22 to 0.47
free_pull = "off"          # log odds added to ability where a rescue was heard of; no source

[parameters]               # of the model; a number of the journey can have a range
again_share = { between = [0.3, 1.0], source = "no source has a figure: nearly all of it" }
return_rate = { between = [0.05, 0.6], source = "0.04 to 0.30 in 2002 and 2005, and wider" }

[chance]
points = 64                # Sobol' points of what is uncertain, a power of two
runs = 10                  # runs of the law
seed = 1
# pairs = 20               # paired runs of the law at each point, where news is on
"""
"""A scenario that runs as it is, with comments: the file that a programme begins with."""
