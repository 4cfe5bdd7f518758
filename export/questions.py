"""Questions as rows: a rule's words with its figures put in, and the reports that they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from export.filling import Values, row_function
from export.layout import Words
from raingan.model.questions import Question
from raingan.model.words import entry_of, fill, rows

QUESTIONS = "questions"
"""Name of the table."""


def question_rows(questions: Iterable[Question], words: Words) -> Iterator[Values]:
    """Yield the rows of the table in its order."""
    made = row_function(QUESTIONS)
    for number, question in enumerate(questions, 1):
        said = _said(question, words)
        places = [report for report, _ in question.places]
        yield made(
            number=number,
            kind=question.kind,
            agency=question.agency,
            rule_name=said["name"],
            years=", ".join(map(str, question.years)),
            indicator_number=question.indicator_number,
            indicator_name=question.indicator_name,
            unit=question.unit,
            found=said["found"],
            report_before=places[0] if len(set(places)) > 1 else None,
            report=places[-1],
            question=said["question"],
            innocent=said["innocent"],
            paper=said["paper"],
            tested=question.tested,
            listed=question.listed,
            by_chance=None if question.by_chance is None else Decimal(f"{question.by_chance:.1f}"),
            thresholds=question.thresholds,
            rule=question.rule,
        )


def _said(question: Question, words: Words) -> Mapping[str, str]:
    values = dict(question.values)
    if "differs" in values:
        values["differs"] = ", ".join(words.of("question_differs", key) for key in values["differs"].split())
    table = rows("export", "questions.toml")[question.rule]
    return {key: fill(entry_of(pair).in_(words.language), values) for key, pair in table.items()}
