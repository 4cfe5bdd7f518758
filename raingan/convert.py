"""Many files into few outputs: read into the ledger, compare across reports, write what is not written yet."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from raingan.apart.tasks import Job
from raingan.batch import Watch, read_archive
from raingan.ledger.entries import QueueRow
from raingan.model.messages import message_kinds, severity
from raingan.model.records import ReviewState, RunInfo, State
from raingan.model.stages import ComparedReport, ReviewedReport, ToldFile, ToldReport, promoted
from raingan.outputs import LEDGER_SUFFIX, Output, OutputKind, place_of
from raingan.progress import Pace
from raingan.settings import Settings
from raingan.telling import told_file, told_report
from raingan.version import program_name
from raingan.work import job_of
from raingan.workfolder import WorkFolder, clear

if TYPE_CHECKING:
    from raingan.apart.launch import Launched
    from raingan.apart.tasks import Runner
    from raingan.fingerprint import FormText
    from raingan.ledger import Ledger, View
    from raingan.model.questions import Question
    from raingan.review.applied import Decided

Tell = Callable[[str, Mapping[str, str]], None]
"""Hears of what is no file's matter: code of the message table, and its values."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished reading, not yet written: iterate reports and files as often as wanted."""

    ledger: View
    info: RunInfo
    decided: Decided | None = None  # what people decided, where they did

    def reports(self) -> Iterator[ToldReport]:
        """Yield every report, in the order of the inputs, as people left it; flags with their sentences."""
        for _, report in self.ledger.reports():
            left = promoted(ReviewedReport, report) if self.decided is None else self.decided.report(report)
            yield told_report(left, self.info.language)

    def files(self) -> Iterator[ToldFile]:
        """Yield every input once, with its state."""
        for result in self.ledger.files():
            yield told_file(result if self.decided is None else self.decided.file(result), self.info.language)


@dataclass(frozen=True, slots=True)
class Converted:
    """How a conversion ended."""

    states: Counter[State]
    written: tuple[Output, ...]
    unchanged: tuple[Output, ...]  # stood there already, as this run would have written them
    gone: tuple[str, ...]  # inputs of the run before that are no more
    known: int  # files that an earlier run had read
    skipped: Counter[str]  # files that were, by their reason
    reports: int

    @property
    def found_nothing(self) -> bool:
        """Say whether no input was a report, nor one that could not be read: they were hardly meant."""
        return not self.reports and not self.states[State.FAILED]


def convert(
    paths: Sequence[str],
    outputs: Sequence[Output],
    settings: Settings,
    watch: Watch | None = None,
    ledger: Path | None = None,
    tell: Tell | None = None,
    *,
    alone: bool = False,
    ahead: Launched | None = None,
) -> Converted:
    """Read what is not read yet and write every output that would differ from what is there.

    `ledger` is where results are kept; without one they go when this ends. Raises `InputError` for a path that does
    not exist, `OutputError` for one that is also an output and where most inputs of the ledger are gone,
    `extract.sections.forms.FormError` for a bad form and `raingan.ledger.LedgerError`, all before any work;
    `OSError` when an output cannot be written: it is then left as it was. `alone` says that nobody else uses this
    process: libraries are then imported for this program's needs only. The first worker is the process that was
    launched `ahead`, where there is one.
    """
    meanwhile = partial(_get_ready, outputs, alone)
    from raingan.standing import check_still

    with reading(paths, settings, watch, outputs, ledger, tell, meanwhile, ahead) as (run, kept, pace):
        written, unchanged = [], []
        kept.tell(run.info.inputs, run.info.forms)
        results = kept.results_fingerprint() + ("" if run.decided is None else run.decided.fingerprint())
        for output in outputs:
            target = _fingerprint(output, results, run.info)
            # What lies in a store may have been changed there; it is not fetched to find out.
            if output.path is not None and kept.output_is_current(output.path, target):
                unchanged.append(output)
                continue
            write(run, output, standing=None if settings.replace else partial(check_still, output, ledger))
            if output.path is not None:
                kept.set_output(output.path, target)
            written.append(output)
        states, skipped, reports = Counter[State](), Counter[str](), 0
        for result in run.files():
            states[result.state] += 1
            reports += result.reports
            if result.state is State.SKIPPED:
                skipped[result.reason or ""] += 1
        if ledger is not None and tell is not None and not kept.is_there():
            tell("ledger-went", {"path": str(ledger)})
        return Converted(states, tuple(written), tuple(unchanged), kept.gone(), pace.known, skipped, reports)


