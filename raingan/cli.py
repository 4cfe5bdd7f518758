"""The command line: parse, build settings, call a function, print.

Data goes to files or standard output, talk to standard error. Nothing heavy is imported here: `--help`
answers at once.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import locale
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from raingan.apart.tasks import Bounds
from raingan.arguments import build_parser
from raingan.model.errors import CannotStart, InputError, LedgerError, OutputError, RainganError
from raingan.model.messages import LANGUAGES, error_sentence, reason_words, sentence, talk
from raingan.model.records import OcrEngine, Witness
from raingan.settings import Settings

if TYPE_CHECKING:
    from extract.sections.forms import Form
    from raingan.apart.launch import Launched
    from raingan.convert import Converted
    from raingan.model.records import Document, FileResult, Line, Page
    from raingan.progress import Pace

# Failed files named one by one on the terminal; the rest stand in the workbook.
_FAILURES_SHOWN = 20
# Files that have gone since the last run; the rest stand in `raingan status`.
_GONE_SHOWN = 5


class Exit(IntEnum):
    """Exit codes, as the README lists them."""

    OK = 0  # every file done, to review, or skipped with a reason
    SOME_FAILED = 1  # finished, but some files failed
    WRONG_USE = 2  # wrong arguments, a path that does not exist, a bad form file
    CRASH = 70  # a bug in the program (EX_SOFTWARE)
    CANNOT_WRITE = 74  # an output could not be written (EX_IOERR)
    INTERRUPTED = 130  # Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    _use_utf8()
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language_of(given)
    try:
        options = build_parser(language).parse_args(given)
        language = options.lang
        return int(_COMMANDS[options.command](options))
    except KeyboardInterrupt:
        print(f"\n{talk('interrupted', language)}", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of standard output has gone (`raingan text FILE | head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except RainganError as error:
        print(talk("error", language, message=error_sentence(error, language)), file=sys.stderr)
        return next((code for kind, code in _EXITS.items() if isinstance(error, kind)), Exit.WRONG_USE)
    except OSError as error:
        said = talk("cannot-write", language, error=_system_says(error))
        print(talk("error", language, message=said), file=sys.stderr)
        return Exit.CANNOT_WRITE
    except Exception:
        traceback.print_exc()
        return Exit.CRASH


def _system_says(error: OSError) -> str:
    """Return its words, and the file's name where it is known."""
    said = error.strerror or str(error)
    return said if error.filename is None else f"{said}: {error.filename}"


# What is not named here was wrong use: something given or asked for that cannot be.
_EXITS: Mapping[type[RainganError], Exit] = {LedgerError: Exit.CANNOT_WRITE, CannotStart: Exit.CRASH}


def _convert(options: argparse.Namespace) -> Exit:
    from raingan.first_worker import first_worker

    settings = _settings(options)
    ahead = first_worker(settings, options.ledger, options.output)
    try:
        return _converted(options, settings, ahead)
    finally:
        if ahead is not None:
            ahead.end()


def _converted(options: argparse.Namespace, settings: Settings, ahead: Launched | None) -> Exit:
    from raingan.convert import convert
    from raingan.model.records import State
    from raingan.outputs import ledger_beside, place_of, plan_outputs
    from raingan.progress import Progress

    outputs = plan_outputs(options.output, options.replace)
    ledger = Path(options.ledger) if options.ledger else ledger_beside(outputs)
    if ledger is not None and any(output.path and output.place == place_of(ledger) for output in outputs):
        raise OutputError("output-twice", path=str(ledger))
    progress = Progress(settings.language)
    failed: list[FileResult] = []

    def watch(result: FileResult, pace: Pace) -> None:
        if result.state is State.FAILED and len(failed) < _FAILURES_SHOWN:
            failed.append(result)
        progress(pace)

    def tell(code: str, values: Mapping[str, str]) -> None:
        progress.end()
        print(sentence(code, values, settings.language), file=sys.stderr)

    try:
        converted = convert(options.paths, outputs, settings, watch, ledger, tell, alone=True, ahead=ahead)
    except KeyboardInterrupt:
        progress.end()
        print(
            talk("interrupted" if ledger is None else "interrupted-kept", options.lang, ledger=ledger), file=sys.stderr
        )
        return Exit.INTERRUPTED
    finally:
        progress.end()
    _say_how_it_ended(converted, failed, settings.language)
    if converted.found_nothing:
        print(talk("error", options.lang, message=talk("no-report", options.lang)), file=sys.stderr)
        return Exit.WRONG_USE
    return Exit.SOME_FAILED if converted.states[State.FAILED] else Exit.OK


def _settings(options: argparse.Namespace) -> Settings:
    usual = Bounds()
    return Settings(
        language=options.lang,
        forms=tuple(options.form),
        ocr=OcrEngine(options.ocr),
        witness=Witness(options.witness),
        workers=options.workers,
        bounds=Bounds(
            file_seconds=options.file_seconds,
            page_seconds=min(options.page_seconds, options.file_seconds),
            memory_bytes=options.memory_mb * 2**20,
            result_bytes=usual.result_bytes,
        ),
        retry_failed=options.retry_failed,
        replace=options.replace,
        keep_pages=options.keep_pages == "on",
        cluster=options.cluster,
    )


