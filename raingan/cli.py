"""The command line: parse, build settings, call a function, print.

Data goes to files or standard output, talk to standard error. Nothing heavy is imported here: `--help`
answers at once.
"""

from __future__ import annotations

import argparse
import json
import locale
import os
import sys
from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from raingan.messages import LANGUAGES, sentence, talk
from raingan.records import Pictures
from raingan.settings import Settings
from raingan.version import program_version

if TYPE_CHECKING:
    from raingan.records import Document, FileResult, Line, Page, State

# Failed files named one by one on the terminal; the rest stand in the workbook.
_FAILURES_SHOWN = 20


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
    parser = build_parser(_language_of(given))
    options = parser.parse_args(given)
    language: str = options.lang
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print(f"\n{talk('interrupted', language)}", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of standard output has gone (`raingan text FILE | head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except Exception as error:
        return _told(error, language)


def _told(error: Exception, language: str) -> Exit:
    """Say what went wrong and return the exit code; what nobody foresaw keeps its traceback."""
    from extract.forms import FormError
    from raingan.outputs import OutputError
    from raingan.records import InputError

    if isinstance(error, OutputError):
        message, code = talk(error.key, language, **error.values), Exit.WRONG_USE
    elif isinstance(error, InputError):
        told = sentence(error.code, error.values, language)
        file = error.values.get("file")
        message, code = told if file is None else f"{file}: {told}", Exit.WRONG_USE
    elif isinstance(error, FormError):
        message = talk("bad-form", language, path=error.path, line=error.line, message=error.message)
        code = Exit.WRONG_USE
    elif isinstance(error, OSError):
        message, code = talk("cannot-write", language, error=error), Exit.CANNOT_WRITE
    else:
        import traceback

        traceback.print_exception(error)
        return Exit.CRASH
    print(talk("error", language, message=message), file=sys.stderr)
    return code


def build_parser(language: str = "en") -> argparse.ArgumentParser:
    """Return the parser, its help in the given language."""
    # Thai digits, names and paths may hold anything: file arguments are taken as they are.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default=language, help=talk("help-lang", language))
    forms = argparse.ArgumentParser(add_help=False)
    forms.add_argument("--form", action="append", default=[], metavar="FILE", help=talk("help-form", language))

    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument(
        "--pictures",
        choices=[choice.value for choice in Pictures],
        default=Pictures.OWN.value,
        help=talk("help-pictures", language),
    )

    parser = argparse.ArgumentParser(prog="raingan", description=talk("help-program", language))
    parser.add_argument("--version", action="version", version=f"raingan {program_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, parents: list[argparse.ArgumentParser]) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            parents=parents,
            help=talk(f"help-{name}", language),
            description=talk(f"help-{name}", language),
            epilog=talk(f"help-{name}-example", language),
        )

    convert = command("convert", [common, forms, reading])
    convert.add_argument("paths", nargs="+", metavar="PATH", help=talk("help-path", language))
    convert.add_argument(
        "-o", "--output", action="append", required=True, metavar="OUT", help=talk("help-output", language)
    )
    convert.set_defaults(run=_convert)

    listing = command("forms", [common, forms])
    listing.set_defaults(run=_forms)

    text = command("text", [common, reading])
    text.add_argument("paths", nargs="+", metavar="FILE", help=talk("help-path", language))
    text.add_argument("--json", action="store_true", help=talk("help-json", language))
    text.set_defaults(run=_text)
    return parser


def _convert(options: argparse.Namespace) -> Exit:
    from raingan.convert import convert
    from raingan.outputs import plan_outputs
    from raingan.progress import Progress
    from raingan.records import State

    settings = Settings(language=options.lang, forms=tuple(options.form), pictures=Pictures(options.pictures))
    outputs = plan_outputs(options.output)
    progress = Progress(settings.language)
    failed: list[FileResult] = []

    def watch(result: FileResult, states: Counter[State]) -> None:
        if result.state is State.FAILED and len(failed) < _FAILURES_SHOWN:
            failed.append(result)
        progress(result, states)

    try:
        states = convert(options.paths, outputs, settings, watch)
    finally:
        progress.end()
    _say_how_it_ended(states, failed, settings.language)
    for output in outputs:
        if not output.is_stdout:
            print(talk("written", settings.language, path=output.shown), file=sys.stderr)
    return Exit.SOME_FAILED if states[State.FAILED] else Exit.OK


def _say_how_it_ended(states: Counter[State], failed: Sequence[FileResult], language: str) -> None:
    from raingan.records import State

    for result in failed:
        message = sentence(result.reason or "bug", result.reason_values, language)
        print(talk("failed-file", language, file=result.file, message=message), file=sys.stderr)
    more = states[State.FAILED] - len(failed)
    if more > 0:
        print(talk("failed-more", language, count=more), file=sys.stderr)
    counts = {state.value: states[state] for state in State}
    print(talk("summary", language, total=states.total(), **counts), file=sys.stderr)


def _forms(options: argparse.Namespace) -> Exit:
    from extract.forms import load_forms

    for form in load_forms(tuple(options.form)):
        print(talk("form-line", options.lang, id=form.id, title=form.title, path=form.path))
    return Exit.OK


def _text(options: argparse.Namespace) -> Exit:
    from extract.inputs import iter_sources
    from extract.read import read_document
    from raingan.records import FileResult, InputError, Limits, State

    limits = Limits()
    code = Exit.OK
    for item in iter_sources(options.paths, limits):
        if isinstance(item, FileResult):
            if item.state is State.FAILED:
                _complain(item.file, item.reason or "bug", dict(item.reason_values), options.lang)
                code = Exit.SOME_FAILED
            continue
        try:
            document = read_document(item, limits, Pictures(options.pictures))
        except InputError as error:
            _complain(item.name, error.code, error.values, options.lang)
            code = Exit.SOME_FAILED
            continue
        if options.json:
            print(json.dumps(_as_json(item.name, document), ensure_ascii=False))
        else:
            _print_text(document, options.lang)
    return code


def _complain(file: str, code: str, values: dict[str, str], language: str) -> None:
    message = talk("input", language, file=file, message=sentence(code, values, language))
    print(talk("error", language, message=message), file=sys.stderr)


def _print_text(document: Document, language: str) -> None:
    for page in document.pages:
        why = talk(f"why-{page.reason}", language) if page.reason else ""
        state = talk(f"state-{page.state}", language, why=why)
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