def export(ledger: Path, outputs: Sequence[Output], language: str, four_eyes: bool | None = None) -> None:
    """Write outputs from what a ledger holds and people decided, reading no file; as `convert` would write them.

    `four_eyes` asks for a second person from now on, or no longer; None leaves that as it is.
    Raises `raingan.ledger.LedgerError`, also for a ledger whose last run did not come to its end; `OSError`.
    """
    from raingan.ledger import View
    from raingan.model.errors import LedgerError
    from raingan.review.applied import decided_beside
    from raingan.review.store import Decisions, decisions_beside

    clear(*(output.path.parent for output in outputs if output.path is not None))
    with View.look(ledger) as view, view.steady():
        if view.results() is None:
            raise LedgerError("ledger-unfinished", path=ledger)
        if four_eyes is not None:
            with Decisions.open(decisions_beside(ledger)) as decisions:
                decisions.set_four_eyes(four_eyes)
        inputs, forms = view.told()
        info = RunInfo(program_name(), inputs, language, forms, message_kinds())
        with decided_beside(view, ledger) as decided:
            for output in outputs:
                write(Run(view, info, decided), output, private=True)


@contextmanager
def reading(
    paths: Sequence[str],
    settings: Settings,
    watch: Watch | None = None,
    outputs: Sequence[Output] = (),
    ledger: Path | None = None,
    tell: Tell | None = None,
    meanwhile: Callable[[], None] | None = None,
    ahead: Launched | None = None,
) -> Iterator[tuple[Run, Ledger, Pace]]:
    """Read every path into a ledger that lives as long as the block, longer if it is named.

    `meanwhile` is called while workers start, if any do.
    """
    from extract.intake.inputs import iter_sources
    from raingan.fingerprint import fingerprints_of
    from raingan.ledger import LEDGER_FILES, Ledger
    from raingan.review.applied import decided_beside
    from raingan.standing import check_inputs, check_ledger, check_typed

    iter_sources(paths, settings.limits)  # tells of a path that does not exist before anything is made
    avoid = {output.place for output in outputs if not output.is_stdout}
    if ledger is not None:
        avoid |= {place_of(ledger) + end for end in LEDGER_FILES}
    check_inputs(paths, avoid)
    if ledger is not None and not settings.replace:
        check_ledger(paths, ledger, outputs, settings.limits)
    if not settings.replace:
        check_typed(outputs, ledger)
    forms = _own_forms(settings)
    job = job_of(settings, forms, settings.keep_pages and ledger is not None)
    fingerprints = fingerprints_of(settings, forms)
    with ExitStack() as stack:
        lasting = ledger is not None
        if ledger is None:
            work = stack.enter_context(WorkFolder())
            ledger = work.path / f"run{LEDGER_SUFFIX}"
        opened = stack.enter_context(Ledger.open(ledger, lasting=lasting, across=fingerprints.across))
        if opened.is_older and tell is not None:
            tell("ledger-brought-up", {"path": str(ledger)})
        if lasting:
            clear(ledger.parent, *(output.path.parent for output in outputs if output.path is not None))
            work = stack.enter_context(WorkFolder(ledger.parent))
        avoid.add(place_of(work.path))
        if settings.cluster is None:
            job = dataclasses.replace(job, folder=str(work.path))
        with _runner(settings, job, tell, meanwhile, ahead) as runner:
            pace = read_archive(paths, settings, opened, runner, fingerprints, avoid, watch)
        _compare(opened, work.path / "across")
        decided = stack.enter_context(decided_beside(opened, ledger)) if lasting else None
        yield Run(opened, _run_info(paths, settings, forms), decided), opened, pace


def _runner(
    settings: Settings,
    job: Job,
    tell: Tell | None,
    meanwhile: Callable[[], None] | None,
    ahead: Launched | None,
) -> Runner:
    """Choose where files are read; `tell` hears of workers that cannot be used."""
    if settings.cluster is not None:
        from raingan.cluster.runner import Cluster

        return Cluster(settings.cluster, job, settings.bounds, tell)
    if settings.workers == 0:
        from raingan.apart.in_process import InProcess

        return InProcess(job)
    from raingan.apart.crew import Crew
    from raingan.apart.keeper import FORKS
    from raingan.apart.together import Together, together

    workers = settings.workers or _cores()
    if not FORKS or not job.fit:  # without forks a task is the worker's own doing, and costs no process
        return Crew(job, workers, settings.bounds, meanwhile, ahead)
    return Together(Crew(together(job), workers, settings.bounds, meanwhile, ahead))


