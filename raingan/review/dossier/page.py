"""The page for auditors, from the title to the trail: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files

from raingan.model.errors import PageError
from raingan.model.messages import error_sentence
from raingan.review.dossier.gather import Settled
from raingan.review.dossier.lines import lines_view, places_of
from raingan.review.dossier.markup import Markup, element, joined, single
from raingan.review.dossier.sheets import data_address, drawing, mark_name
from raingan.review.dossier.source import PICTURE_BYTES, SMALLER, Original, Shot
from raingan.review.dossier.tables import Place, fields_table, name_of, trail_table
from raingan.review.dossier.words import Words
from raingan.version import program_name

# Nothing is fetched and nothing runs, whatever a report says; pictures, styles and letters stand in the file.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
)
_FONTS = ((400, "sarabun-regular.woff2"), (600, "sarabun-semibold.woff2"))
_MEGABYTE = 2**20


def page(report: Settled, source: Original, at: datetime, words: Words) -> bytes:
    """Return the page of a report as UTF-8."""
    names = {row.number: name_of(row, words) for row in report.rows}
    title = words.say("title") if report.number is None else words.say("title-number", number=report.number)
    name = report.report.indicator_name or words.say("no-name")
    head = element(
        "head",
        single("meta", charset="utf-8"),
        single("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        single("meta", name="viewport", content="width=device-width, initial-scale=1"),
        single("meta", name="referrer", content="no-referrer"),
        element("title", f"{title} · {name}"),
        Markup(f"<style>{_style()}</style>"),
    )
    places = dict(_places(report, source))
    body = element(
        "body",
        element("header", *_head(report, title, name, at, words)),
        element(
            "main",
            _section("source", _source_heading(source), *_source(report, source, names, words), words=words),
            _section("fields", "fields-heading", fields_table(report, names, places, words), words=words),
            _section("trail", "trail-heading", trail_table(report, names, words), words=words),
        ),
    )
    text = joined(Markup("<!DOCTYPE html>\n"), element("html", head, body, lang=words.language), Markup("\n"))
    return text.encode("utf-8")


def _places(report: Settled, source: Original) -> Iterator[tuple[int, Place]]:
    """Yield where each field stands, by its number."""
    for index, mark in enumerate(source.marks, 1):
        for row in mark.rows:
            yield row.number, Place(mark_name(index), mark.page)
    lines = places_of(source.lines)
    for row in report.rows:
        if row.standing.field.path in lines:
            yield row.number, Place(lines[row.standing.field.path])


def _section(name: str, heading: str, *children: str, words: Words) -> Markup:
    title = element("h2", words.say(heading), id=f"{name}-heading")
    return element("section", title, *children, id=name, aria_labelledby=f"{name}-heading")


def _head(report: Settled, title: str, name: str, at: datetime, words: Words) -> Iterator[Markup]:
    whole = report.report
    number = f"{whole.indicator_number} " if whole.indicator_number else ""
    yield element("p", title, class_="kind")
    yield element("h1", f"{number}{name}", lang="th")
    facts = [
        ("agency", whole.agency or words.say("unknown")),
        ("year-era", words.say("unknown") if whole.fiscal_year is None else str(whole.fiscal_year)),
        ("number", words.say("unknown") if report.number is None else str(report.number)),
        ("file", f"{whole.file} · {words.say('report-in-file', place=whole.report_index + 1)}"),
        ("pages", _page_range(report, words)),
        ("read-by", words.word("read-by", whole.read_by)),
        ("sha256", report.id.content),
        ("review", _review(report, words)),
        ("written-at", words.moment(at.isoformat(timespec="seconds"))),
        ("program", f"Raingan {program_name()}"),
    ]
    yield element("dl", *(part for key, value in facts for part in _fact(key, value, words)), class_="facts")
    links = [
        element("li", element("a", words.say(heading), href=f"#{name}"))
        for name, heading in (
            ("source", "pages-heading" if whole.pages else "lines-heading"),
            ("fields", "fields-heading"),
            ("trail", "trail-heading"),
        )
    ]
    yield element("nav", element("ul", *links), aria_label=words.say("contents"))


def _fact(key: str, value: str, words: Words) -> tuple[Markup, Markup]:
    return element("dt", words.say(key)), element("dd", value, class_=key)


def _page_range(report: Settled, words: Words) -> str:
    pages = report.report.pages
    if pages is None:
        return words.say("pages-none")
    return str(pages[0]) if pages[0] == pages[1] else words.say("page-range", first=pages[0], last=pages[1])


def _review(report: Settled, words: Words) -> str:
    decided = [row for row in report.rows if row.standing.decision is not None]
    changed = sum(row.standing.value != row.standing.field.value for row in decided)
    told = [
        words.say("review-open", count=report.open) if report.open else words.say("review-none-open"),
        words.say("review-count", fields=len(report.rows), decided=len(decided), changed=changed),
    ]
    if report.four_eyes:
        told.append(words.say("four-eyes"))
    return " · ".join(told)


# --- what it was read from


def _source_heading(source: Original) -> str:
    return "lines-heading" if source.lines else "pages-heading"


def _source(report: Settled, source: Original, names: dict[int, str], words: Words) -> Iterator[Markup]:
    if source.error is not None:
        reason = _reason(source.error, words)
        yield element("p", words.say("source-hidden", reason=reason), class_="notice")
        return
    yield element("p", words.say("legend-lines" if source.lines else "legend"), class_="legend")
    looks = (
        element("span", words.say(f"legend-{look}"), class_=f"key {look}") for look in ("open", "decided", "clear")
    )
    yield element("p", *looks, class_="legend")
    if not source.shots:
        rows = {row.standing.field.path: row for row in report.rows}
        yield lines_view(source.lines, rows, names, words)
        return
    for told in _left_out(report, source, words):
        yield element("p", told, class_="notice")
    for shot in source.shots:
        marks = [(index, mark) for index, mark in enumerate(source.marks, 1) if mark.page == shot.sheet.number]
        yield element("figure", _caption(shot, words), drawing(shot, marks, names, words), class_="page")


def _caption(shot: Shot, words: Words) -> Markup:
    told = [words.say("page", page=shot.sheet.number)]
    if shot.sheet.turned:
        told.append(words.say("page-turned"))
    if shot.image is None:
        reason = words.say("left-out-here") if shot.error is None else _reason(shot.error, words)
        told.append(words.say("page-no-picture", reason=reason))
    return element("figcaption", " · ".join(told))


def _left_out(report: Settled, source: Original, words: Words) -> Iterator[str]:
    limit = PICTURE_BYTES // _MEGABYTE
    if source.too_many:
        yield words.say("pictures-left-out", limit=limit, shown=source.shown, pages=len(source.shots))
    elif source.width == SMALLER:
        yield words.say("pictures-smaller", width=SMALLER, limit=limit)
    pages = report.report.pages
    if pages is not None and pages[1] - pages[0] + 1 > len(source.shots):
        yield words.say("sheets-left-out", pages=pages[1] - pages[0] + 1, shown=len(source.shots))


def _reason(error: PageError, words: Words) -> str:
    return error_sentence(error, words.language)


@cache
def _style() -> str:
    fonts = files("raingan.review.server").joinpath("static")
    faces = "".join(
        f"@font-face{{font-family:Sarabun;font-weight:{weight};"
        f"src:url({data_address('font/woff2', fonts.joinpath(name).read_bytes())}) format('woff2')}}\n"
        for weight, name in _FONTS
    )
    return faces + files("raingan.review.dossier").joinpath("page.css").read_text(encoding="utf-8")
