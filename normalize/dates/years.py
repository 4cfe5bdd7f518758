"""Printed years as calendar years: eras, two-digit years, and the new year of 1 April before B.E. 2484.

Sources: Royal Institute; Act on the Calendar Year B.E. 2483 (the year 2483 ran from 1 April to 31 December 1940,
and 2484 began on 1 January 1941); the new year stood on 1 April from Rattanakosin era 108 (B.E. 2432) on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from normalize.tables import table
from raingan.model.records import BUDDHIST_ERA

# The fiscal year runs from 1 October to 30 September, named after the year it ends in.
FISCAL_FIRST_MONTH = 10
_RS_TO_BE = 2324  # Rattanakosin era 1 began in April 1782 = B.E. 2325
_CS_TO_BE = 1181  # Chula era
_JANUARY_NEW_YEAR = 2484  # first Buddhist year that began on 1 January
_SHORT_YEAR = 2483  # had no January to March

# Four-digit years that can stand in a report; outside them a figure is no year.
BE_YEARS_BEGIN = 2325
_BE_YEARS = range(BE_YEARS_BEGIN, 2701)
_CE_YEARS = range(1782, 2158)
# Reports of the indicator system begin in the 2540s: a bare two-digit year is of the century 25xx.
_BE_CENTURY = 2500
_CE_CENTURY = 2000
_RECENT_TWO_DIGITS = 40
# 2500 to 2530 lie before any report: so small a figure is of this century's Christian years.
_CHRISTIAN_TWO_DIGITS = 30
# A date this many fiscal years from the report's own confirms the era that was assumed for it.
_CONFIRMING_YEARS = 1


@dataclass(frozen=True, slots=True)
class DateContext:
    """What is known of the report before its dates are read."""

    fiscal_year: int | None = None  # Buddhist era
    quarter: int | None = None  # 1-4 where the section is a quarter's


class PrintedYear(msgspec.Struct, frozen=True, gc=False):
    """A year as printed: figure, how many digits, and the era where one is written."""

    value: int
    digits: int
    era: str | None = None  # "be", "ce", "rs", "cs"


@dataclass(frozen=True, slots=True)
class Year:
    """A year resolved to the calendar; `be` is None where the figure and its era cannot both be right."""

    be: int | None
    christian: bool = False  # printed as a year of the Christian era: January is in the same year
    assumed: str | None = None  # era that was assumed ("be", "ce"), None where printed or certain

    def gregorian(self, month: int) -> int | None:
        """Return the Gregorian year in which that month of the printed year lies; None if it has no such month."""
        if self.be is None:
            return None
        if self.be >= _JANUARY_NEW_YEAR or self.christian or month > 3:
            return self.be - BUDDHIST_ERA
        return None if self.be == _SHORT_YEAR else self.be - BUDDHIST_ERA + 1

    def first_day(self) -> date | None:
        """Return the first day of the printed year."""
        if self.be is None:
            return None
        old = self.be < _JANUARY_NEW_YEAR and not self.christian
        return date(self.be - BUDDHIST_ERA, 4 if old else 1, 1)

    def last_day(self) -> date | None:
        """Return the last day of the printed year."""
        if self.be is None:
            return None
        if self.be < _SHORT_YEAR and not self.christian:
            return date(self.be - BUDDHIST_ERA + 1, 3, 31)
        return date(self.be - BUDDHIST_ERA, 12, 31)


def is_year(value: int, digits: int, era: str | None) -> bool:
    """Tell whether a figure can be a year at all."""
    if era in ("rs", "cs"):
        return digits in (2, 3, 4) and value > 0
    if digits == 4:
        return value in _BE_YEARS or value in _CE_YEARS
    return digits == 2


def is_recent(value: int, digits: int) -> bool:
    """Tell whether a two-digit figure is a year of the decades that reports are from (2540 to 2599)."""
    return digits == 2 and value >= _RECENT_TWO_DIGITS


def resolve(printed: PrintedYear, context: DateContext, month: int | None = None) -> Year:
    """Turn a printed year into a calendar year; what was assumed is told."""
    value = printed.value
    if printed.era == "rs":
        return Year(value + _RS_TO_BE)
    if printed.era == "cs":
        return Year(value + _CS_TO_BE)
    if printed.digits == 4:
        return _four_digits(value, printed.era, context, month)
    if printed.era == "be":
        return Year(_BE_CENTURY + value)
    if printed.era == "ce":
        return Year(_CE_CENTURY + value + BUDDHIST_ERA, christian=True)
    buddhist, christian = Year(_BE_CENTURY + value), Year(_CE_CENTURY + value + BUDDHIST_ERA, christian=True)
    if not _confirmed(buddhist, context, month) and _confirmed(christian, context, month):
        # Only as a Christian year does it fit the report; that is a reading, so it is told.
        return Year(christian.be, christian=True, assumed="ce")
    if _confirmed(buddhist, context, month):
        return buddhist
    if value <= _CHRISTIAN_TWO_DIGITS:
        return Year(christian.be, christian=True, assumed="ce")
    return Year(buddhist.be, assumed="be")


def _four_digits(value: int, era: str | None, context: DateContext, month: int | None) -> Year:
    if era == "ce":
        return Year(value + BUDDHIST_ERA if value in _CE_YEARS else None, christian=True)
    if era == "be":
        return Year(value if value in _BE_YEARS else None)
    if value in _BE_YEARS:
        return Year(value)
    year = Year(value + BUDDHIST_ERA, christian=True)
    return year if _confirmed(year, context, month) else Year(year.be, christian=True, assumed="ce")


def _confirmed(year: Year, context: DateContext, month: int | None) -> bool:
    if context.fiscal_year is None or year.be is None:
        return False
    fiscal = year.be + (1 if month is not None and month >= FISCAL_FIRST_MONTH else 0)
    return abs(fiscal - context.fiscal_year) <= _CONFIRMING_YEARS


def year_in_fiscal_year(fiscal_year: int, month: int) -> Year:
    """Return the year of a month of a fiscal year: October 2563 for fiscal year 2564."""
    return Year(fiscal_year - 1 if month >= FISCAL_FIRST_MONTH else fiscal_year)


def fiscal_span(fiscal_year: int, first_month: int = 1, last_month: int = 12) -> tuple[date, date]:
    """Return first and last day of months 1 to 12 of a fiscal year; it runs from 1 October to 30 September."""

    def month_start(index: int) -> date:  # 1 is October, 13 the October after
        year, month = divmod(index - 2 + FISCAL_FIRST_MONTH, 12)
        return date(fiscal_year - BUDDHIST_ERA - 1 + year, month + 1, 1)

    return month_start(first_month), month_start(last_month + 1) - timedelta(days=1)


def era_name(era: str) -> str:
    """Return how an era is written."""
    name: str = table("dates")["era_names"][era]
    return name