def _say_how_it_ended(converted: Converted, failed: Sequence[FileResult], language: str) -> None:
    from raingan.model.records import State

    states = converted.states

    def say(key: str, **values: object) -> None:
        print(talk(key, language, **values), file=sys.stderr)

    for result in failed:
        say("failed-file", file=result.file, message=sentence(result.reason or "bug", result.reason_values, language))
    if states[State.FAILED] > len(failed):
        say("failed-more", count=states[State.FAILED] - len(failed))
    for name in converted.gone[:_GONE_SHOWN]:
        say("gone-file", file=name)
    if len(converted.gone) > _GONE_SHOWN:
        say("gone-more", count=len(converted.gone) - _GONE_SHOWN)
    say("summary", total=states.total(), **{state.value: states[state] for state in State})
    if converted.skipped:
        reasons = (
            talk("skipped-for", language, count=count, why=reason_words({"reason": f"skip-{reason}"}, language))
            for reason, count in sorted(converted.skipped.items(), key=lambda item: (-item[1], item[0]))
        )
        say("skipped-files", reasons=", ".join(reasons))
    if converted.known:
        say("known", count=converted.known)
    for outputs, key in ((converted.written, "written"), (converted.unchanged, "unchanged")):
        for output in outputs:
            if not output.is_stdout:
                say(key, path=output.shown)


def _status(options: argparse.Namespace) -> Exit:
    from raingan.status import status_lines

    for line in status_lines(Path(options.ledger), options.lang):
        print(line)
    return Exit.OK


def _review(options: argparse.Namespace) -> Exit:
    ledger = Path(options.ledger)
    if options.export:
        from raingan.convert import export
        from raingan.outputs import plan_outputs
        from raingan.standing import check_typed

        outputs = plan_outputs(options.export, options.replace)
        if not options.replace:
            check_typed(outputs, ledger)
        export(ledger, outputs, options.lang, options.four_eyes)
        for output in outputs:
            if not output.is_stdout:
                print(talk("written", options.lang, path=output.shown), file=sys.stderr)
        return Exit.OK
    if importlib.util.find_spec("flask") is None or importlib.util.find_spec("waitress") is None:
        print(talk("error", options.lang, message=talk("review-missing", options.lang)), file=sys.stderr)
        return Exit.WRONG_USE
    from raingan.review.server import ServeOptions, serve

    told = ServeOptions(
        language=options.lang,
        reviewer=options.reviewer,
        port=options.port,
        open_browser=not options.no_browser,
        four_eyes=options.four_eyes,
    )
    return Exit.OK if serve(ledger, told) else Exit.CANNOT_WRITE


def _apply(options: argparse.Namespace) -> Exit:
    from raingan.review.apply import apply

    applied = apply(Path(options.workbook), Path(options.ledger), options.reviewer, options.lang)
    for problem in applied.problems:
        message = talk(problem.code, options.lang, **problem.values)
        told = talk("apply-row", options.lang, sheet=problem.sheet, row=problem.row, message=message)
        print(told, file=sys.stderr)
    print(
        talk("applied", options.lang, count=applied.applied, known=applied.known, problems=len(applied.problems)),
        file=sys.stderr,
    )
    return Exit.SOME_FAILED if applied.problems else Exit.OK


def _evidence(options: argparse.Namespace) -> Exit:
    from raingan.review.dossier import write_dossier
    from raingan.standing import check_file
    from raingan.workfolder import clear

    clear(Path(options.output).parent)
    if not Path(options.output).is_dir():
        check_file(Path(options.output), None, options.replace)
    for path in write_dossier(Path(options.ledger), options.report, Path(options.output), options.lang):
        print(talk("written", options.lang, path=path), file=sys.stderr)
    return Exit.OK


def _backup(options: argparse.Namespace) -> Exit:
    from raingan.backup import back_up, check_backup

    if options.check == (options.folder is not None):
        options.usage_error(talk("backup-usage", options.lang))
    if options.check:
        folder = Path(options.ledger)
        count, damages = check_backup(folder)
        for damage in damages:
            print(talk(damage.code, options.lang, name=damage.name), file=sys.stderr)
        said = "backup-damaged" if damages else "backup-whole"
        print(talk(said, options.lang, path=folder, count=count, damages=len(damages)), file=sys.stderr)
        return Exit.SOME_FAILED if damages else Exit.OK
    folder = Path(options.folder)
    count, gone = back_up(Path(options.ledger), folder)
    for path in gone:
        print(talk("backup-output-gone", options.lang, path=path), file=sys.stderr)
    print(talk("backup-written", options.lang, path=folder, count=count), file=sys.stderr)
    return Exit.OK


