"""The last stage before the outputs: flags, problems and ends of files get their sentences, here and nowhere else."""

from __future__ import annotations

from raingan.model.messages import reason_words, sentence_if_known
from raingan.model.records import FileResult, Flag, Problem
from raingan.model.stages import ReviewedReport, ToldFile, ToldFlag, ToldProblem, ToldReport, promoted


def told_report(report: ReviewedReport, language: str) -> ToldReport:
    """Return a report with the sentences of its flags."""
    return promoted(ToldReport, report, flags=tuple(told_flag(flag, language) for flag in report.flags))


def told_file(result: FileResult, language: str) -> ToldFile:
    """Return how a file ended, in words; one that ended well needs none."""
    message = "" if result.reason is None else sentence_if_known(result.reason, result.reason_values, language)
    problems = tuple(_told_problem(problem, language) for problem in result.problems)
    return promoted(ToldFile, result, message=message, problems=problems)


def told_flag(flag: Flag, language: str) -> ToldFlag:
    """Return a flag with its sentence, and with its reason, a column of its own in the workbook, in words."""
    values = flag.values
    if values.get("reason"):
        values = {**values, "reason": reason_words(values, language)}
    message = sentence_if_known(flag.code, flag.values, language)
    return ToldFlag(flag.code, flag.field, values, flag.picture, message=message)


def _told_problem(problem: Problem, language: str) -> ToldProblem:
    values = problem.values if problem.page is None else {"page": str(problem.page), **problem.values}
    return ToldProblem(
        problem.code, problem.page, problem.values, message=sentence_if_known(problem.code, values, language)
    )
