"""The first sheet: control totals, counts by year, agency, reason and code, and what the charts show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from export.achievement import OUTCOMES
from export.explain import sentence_of
from export.layout import Words, plans
from export.sheets import Link, Notes
from export.text import clean, shortened
from raingan.model.records import Review, ReviewState, RunInfo, State
from raingan.model.stages import ToldFile

# As many lines as a page of the summary takes; what is beyond is summed up, never left out.
_YEARS = 15
_AGENCIES = 15
_CODES = 25
_INPUTS = 20
_REVIEWERS = 15
_NAME_LENGTH = 80
_CHART_ROWS = 18  # rows of 15 points that a chart covers
_LYING_CHART_ROWS = 26  # one name under the other takes more

_WIDTHS = (36, 15, 15, 15, 15, 15, 15, 3, 11, 11, 11, 11, 11, 11, 11)
_CHART_COLUMN = "I"


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """Column index, value and look of each cell; a link is (column index, where it leads)."""

    cells: tuple[tuple[int, object, str], ...] = ()
    link: tuple[int, Link] | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A stacked bar chart of rows of the summary: names in column A, one series a column."""

    title: str
    anchor: str
    header_row: int
    names: Sequence[str]
    series: Sequence[tuple[str, str, Sequence[int]]]  # column letter, title, values
    lying: bool  # bars from left to right, for long names
    rows: int  # of the sheet that it covers


@dataclass(slots=True)
class _Group:
    reports: int = 0
    review: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, other: _Group) -> None:
        self.reports += other.reports
        self.review += other.review
        self.outcomes.update(other.outcomes)

    def counts(self) -> list[int]:
        return [self.reports, self.review, *(self.outcomes[outcome] for outcome in OUTCOMES)]


class Tally:
    """Counts kept while reports and files pass."""

    def __init__(self) -> None:
        self.states: Counter[State] = Counter()
        self.files = 0
        self.reports = 0
        self.reports_of_files = 0
        self.reasons: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.read_by: Counter[str] = Counter()
        self.figures = 0  # flags on what was read from a picture
        self.proposals = 0
        self.years: dict[int | None, _Group] = {}
        self.agencies: dict[str | None, _Group] = {}
        self.reviewed_reports = 0
        self.reviews: Counter[ReviewState] = Counter()
        self.deciders: Counter[str] = Counter()  # fields that each person decided, and that each confirmed
        self.confirmers: Counter[str] = Counter()
        self.first_rows: dict[str, tuple[str, int]] = {}  # of each code on the sheet of flags

    def add_report(self, values: Sequence[object]) -> None:
        """Count a row of the reports table."""
        self.reports += 1
        self.read_by[str(values[_READ_BY])] += 1
        year, agency = values[_YEAR], values[_AGENCY]
        for group in (
            self.years.setdefault(year if isinstance(year, int) else None, _Group()),
            self.agencies.setdefault(agency if isinstance(agency, str) else None, _Group()),
        ):
            group.reports += 1
            group.review += values[_STATE] == State.REVIEW.value
            group.outcomes[str(values[_OUTCOME])] += 1

    def add_reviews(self, reviews: Sequence[Review]) -> None:
        """Count what people decided of one report."""
        self.reviewed_reports += any(review.state is ReviewState.SETTLED for review in reviews)
        for review in reviews:
            self.reviews[review.state] += 1
            if review.state is ReviewState.SETTLED:
                self.deciders[review.reviewer] += 1
                if review.confirmed_by is not None:
                    self.confirmers[review.confirmed_by] += 1

    def add_file(self, file: ToldFile) -> None:
        """Count an input."""
        self.files += 1
        self.states[file.state] += 1
        self.reports_of_files += file.reports
        if file.reason is not None and file.state in (State.FAILED, State.SKIPPED):
            self.reasons[file.reason] += 1

    def add_flag(self, values: Sequence[object]) -> None:
        """Count a row of the flags table."""
        self.codes[str(values[_CODE])] += 1
        self.figures += values[_READ] is not None
        self.proposals += values[_PROPOSAL] is not None


def summary_widths() -> Sequence[int]:
    """Return the widths of the summary's columns, in characters."""
    return _WIDTHS


def summary_rows(tally: Tally, notes: Notes, run: RunInfo, words: Words) -> tuple[list[SummaryRow], list[Chart]]:
    """Return every row of the summary from the first, and its charts."""
    page = _Page(words)
    page.add([(0, page.say("heading"), "title")], height=26)
    page.skip()
    _control(page, tally)
    _reading(page, tally)
    _reviews(page, tally)
    _run(page, run)
    _groups(page, tally)
    # The long sentences below run to the right: not under a chart.
    while len(page.rows) < page.chart_row() - 1:
        page.skip()
    _reasons(page, tally, run)
    _codes(page, tally, run)
    _notes(page, notes)
    return page.rows, page.charts


