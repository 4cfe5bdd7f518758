"""Dates in Thai official prose: found, resolved to Gregorian days, and flagged where anything was assumed.

`locate_dates` is the door. tokens.py cuts a text into tokens by the vocabulary in `normalize/data/`, grammar.py reads
expressions from tokens, years.py turns printed years into calendar years, resolve.py makes days.
"""

from normalize.dates.find import FoundDate, locate_dates
from normalize.dates.fiscal import fiscal_year_of, infer_fiscal_year
from normalize.dates.years import DateContext

__all__ = ["DateContext", "FoundDate", "fiscal_year_of", "infer_fiscal_year", "locate_dates"]
