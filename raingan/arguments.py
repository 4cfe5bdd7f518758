"""What may be typed behind `raingan`: commands and options, each with its help in the language of the user."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NoReturn

from raingan.apart.tasks import Bounds
from raingan.model.messages import LANGUAGES, talk
from raingan.model.records import OcrEngine, Witness
from raingan.version import program_name


class _Parser(argparse.ArgumentParser):
    """A parser that says also argparse's own words in a language."""

    def __init__(self, language: str, helps: bool = True, **options: Any) -> None:
        self._language = language
        super().__init__(add_help=False, formatter_class=partial(_Help, language), **options)
        if helps:
            self.add_argument("-h", "--help", action="help", help=talk("help-help", language))

    def add_argument_group(self, title: str | None = None, *args: Any, **options: Any) -> Any:
        # Named here, before the parents' options come: argparse puts them into the group of the same title.
        known = {talk(key, "en"): key for key in ("help-positionals", "help-options")}
        named = talk(known[title], self._language) if title in known else title
        return super().add_argument_group(named, *args, **options)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        said = _in_words(message, self._language)
        self.exit(2, talk("usage-error", self._language, prog=self.prog, message=said) + "\n")


class _Help(argparse.HelpFormatter):
    def __init__(self, language: str, prog: str) -> None:
        super().__init__(prog)
        self._usage = talk("help-usage", language)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, self._usage if prefix is None else prefix)


_WRONG_USE = ("argument", "required", "unknown", "choice", "number", "value", "ambiguous")


def _in_words(message: str, language: str) -> str:
    """Return what argparse says in words of the language; what it says in other words than known stays as it is."""
    for name in _WRONG_USE:
        wording = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(talk(f"usage-{name}", "en")))
        found = re.fullmatch(wording, message, re.DOTALL)
        if found is not None:
            values = {
                **found.groupdict(),
                **({"message": _in_words(found["message"], language)} if name == "argument" else {}),
            }
            return talk(f"usage-{name}", language, **values)
    return message


class _OldName(argparse.Action):
    """An option by the name it had before: it does as the new one does and says so; the help does not show it."""

    def __init__(
        self, option_strings: Sequence[str], dest: str, new_name: str, language: str, choices: Sequence[str]
    ) -> None:
        super().__init__(option_strings, dest, default=argparse.SUPPRESS, choices=choices, help=argparse.SUPPRESS)
        self._new_name = new_name
        self._language = language

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        said = talk("old-name", self._language, old=self.option_strings[0], new=self._new_name)
        print(said, file=sys.stderr)
        setattr(namespace, self.dest, values)


def build_parser(language: str = "en") -> argparse.ArgumentParser:
    """Return the parser, its help in the given language; `command` tells which was given."""
    # Thai digits, names and paths may hold anything: file arguments are taken as they are.
    common = _Parser(language)
    common.add_argument("--lang", choices=LANGUAGES, default=language, help=talk("help-lang", language))
    forms = _Parser(language, helps=False)
    forms.add_argument("--form", action="append", default=[], metavar="FILE", help=talk("help-form", language))

    reading = _Parser(language, helps=False)
    reading.add_argument(
        "--ocr",
        choices=[choice.value for choice in OcrEngine],
        default=OcrEngine.OWN.value,
        help=talk("help-ocr", language),
    )
    reading.add_argument(
        "--pictures",
        dest="ocr",
        action=_OldName,
        new_name="--ocr",
        language=language,
        choices=[choice.value for choice in OcrEngine],
    )

    reading.add_argument(
        "--witness",
        choices=[choice.value for choice in Witness],
        default=Witness.DOUBT.value,
        help=talk("help-witness", language),
    )

    parser = _Parser(language, prog="raingan", description=talk("help-program", language))
    version = f"raingan {program_name()}"
    parser.add_argument("--version", action="version", version=version, help=talk("help-version", language))
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    def command(name: str, parents: list[_Parser]) -> _Parser:
        return commands.add_parser(
            name,
            language=language,
            helps=False,  # that is in common
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
    convert.add_argument("--ledger", metavar="FILE", help=talk("help-ledger", language))
    convert.add_argument("--retry-failed", action="store_true", help=talk("help-retry-failed", language))
    convert.add_argument("--replace", action="store_true", help=talk("help-replace", language))
    convert.add_argument("--keep-pages", choices=("on", "off"), default="on", help=talk("help-keep-pages", language))
    convert.add_argument("--workers", type=_whole, metavar="N", help=talk("help-workers", language))
    convert.add_argument("--cluster", metavar="ADDRESS", help=talk("help-cluster", language))
    usual = Bounds()
    for name, default in (
        ("page-seconds", int(usual.page_seconds)),
        ("file-seconds", int(usual.file_seconds)),
        ("memory-mb", usual.memory_bytes // 2**20),
    ):
        told = talk(f"help-{name}", language, default=default)
        convert.add_argument(f"--{name}", type=_positive, default=default, metavar="N", help=told)

    status = command("status", [common])
    status.add_argument("ledger", metavar="LEDGER", help=talk("help-ledger-path", language))

    review = command("review", [common])
    review.add_argument("ledger", metavar="LEDGER", help=talk("help-ledger-path", language))
    review.add_argument("--export", action="append", default=[], metavar="OUT", help=talk("help-export", language))
    review.add_argument("--replace", action="store_true", help=talk("help-replace", language))
    review.add_argument("--reviewer", metavar="NAME", help=talk("help-reviewer", language))
    review.add_argument(
        "--four-eyes", action=argparse.BooleanOptionalAction, default=None, help=talk("help-four-eyes", language)
    )
    review.add_argument("--port", type=_whole, default=0, metavar="N", help=talk("help-port", language))
    review.add_argument("--no-browser", action="store_true", help=talk("help-no-browser", language))

    apply = command("apply", [common])
    apply.add_argument("workbook", metavar="WORKBOOK", help=talk("help-workbook", language))
    apply.add_argument("ledger", metavar="LEDGER", help=talk("help-ledger-path", language))
    apply.add_argument("--reviewer", metavar="NAME", help=talk("help-reviewer", language))

    evidence = command("evidence", [common])
    evidence.add_argument("ledger", metavar="LEDGER", help=talk("help-ledger-path", language))
    evidence.add_argument("report", metavar="REPORT", help=talk("help-report", language))
    evidence.add_argument(
        "-o", "--output", required=True, metavar="FILE.html", help=talk("help-evidence-output", language)
    )
    evidence.add_argument("--replace", action="store_true", help=talk("help-replace", language))

    backup = command("backup", [common])
    backup.add_argument("ledger", metavar="LEDGER", help=talk("help-ledger-path", language))
    backup.add_argument("folder", metavar="FOLDER", nargs="?", help=talk("help-backup-folder", language))
    backup.add_argument("--check", action="store_true", help=talk("help-backup-check", language))
    backup.set_defaults(usage_error=backup.error)

    known = command("forms", [common, forms])
    known.add_argument("--check", nargs="+", default=[], metavar="PATH", help=talk("help-check-form", language))

    text = command("text", [common, forms, reading])
    text.add_argument("paths", nargs="+", metavar="FILE", help=talk("help-path", language))
    text.add_argument("--json", action="store_true", help=talk("help-json", language))
    return parser


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def _positive(text: str) -> int:
    number = _whole(text)
    if number == 0:
        raise ValueError
    return number


_whole.__name__ = _positive.__name__ = "number"  # as argparse names it in its message