class _Page:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.rows: list[SummaryRow] = []
        self.charts: list[Chart] = []

    def say(self, key: str, /, **values: object) -> str:
        return self.words.say("summary", key, **values)

    def add(
        self,
        cells: Sequence[tuple[int, object, str]],
        link: tuple[int, Link] | None = None,
        height: float | None = None,
    ) -> None:
        self.rows.append(SummaryRow(tuple(cells), link, height))

    def skip(self) -> None:
        self.rows.append(SummaryRow())

    def heading(self, key: str) -> None:
        self.add([(column, self.say(key) if column == 0 else None, "heading") for column in range(7)], height=20)

    def header(self, *titles: str) -> None:
        self.add([(column, title, "header") for column, title in enumerate(titles)])

    def line(self, label: str, value: object, look: str = "count") -> None:
        self.add([(0, label, "entry"), (1, value, look)])

    def chart_row(self) -> int:
        """Return the row where the next chart begins."""
        return 3 + sum(chart.rows for chart in self.charts)


def _control(page: _Page, tally: Tally) -> None:
    counts = {state.value: tally.states[state] for state in State}
    total = sum(counts.values())
    page.heading("control")
    page.line(page.say("files_in"), tally.files)
    for state in State:
        page.line(page.words.of("state", state.value), counts[state.value])
    page.line(page.say("sum_of_states"), total)
    agrees = total == tally.files
    check = page.say("check_files_ok" if agrees else "check_files_bad", total=tally.files, **counts)
    page.line(page.say("check"), check, "good" if agrees else "bad")
    page.line(page.say("reports_total"), tally.reports)
    page.line(page.say("reports_of_files"), tally.reports_of_files)
    agrees = tally.reports == tally.reports_of_files
    check = page.say(
        "check_reports_ok" if agrees else "check_reports_bad", reports=tally.reports, of_files=tally.reports_of_files
    )
    page.line(page.say("check"), check, "good" if agrees else "bad")
    page.line(page.say("flags_total"), sum(tally.codes.values()))
    page.skip()


def _reading(page: _Page, tally: Tally) -> None:
    page.heading("reading")
    for key in page.words.keys("read_by"):
        page.line(page.words.of("read_by", key), tally.read_by[key])
    page.line(page.say("figures"), tally.figures)
    page.line(page.say("proposals"), tally.proposals)
    page.skip()


def _reviews(page: _Page, tally: Tally) -> None:
    if not tally.reviews:
        return
    page.heading("review")
    page.line(page.say("reviewed"), tally.reviews[ReviewState.SETTLED])
    page.line(page.say("reviewed_reports"), tally.reviewed_reports)
    page.line(page.say("review_waiting"), tally.reviews[ReviewState.WAITING])
    page.line(page.say("review_stale"), tally.reviews[ReviewState.STALE])
    page.line(page.say("still_open"), sum(tally.codes.values()))
    page.skip()
    people = [name for name, _ in _frequent(tally.deciders + tally.confirmers)]
    if not people:
        return
    page.header(page.say("reviewer"), page.say("decided"), page.say("confirmed"))
    for name in people[:_REVIEWERS]:
        label = shortened(clean(name), _NAME_LENGTH)
        page.add([(0, label, "entry"), (1, tally.deciders[name], "count"), (2, tally.confirmers[name], "count")])
    if rest := people[_REVIEWERS:]:
        counts = [sum(counter[name] for name in rest) for counter in (tally.deciders, tally.confirmers)]
        label = page.say("others", count=len(rest))
        page.add([(0, label, "entry"), (1, counts[0], "count"), (2, counts[1], "count")])
    page.skip()


def _run(page: _Page, run: RunInfo) -> None:
    page.heading("run")
    page.line(page.say("version"), f"Raingan {run.version}", "plain")
    for given in run.inputs[:_INPUTS]:
        page.line(page.say("input"), given, "plain")
    if len(run.inputs) > _INPUTS:
        page.line("", page.say("more_inputs", count=len(run.inputs) - _INPUTS), "plain")
    page.line(page.say("form"), ", ".join(run.forms) or page.say("none"), "plain")
    page.skip()