def _forms(options: argparse.Namespace) -> Exit:
    from extract.sections.forms import load_forms

    forms = load_forms(tuple(options.form))
    if options.check:
        return _check_forms(forms[: len(options.form)] or forms, options)
    for form in forms:
        print(talk("form-line", options.lang, id=form.id, title=form.title, path=form.path))
    return Exit.OK


def _check_forms(forms: Sequence[Form], options: argparse.Namespace) -> Exit:
    """Tell for each field in how many files it was found, and which lines no field took."""
    from extract.sections.claims import claims
    from raingan.form_views import FormCheck

    check = FormCheck()
    code = Exit.OK
    for _, document in _documents(options.check, options.lang):
        if document is None:
            code = Exit.SOME_FAILED
        else:
            check.add(claims(document, forms))
    for line in check.told(forms, options.lang):
        print(line)
    return code


def _text(options: argparse.Namespace) -> Exit:
    code = Exit.OK
    several = len(options.paths) > 1
    for name, document in _documents(options.paths, options.lang, OcrEngine(options.ocr), Witness(options.witness)):
        if document is None:
            code = Exit.SOME_FAILED
            continue
        if options.json:
            print(json.dumps(_as_json(name, document), ensure_ascii=False))
            continue
        if several or not Path(options.paths[0]).is_file() or "/" in name:  # of a folder, of an archive
            print(f"==> {name} <==")
        if options.form:
            _print_claims(document, options)
        else:
            _print_text(document, options.lang)
    return code


def _documents(
    paths: Sequence[str], language: str, engine: OcrEngine = OcrEngine.OWN, witness: Witness = Witness.DOUBT
) -> Iterator[tuple[str, Document | None]]:
    """Yield every file by its name as it was read; None for one that could not be, which is told."""
    from extract.intake.inputs import iter_sources
    from extract.reading.document import read_document
    from raingan.model.records import FileResult, Limits, State

    limits = Limits()
    for item in iter_sources(paths, limits):
        if isinstance(item, FileResult):
            if item.state is State.FAILED:
                _complain(item.file, item.reason or "bug", dict(item.reason_values), language)
                yield item.file, None
            continue
        try:
            document = read_document(item, limits, engine, witness)
        except InputError as error:
            _complain(item.name, error.code, error.values, language)
            yield item.name, None
            continue
        yield item.name, document


def _print_claims(document: Document, options: argparse.Namespace) -> None:
    from extract.sections.claims import claims
    from extract.sections.forms import load_forms
    from raingan.form_views import marked_lines

    forms = load_forms(tuple(options.form))[: len(options.form)]
    for line in marked_lines(claims(document, forms), options.lang):
        print(line)


def _complain(file: str, code: str, values: dict[str, str], language: str) -> None:
    message = talk("input", language, file=file, message=sentence(code, values, language))
    print(talk("error", language, message=message), file=sys.stderr)


def _print_text(document: Document, language: str) -> None:
    for page in document.pages:
        state = talk(f"state-{page.state}", language, why=page.reason or "")
        print(talk("page-line", language, page=page.number, state=state))
        for line in page.lines:
            print(line.text)


def _as_json(name: str, document: Document) -> dict[str, object]:
    return {
        "file": name,
        "kind": document.kind,
        "reader": document.reader,
        "encoding": document.encoding,
        "problems": [{"code": item.code, "page": item.page, **item.values} for item in document.problems],
        "pages": [_page_as_json(page) for page in document.pages],
    }


def _page_as_json(page: Page) -> dict[str, object]:
    return {
        "page": page.number,
        "state": page.state,
        "reason": page.reason,
        "engine": page.engine,
        "width": page.width,
        "height": page.height,
        "lines": [_line_as_json(line) for line in page.lines],
        "margins": [_line_as_json(line) for line in page.margins],
        "remains": [_line_as_json(line) for line in page.remains],
        "hidden": [_line_as_json(line) for line in page.hidden],
        "tables": [dataclasses.asdict(table) for table in page.tables],
    }


def _line_as_json(line: Line) -> dict[str, object]:
    return {
        "text": line.text,
        "box": line.place,
        "raw": line.raw,
        "repairs": line.repairs,
        "cell": line.cell,
        "size": line.size,
        "confidence": line.confidence,
        "doubtful": line.doubtful,
    }


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], Exit]] = {
    "convert": _convert,
    "status": _status,
    "review": _review,
    "apply": _apply,
    "evidence": _evidence,
    "backup": _backup,
    "forms": _forms,
    "text": _text,
}


def _use_utf8() -> None:
    """Thai must pass a pipe on Windows too, where the default would be the office's code page."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _language_of(arguments: Sequence[str]) -> str:
    """Return the language of help and messages: `--lang` if given, else the computer's."""
    for index, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value in LANGUAGES:
            return str(value)
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    if not told:
        try:
            told = locale.getlocale()[0]
        except ValueError:  # a locale that Python does not know
            told = None
    return "th" if (told or "").lower().startswith("th") else "en"
