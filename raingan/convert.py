"""Many files into few outputs: walk the inputs, read each, compare across reports, write."""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from raingan.messages import message_kinds, sentence, shown_values
from raingan.outputs import Output, OutputKind
from raingan.records import FileResult, Flag, Kind, Report, RunInfo, State
from raingan.settings import Settings
from raingan.spool import Spool
from raingan.version import program_version

if TYPE_CHECKING:
    from extract.forms import Form

Watch = Callable[[FileResult, Counter[State]], None]
"""Called after every file, for progress."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished reading, not yet written: iterate reports and files as often as wanted."""

    spool: Spool
    info: RunInfo
    states: Counter[State]

    def reports(self) -> Iterator[Report]:
        """Yield every report, in the order of the inputs, flags with their sentences."""
        return self.spool.reports(self._with_sentence)

    def files(self) -> Iterator[FileResult]:
        """Yield every input once, with its state."""
        return self.spool.files(self._with_reason)

    def _with_sentence(self, flag: Flag) -> Flag:
        language = self.info.language
        message = sentence(flag.code, flag.values, language)
        if flag.values.get("reason"):  # a column of its own in the workbook, in words there too
            reason = shown_values(flag.values, language)["reason"]
            return dataclasses.replace(flag, message=message, values={**flag.values, "reason": reason})
        return dataclasses.replace(flag, message=message)

    def _with_reason(self, result: FileResult) -> FileResult:
        language = self.info.language
        problems = tuple(
            dataclasses.replace(problem, values=shown_values(problem.values, language)) for problem in result.problems
        )
        message = "" if result.reason is None else sentence(result.reason, result.reason_values, language)
        return dataclasses.replace(result, message=message, problems=problems)


def convert(paths: Sequence[str], outputs: Sequence[Output], settings: Settings, watch: Watch) -> Counter[State]:
    """Read every path and write every output; return how many files ended in each state.

    Raises `InputError` for a path that does not exist and `extract.forms.FormError` for a bad form, both
    before any work; `OSError` when an output cannot be written: it is then left as it was.
    """
    beside = next((output.path.parent for output in outputs if output.path is not None), None)
    with reading(paths, settings, watch, avoid=outputs, beside=beside) as run:
        for output in outputs:
            write(run, output)
        return Counter(result.state for result in run.files())


@contextmanager
def reading(
    paths: Sequence[str],
    settings: Settings,
    watch: Watch | None = None,
    avoid: Sequence[Output] = (),
    beside: Path | None = None,
) -> Iterator[Run]:
    """Read every path into a spool (a temporary folder, in `beside` if given) that lives as long as the block."""
    from extract.forms import load_forms
    from normalize.across import Across

    forms = load_forms(settings.forms)
    with tempfile.TemporaryDirectory(prefix=".raingan-", dir=beside, ignore_cleanup_errors=True) as folder:
        spool = Spool(Path(folder))
        across = Across(Path(folder))
        try:
            states: Counter[State] = Counter()
            for result, reports in _read_all(paths, forms, settings, spool, avoid):
                for number, report in zip(spool.add(result, reports), reports, strict=True):
                    across.add(number, report)
                states[result.state] += 1
                if watch is not None:
                    watch(result, states)
            spool.add_flags(across.flags())
            yield Run(spool, _run_info(paths, forms, settings), states)
        finally:
            across.close()
            spool.close()


def write(run: Run, output: Output) -> None:
    """Write one output, whole or not at all."""
    if output.is_stdout:
        from export.jsonl import json_lines

        for line in json_lines(run.reports()):
            sys.stdout.write(line)
        return
    with output.replacing() as path:
        if output.kind is OutputKind.WORKBOOK:
            from export.workbook import write_workbook

            # Links lead from where the workbook will lie, not from where it is written.
            folder = None if output.path is None else output.path.parent
            write_workbook(path, run.reports(), run.files(), run.info, folder=folder, moves=output.path is None)
        elif output.kind is OutputKind.JSON_LINES:
            from export.jsonl import write_jsonl

            write_jsonl(path, run.reports())
        else:
            from export.csvtables import write_csv

            write_csv(path, run.reports(), run.files(), run.info)


def _read_all(
    paths: Sequence[str], forms: Sequence[Form], settings: Settings, spool: Spool, avoid: Sequence[Output]
) -> Iterator[tuple[FileResult, list[Report]]]:
    from extract.inputs import iter_sources
    from raingan.pipeline import process

    for item in iter_sources(paths, settings.limits):
        if _is_output(item.path, avoid):
            continue
        if isinstance(item, FileResult):
            yield item, []
            continue
        earlier = spool.first_with(item.sha256, item.name)
        # An empty file is no copy of another empty file: each is told for itself.
        if earlier is not None and item.data:
            yield _duplicate(item.name, item.sha256, len(item.data), earlier, item.path), []
        else:
            yield process(item, forms, settings)


def _duplicate(name: str, sha256: str, size: int, earlier: str, path: str | None) -> FileResult:
    return FileResult(
        file=name,
        state=State.SKIPPED,
        reason="duplicate",
        reason_values={"other": earlier},
        sha256=sha256,
        size=size,
        kind=Kind.UNKNOWN,
        path=path,
    )


def _is_output(path: str | None, outputs: Sequence[Output]) -> bool:
    """Say whether an input is what an earlier run wrote to the place this run writes to."""
    if path is None:
        return False
    for output in outputs:
        if output.upload is not None and (path == output.shown or path.startswith(f"{output.shown}/")):
            return True
        if output.path is None:
            continue
        with suppress(OSError):
            target = output.path.resolve()
            found = Path(path).resolve()
            if found == target or target in found.parents:
                return True
    return False


def _run_info(paths: Sequence[str], forms: Sequence[Form], settings: Settings) -> RunInfo:
    from extract.addresses import without_secrets

    return RunInfo(
        version=program_version(),
        inputs=tuple(without_secrets(path) for path in paths),
        language=settings.language,
        forms=tuple(form.id for form in forms),
        messages=message_kinds(),
    )
