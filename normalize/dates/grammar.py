"""Date expressions read from tokens: chains of days and months, years, fiscal years, quarters, halves.

A chain is elements joined by range and list words: "20, 27 ก.ย. - 4 ต.ค. 62". A range binds tighter than a list,
and what an element does not print (month, year) it takes from the element after it.
"""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from normalize.dates.chains import LAST_DAY, Element, Point, Span, complete, first_with_month, rise, spans_of
from normalize.dates.tokens import Token, Type
from normalize.dates.years import BE_YEARS_BEGIN, PrintedYear, is_recent, is_year
from normalize.tables import table
from normalize.units import unit_at, unit_before
from raingan.model.records import DateKind

# Days in one list; a month of daily meetings is 31.
_LONGEST_CHAIN = 40
# Characters looked at before an expression, to see what introduces it; the longest such word has 16.
_LOOK_BACK = 32


class Reader:
    """Reads expressions from the tokens of one text."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens

    def read_at(self, index: int) -> tuple[list[Span], int] | None:
        """Return the expression that begins at a token and the index after it, or None."""
        type_ = self.tokens[index].type
        if type_ is Type.FISCAL:
            return self._fiscal(index)
        if type_ in (Type.QUARTER, Type.HALF):
            return self._part_of_year(index)
        if type_ in (Type.YEAR_WORD, Type.ERA):
            return self._years(index)
        return self._chain(index)

    # --- tokens ---

    def _before(self, position: int) -> str:
        """Return what stands before a position, without spaces at its end; a window, so that time stays linear."""
        return self.text[max(position - _LOOK_BACK, 0) : position].rstrip(" ")

    def _after(self, index: int, *types: Type) -> int | None:
        """Return the index of the next token if it is of these types and only spaces lie between."""
        following = index + 1
        if following >= len(self.tokens) or self.tokens[following].type not in types:
            return None
        gap = self.text[self.tokens[index].end : self.tokens[following].start]
        return following if not gap.strip(" ") and len(gap) <= 4 else None

    def _year_after(self, index: int, *, bare_two: bool = True, counts: bool = True) -> tuple[PrintedYear, int] | None:
        """Read "[ปี] [พ.ศ.] 2564" after a token; a bare figure with a unit behind it is no year.

        `counts` is False behind a day and its month, where a count would be odd: "9 มิ.ย. 60 ราย".
        """
        at = index
        word = self._after(at, Type.YEAR_WORD)
        at = at if word is None else word
        era = self._after(at, Type.ERA)
        at = at if era is None else era
        number = self._after(at, Type.NUMBER)
        if number is None:
            return None
        style = None if era is None else self.tokens[era].style
        return self._year_at(number, style, bare_two=bare_two, counts=counts)

    def _year_at(
        self, number: int, era: str | None, *, bare_two: bool, counts: bool = True
    ) -> tuple[PrintedYear, int] | None:
        token = self.tokens[number]
        if not is_year(token.value, token.digits, era):
            return None
        if not counts and is_recent(token.value, token.digits):
            return PrintedYear(token.value, token.digits, era), number
        if token.digits == 2 and era is None and (not bare_two or self._counts(number)):
            return None
        if token.digits == 4 and era is None and self._counts(number, spaced=False):
            return None
        return PrintedYear(token.value, token.digits, era), number

    def _counts(self, number: int, *, spaced: bool = True) -> bool:
        """Tell whether a unit or classifier stands behind a figure: "62 คน" is no year."""
        end = self.tokens[number].end
        while spaced and self.text.startswith(" ", end):
            end += 1
        unit = unit_at(self.text, end)
        if unit is None:
            return False
        words = table("dates")["not_a_count"]
        return unit[0].name not in words["units"] and not self.text.startswith(tuple(words["followed_by"]), unit[1])

    # --- years ---

    def _years(self, index: int) -> tuple[list[Span], int] | None:
        """Read "ปี 2560", "พ.ศ. 2561 - 2565", "ปี 2562 และ 2563"."""
        found = self._first_year(index)
        if found is None:
            return None
        return self._more_years(index, found, DateKind.YEAR, DateKind.YEAR_RANGE)

    def _first_year(self, index: int) -> tuple[PrintedYear, int] | None:
        era_token = index if self.tokens[index].type is Type.ERA else self._after(index, Type.ERA)
        at = index if era_token is None else era_token
        number = self._after(at, Type.NUMBER)
        if number is None:
            return None
        era = None if era_token is None else self.tokens[era_token].style
        counted = self.tokens[index].type is Type.YEAR_WORD and self._is_duration(index)
        return self._year_at(number, era, bare_two=not counted)

    def _is_duration(self, index: int) -> bool:
        """Tell whether a figure stands before the word for year: "แผน 5 ปี"."""
        before = self._before(self.tokens[index].start)
        return before[-1:].isdigit()

    def _more_years(
        self, index: int, found: tuple[PrintedYear, int], single: DateKind, span: DateKind
    ) -> tuple[list[Span], int]:
        year, at = found
        start = self.tokens[index].start
        spans: list[Span] = []
        while True:
            joint = self._after(at, Type.RANGE, Type.LIST, Type.JOINER)
            following = None if joint is None else self._joined_year(joint, year)
            if joint is None or following is None:
                spans.append(Span(single, start, self.tokens[at].end, Point(year=year)))
                return spans, at + 1
            second, number = following
            if self.tokens[joint].type is not Type.LIST:
                end = self.tokens[number].end
                spans.append(Span(span, start, end, Point(year=year), Point(year=second)))
                return spans, number + 1
            spans.append(Span(single, start, self.tokens[at].end, Point(year=year)))
            start, year, at = self.tokens[joint + 1].start, second, number

    def _joined_year(self, joint: int, first: PrintedYear) -> tuple[PrintedYear, int] | None:
        if self.tokens[joint].type is Type.JOINER:
            return self._year_over_stroke(joint, first)
        at = joint
        for type_ in (Type.FISCAL, Type.YEAR_WORD):
            word = self._after(at, type_)
            at = at if word is None else word
        era = self._after(at, Type.ERA)
        at = at if era is None else era
        number = self._after(at, Type.NUMBER)
        if number is None:
            return None
        token = self.tokens[number]
        printed_era = first.era if era is None else self.tokens[era].style
        if token.digits == 2 and first.digits == 4:
            # "2562-63": the century is the first year's.
            close = at == joint and self.tokens[joint].end == token.start
            full = first.value // 100 * 100 + token.value
            later = full > first.value and self.tokens[joint].type is Type.RANGE
            return (PrintedYear(full, 4, printed_era), number) if close and later else None
        if token.digits != first.digits or self._month_follows(number):
            return None
        return self._year_at(number, printed_era, bare_two=True)

    def _year_over_stroke(self, stroke: int, first: PrintedYear) -> tuple[PrintedYear, int] | None:
        """Read the year behind "65/66" and "2565/66": the one after the first, with nothing but the stroke between."""
        number = self._after(stroke, Type.NUMBER)
        if number is None or self.text[self.tokens[stroke].start : self.tokens[number].start].strip(" ") != "/":
            return None
        token = self.tokens[number]
        if (
            token.digits not in (2, first.digits)
            or (first.value + 1 - token.value) % 100
            or self._month_follows(number)
        ):
            return None
        return PrintedYear(first.value + 1, first.digits, first.era), number

    def _month_follows(self, number: int) -> bool:
        return self._after(number, Type.MONTH, Type.MONTH_WORD) is not None

    # --- fiscal years and their parts ---

    def _fiscal(self, index: int) -> tuple[list[Span], int] | None:
        found = self._year_after(index)
        if found is None:
            return None
        year, at = found
        part = self._after(at, Type.QUARTER, Type.HALF)
        if part is not None and self._year_of_part(part) is None:
            # "ปีงบประมาณ 2564 ไตรมาสที่ 2": the quarter belongs to the year before it.
            return [self._part(part, self.tokens[index].start, self.tokens[part].end, year)], part + 1
        return self._more_years(index, found, DateKind.FISCAL_YEAR, DateKind.FISCAL_YEAR_RANGE)

    def _part_of_year(self, index: int) -> tuple[list[Span], int] | None:
        found = self._year_of_part(index)
        if found is None:
            return None
        year, at = found
        return [self._part(index, self.tokens[index].start, self.tokens[at].end, year)], at + 1

    def _year_of_part(self, index: int) -> tuple[PrintedYear, int] | None:
        at, named = index, False
        while True:
            joiner = self._after(at, Type.JOINER, Type.FISCAL)
            if joiner is None:
                break
            at, named = joiner, True
        named = named or self._after(at, Type.YEAR_WORD, Type.ERA) is not None
        return self._year_after(at, bare_two=named)

    def _part(self, index: int, start: int, end: int, year: PrintedYear) -> Span:
        token = self.tokens[index]
        if token.type is Type.HALF:
            return Span(DateKind.FISCAL_HALF, start, end, Point(year=year), part=(token.value, token.value))
        return Span(DateKind.FISCAL_QUARTER, start, end, Point(year=year), part=divmod(token.value, 10))

    # --- chains of days and months ---

    def _chain(self, index: int) -> tuple[list[Span], int] | None:
        first = self._element(index)
        if first is None:
            return None
        elements, joints, at = [first[0]], [], first[1]
        begin, ends = index, [at]
        while len(elements) < _LONGEST_CHAIN and (joint := self._after(at, Type.RANGE, Type.LIST)) is not None:
            following = self._element(joint + 1) if self._touches(joint) else None
            if following is None:
                break
            elements.append(following[0])
            joints.append(self.tokens[joint].type)
            begin, at = joint + 1, following[1]
            ends.append(at)
        while elements and elements[-1].point.month is None:
            # A figure behind the last month is a count: "5 มีนาคม 2564 และ 20 ราย".
            elements.pop()
            ends.pop()
        if not elements:
            # No part of a chain of bare figures is a date either: go on at its end, so that time stays linear.
            return [], begin if begin > index else index + 1
        joints = joints[: len(elements) - 1]
        elements, joints, unsure = self._without_strays(elements, joints)
        if self._is_in_a_row(elements[0]):
            return None
        completed = complete(elements)
        if completed is None:
            return None
        spans = spans_of(completed, joints)
        return [replace(span, unsure=True) for span in spans] if unsure else spans, ends[-1] + 1

    def _is_in_a_row(self, element: Element) -> bool:
        """Tell whether the first figure numbers something else: "งวดที่ 3 มีนาคม 2564", "เลขที่ 1-2-2564"."""
        if element.introduced or element.point.day is None:
            return False
        before = self._before(element.start)
        return before.endswith(tuple(table("dates")["words"]["ordinal"]))

    def _touches(self, joint: int) -> bool:
        if joint + 1 >= len(self.tokens):
            return False
        gap = self.text[self.tokens[joint].end : self.tokens[joint + 1].start]
        return not gap.strip(" ") and len(gap) <= 4

    def _without_strays(self, elements: list[Element], joints: list[Type]) -> tuple[list[Element], list[Type], bool]:
        """Drop figures in front that are no days: "รุ่นที่ 1 - 4 มีนาคม 2564", "ข้อ 3, 5 มีนาคม 2564".

        Days in a list need no word for day where they rise, and nothing before them makes them numbers of something;
        two of them are told as unsure.
        """
        while len(elements) > 1 and elements[0].point.month is None and not elements[0].introduced:
            before = self._before(elements[0].start)
            listed = Type.LIST in joints[: first_with_month(elements)]
            stray = before.endswith(tuple(table("dates")["words"]["ordinal"]))
            if not (listed or stray):
                break
            if listed and not stray and rise(elements) and not self._counts_before(before):
                return elements, joints, first_with_month(elements) == 1
            elements, joints = elements[1:], joints[1:]
        return elements, joints, False

    def _counts_before(self, before: str) -> bool:
        """Tell whether the words before a figure make it one of what is counted: "ร้อยละ 5, 12", "อาคาร 1, 2"."""
        unit = unit_before(before, len(before))
        counted = before.endswith(tuple(table("dates")["words"]["before_counts"]))
        return counted or before[-1:].isdigit() or (unit is not None and not unit[0].boundary)

    def _element(self, index: int) -> tuple[Element, int] | None:
        """Read one day or month; return it and the index of its last token."""
        start, at = self.tokens[index].start, index
        weekday: int | None = None
        introduced = self.tokens[at].type is Type.DAY_WORD
        if introduced:
            weekday = self.tokens[at].value if self.tokens[at].value >= 0 else None
            if weekday is not None and self._before(start).endswith(_paired_weekdays()):
                weekday = None  # "วันเสาร์-อาทิตย์ที่ 6-7": the first name is the first day's
            following = self._after(at, Type.NUMBER, Type.NUMERIC, Type.DAY_MONTH, Type.MONTH_WORD, Type.MONTH)
            if following is None:
                return None
            at = following
        read = self._point(at, weekday)
        if read is None:
            return None
        point, at = read
        named = self._after(at, Type.WEEKDAY)
        if named is not None and point.day is not None and point.weekday is None:
            point, at = replace(point, weekday=self.tokens[named].value), named
        return Element(start, self.tokens[at].end, point, introduced), at

    def _point(self, at: int, weekday: int | None) -> tuple[Point, int] | None:
        token = self.tokens[at]
        if token.type is Type.NUMERIC:
            return self._numeric(at, weekday)
        if token.type is Type.DAY_MONTH:
            return Point(day=token.parts[0], month=token.parts[1], weekday=weekday, numeric=True), at
        if token.type is Type.NUMBER:
            if token.digits > 2 or (token.value == 0 and self.tokens[max(at - 1, 0)].type is not Type.DAY_WORD):
                return None
            return self._day(at, weekday)
        if token.type in (Type.MONTH, Type.MONTH_WORD):
            return self._month(at, None, weekday)
        return None

    def _numeric(self, at: int, weekday: int | None) -> tuple[Point, int] | None:
        token = self.tokens[at]
        day, month, value = token.parts
        if not is_year(value, token.digits, None):
            return None
        weak = token.digits == 2 and token.style != "name"
        if weak and token.style != "/" and self.tokens[max(at - 1, 0)].type is not Type.DAY_WORD:
            return None  # 4-2-30 and 1.2.30 are areas and section numbers more often than days
        if weak and self._counts(at):
            return None
        # The ISO shape with a Christian year is ISO 8601; with a Buddhist one it is a habit, and plain by its size.
        iso = token.digits == 4 and value < BE_YEARS_BEGIN and self.text[token.start : token.start + 4].isdigit()
        point = Point(day, month, PrintedYear(value, token.digits, "ce" if iso else None), weekday, numeric=True)
        return point, at

    def _day(self, at: int, weekday: int | None) -> tuple[Point, int] | None:
        day = self.tokens[at].value
        following = self._after(at, Type.MONTH, Type.MONTH_WORD)
        if following is not None:
            month = self._month(following, day, weekday)
            if month is not None:
                return month
        return Point(day=day, weekday=weekday), at

    def _month(self, at: int, day: int | None, weekday: int | None) -> tuple[Point, int] | None:
        if self.tokens[at].type is Type.MONTH_WORD:
            following = self._after(at, Type.MONTH, Type.NUMBER)
            if following is None:
                return None
            if self.tokens[following].type is Type.NUMBER:
                return self._month_by_number(following, day, weekday)
            at = following
        elif day is None and self._is_a_name(at):
            return None
        token = self.tokens[at]
        if token.style == "english" and day is None and (whole := self._american(at, weekday)) is not None:
            return whole
        found = self._year_after(at, counts=day is None) or self._year_over_dash(at)
        year, last = (None, at) if found is None else found
        if token.style == "english" and year is not None and year.era is None and 100 <= year.value < BE_YEARS_BEGIN:
            year = replace(year, era="ce")  # an English month: the year needs no era to be Christian
        if token.style in ("informal", "english", "bare") and (day is None or year is None):
            full_years = token.style == "english" and year is not None and year.digits == 4
            written = token.style == "bare" and self.tokens[max(at - 1, 0)].type is Type.MONTH_WORD
            written = written or (
                token.style == "english" and year is not None and self._year_over_dash(at) is not None
            )
            if not full_years and not (written and year is not None):
                return None
        return Point(day, token.value, year, weekday), last

    def _american(self, at: int, weekday: int | None) -> tuple[Point, int] | None:
        """Read "February 14, 2023"."""
        day = self._after(at, Type.NUMBER)
        comma = None if day is None else self._after(day, Type.LIST)
        found = self._year_after(day if comma is None else comma) if day is not None else None
        if day is None or found is None or found[0].digits != 4 or not 1 <= self.tokens[day].value <= LAST_DAY:
            return None
        era = found[0].era or ("ce" if found[0].value < BE_YEARS_BEGIN else None)
        return Point(self.tokens[day].value, self.tokens[at].value, replace(found[0], era=era), weekday), found[1]

    def _year_over_dash(self, at: int) -> tuple[PrintedYear, int] | None:
        """Read the year of "Feb-66", as spreadsheets write a month."""
        number = at + 2
        if self.tokens[at].style != "english" or number >= len(self.tokens):
            return None
        month, sign, year = self.tokens[at : at + 3]
        touching = month.end == sign.start and sign.end == year.start
        if not (touching and sign.type is Type.RANGE and year.type is Type.NUMBER and year.digits == 2):
            return None
        return self._year_at(number, None, bare_two=True) if self.text[sign.start : sign.end] == "-" else None

    def _month_by_number(self, number: int, day: int | None, weekday: int | None) -> tuple[Point, int] | None:
        """Read "วันที่ 5 เดือน 3 พ.ศ. 2564"; the year has to be named as one."""
        month = self.tokens[number]
        if not 1 <= month.value <= 12 or self._after(number, Type.YEAR_WORD, Type.ERA) is None:
            return None
        found = self._year_after(number)
        if found is None or (day is None and found[0].digits != 4):
            return None
        return Point(day, month.value, found[0], weekday), found[1]

    def _is_a_name(self, at: int) -> bool:
        """Tell whether an abbreviation is the name of an office: "สำนักงาน ก.พ."."""
        if self.tokens[at].style not in ("short", "bare"):
            return False
        before = self._before(self.tokens[at].start)
        return before.endswith(tuple(table("dates")["not_a_month"]["after"]))


@cache
def _paired_weekdays() -> tuple[str, ...]:
    """A weekday and the sign that joins it to the next one."""
    words = table("dates")
    names = [name for group in words["weekdays"]["names"] for name in group]
    joints = words["words"]["range"] + words["words"]["list"]
    return tuple(name + joint for name in names for joint in joints)