def _get_ready(outputs: Sequence[Output], alone: bool) -> None:
    """Import what is needed once everything is read, while workers start: one core would have nothing to do."""
    import normalize.across  # noqa: F401
    from extract.sections.forms import load_forms

    load_forms()
    if any(output.kind is OutputKind.WORKBOOK for output in outputs):
        from export.workbook import get_ready

        get_ready(alone)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _compare(ledger: Ledger, folder: Path) -> None:
    """Flag what only shows across reports, unless that was done for just these."""
    from normalize.across import Across

    if ledger.is_compared():
        return
    folder.mkdir()
    with Across(folder) as across:

        def rows() -> Iterator[QueueRow]:
            for number, report in ledger.reports():
                across.add(number, report)
                yield _queue_row(number, report)

        ledger.set_queue(rows())
        ledger.set_later_flags(across.flags(), severity)


def _queue_row(number: int, report: ComparedReport) -> QueueRow:
    codes = tuple(dict.fromkeys(flag.code for flag in report.flags))
    return QueueRow(
        number=number,
        content=report.sha256,
        place=report.report_index,
        name=report.file,
        agency=report.agency,
        year=report.fiscal_year,
        indicator=report.indicator_name,
        flags=len(report.flags),
        worst=min((severity(code) for code in codes), default=None),
        codes=codes,
    )


def _fingerprint(output: Output, results: str, info: RunInfo) -> str:
    """Return what decides an output's bytes, as one short text."""
    told = [results, output.kind.value, info.version, info.language, *info.forms, *info.inputs]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@contextmanager
def asking(run: Run) -> Iterator[tuple[Iterator[ToldReport], Iterator[Question]]]:
    """Give the reports of a run, and what to ask about them: to be iterated when all reports have been."""
    from normalize.questions.gather import Gathered

    with closing(Gathered(severity)) as gathered:

        def reports() -> Iterator[ToldReport]:
            for number, report in enumerate(run.reports(), 1):
                settled = (review.field for review in report.reviews if review.state is ReviewState.SETTLED)
                gathered.add(number, report, frozenset(settled))
                yield report

        yield reports(), gathered.questions()


def write(run: Run, output: Output, private: bool = False, standing: Callable[[], None] | None = None) -> None:
    """Write one output, whole or not at all; a private one for its owner alone.

    `standing` is asked before it takes the place of what stands there: hours may have gone since that was looked at.
    """
    if output.is_stdout:
        from export.jsonl import json_lines

        for line in json_lines(run.reports()):
            sys.stdout.write(line)
        return
    with output.replacing(private) as path:
        if output.kind is OutputKind.WORKBOOK:
            from export.workbook import write_workbook

            # Links lead from where the workbook will lie, not from where it is written.
            folder = None if output.path is None else output.path.parent
            moves = output.path is None
            with asking(run) as (reports, questions):
                write_workbook(path, reports, run.files(), run.info, folder=folder, moves=moves, questions=questions)
        elif output.kind is OutputKind.JSON_LINES:
            from export.jsonl import write_jsonl

            write_jsonl(path, run.reports())
        else:
            from export.csvtables import write_csv

            with asking(run) as (reports, questions):
                write_csv(path, reports, run.files(), run.info, questions)
        if standing is not None:
            standing()


def _own_forms(settings: Settings) -> list[FormText]:
    """Read the user's form files, once: what is used, what decides results and what is told are the same bytes."""
    from extract.sections.forms import read_form

    return [(path, read_form(path)) for path in settings.forms]


def _run_info(paths: Sequence[str], settings: Settings, forms: Sequence[FormText]) -> RunInfo:
    from extract.intake.stores.addresses import without_secrets
    from extract.sections.forms import forms_of

    return RunInfo(
        version=program_name(),
        inputs=tuple(without_secrets(path) for path in paths),
        language=settings.language,
        forms=tuple(form.id for form in forms_of(forms)),
        messages=message_kinds(),
    )