def _groups(page: _Page, tally: Tally) -> None:
    known = sorted(year for year in tally.years if year is not None)
    years = [(str(year), tally.years[year]) for year in known[-_YEARS:]]
    years += _others(page, [tally.years[year] for year in known[:-_YEARS]])
    if None in tally.years:
        years.append((page.say("year_unknown"), tally.years[None]))
    _table(page, "by_year", "fiscal_year", years, lying=False)

    named = sorted(
        ((agency, group) for agency, group in tally.agencies.items() if agency is not None),
        key=lambda item: (-item[1].reports, item[0]),
    )
    agencies = [(shortened(clean(agency), _NAME_LENGTH), group) for agency, group in named[:_AGENCIES]]
    agencies += _others(page, [group for _, group in named[_AGENCIES:]])
    if None in tally.agencies:
        agencies.append((page.say("agency_unknown"), tally.agencies[None]))
    _table(page, "by_agency", "agency", agencies, lying=True)


def _others(page: _Page, groups: Sequence[_Group]) -> list[tuple[str, _Group]]:
    if not groups:
        return []
    total = _Group()
    for group in groups:
        total.add(group)
    return [(page.say("others", count=len(groups)), total)]


def _table(page: _Page, heading: str, key: str, groups: Sequence[tuple[str, _Group]], lying: bool) -> None:
    words = page.words
    name = next(words.pick(column.title) for column in plans()["reports"].columns if column.key == key)
    titles = [page.say("reports"), page.say("to_review"), *(words.of("achievement", outcome) for outcome in OUTCOMES)]
    page.heading(heading)
    page.header(name, *titles)
    header_row = len(page.rows)
    for label, group in groups:
        page.add([(0, label, "entry"), *((i, count, "count") for i, count in enumerate(group.counts(), 1))])
    if groups:
        columns = [(letter, titles[index], [group.counts()[index] for _, group in groups]) for index, letter in _SERIES]
        title, names = page.say("chart_agency" if lying else "chart_year"), [label for label, _ in groups]
        rows = _LYING_CHART_ROWS if lying else _CHART_ROWS
        anchor = f"{_CHART_COLUMN}{page.chart_row()}"
        page.charts.append(Chart(title, anchor, header_row, names, columns, lying, rows))
    else:
        page.add([(0, page.say("none"), "label")])
    page.skip()


def _reasons(page: _Page, tally: Tally, run: RunInfo) -> None:
    if not tally.reasons:
        return
    page.heading("by_reason")
    page.header(_title(page, "files", "reason"), page.say("files"), page.say("meaning"))
    for code, count in _frequent(tally.reasons):
        page.add([(0, code, "entry"), (1, count, "count"), (2, _meaning(code, run), "plain")])
    page.skip()


def _codes(page: _Page, tally: Tally, run: RunInfo) -> None:
    page.heading("by_code")
    page.header(_title(page, "flags", "code"), page.say("count"), page.say("first_row"), page.say("meaning"))
    frequent = list(_frequent(tally.codes))
    for code, count in frequent[:_CODES]:
        sheet, row = tally.first_rows[code]
        place = f"'{sheet}'!A{row}"
        cells = [
            (0, code, "entry"),
            (1, count, "count"),
            (2, f"{sheet} {row}", "link"),
            (3, _meaning(code, run), "plain"),
        ]
        page.add(cells, link=(2, Link(location=place)))
    rest = frequent[_CODES:]
    if rest:
        page.line(page.say("others", count=len(rest)), sum(count for _, count in rest))
    if not frequent:
        page.add([(0, page.say("none"), "label")])
    page.skip()


def _notes(page: _Page, notes: Notes) -> None:
    page.heading("notes")
    if not notes.counts:
        page.add([(0, page.say("none"), "label")])
        return
    page.header(page.say("notes"), page.say("count"), page.say("first_cells"))
    for code in page.words.keys("note"):
        if notes.counts[code]:
            places = ", ".join(notes.places[code])
            page.add(
                [(0, page.words.of("note", code), "entry"), (1, notes.counts[code], "count"), (2, places, "plain")]
            )


def _frequent(counts: Counter[str]) -> Iterator[tuple[str, int]]:
    yield from sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _meaning(code: str, run: RunInfo) -> str:
    return next((sentence_of(kind, run.language) for kind in run.messages if kind.code == code), "")


def _title(page: _Page, table: str, key: str) -> str:
    return next(page.words.pick(column.title) for column in plans()[table].columns if column.key == key)


def _index(table: str, key: str) -> int:
    return next(i for i, column in enumerate(plans()[table].columns) if column.key == key)


_STATE, _YEAR, _AGENCY, _OUTCOME = (_index("reports", key) for key in ("state", "fiscal_year", "agency", "achievement"))
_READ_BY = _index("reports", "read_by")
_CODE, _READ, _PROPOSAL = (_index("flags", key) for key in ("code", "read", "proposal"))
# Columns of the counts that a chart shows: the outcomes, after the numbers of reports and of those to review.
_SERIES = tuple((index, "ABCDEFG"[index + 1]) for index in range(2, 2 + len(OUTCOMES)))
