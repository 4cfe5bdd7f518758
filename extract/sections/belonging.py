"""Whether the headings found are those of a form's report, or words that another form shares with it.

Forms of one house share many labels: a health indicator sheet has the name, the definition and the quarters of a city
report, and nothing else of it. Read by the city's form it gives half a record, whose name has swallowed the labels
between. Three things tell a report of the form:

- it carries the form's own numbers before its headings. Then it is one even where pages of it are lost.
- else it has its first heading, the name, and more than half of the headings that the form requires.
- else it lacks the name but hardly anything else: a print whose first line was cut off.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.sections.forms import Form
from extract.sections.headings import Heading

# Of six made files of other forms that were taken for a known one the fullest had half of the required headings, or
# 5 of 11 without a name; made prints without numbers, each label damaged, have 11 of 14 and more.
_MOST = (1, 2)  # more than this share, with the name
_NEARLY_ALL = (3, 4)  # this share or more, without it


def different(form: Form, record: Sequence[Heading]) -> int:
    """Number of different headings with evidence of their own: number, colon, or a line to themselves."""
    found = {
        heading.candidate.field
        for heading in record
        if form.fields[heading.candidate.field].place == "body"
        and (heading.candidate.numbered or heading.candidate.colon or heading.candidate.lone)
    }
    return len(found)


def belongs(form: Form, record: Sequence[Heading]) -> bool:
    """Tell whether a record is one of this form, and not of another that shares some of its words."""
    numbered = {heading.candidate.field for heading in record if heading.candidate.numbered}
    if len(numbered) >= form.headings_needed:
        return True
    present = {heading.candidate.field for heading in record}
    required = {number for number, field in enumerate(form.fields) if field.required}
    names = {number for number in required if form.fields[number].start}
    if not required:
        return True
    found = len(required & present)
    if names and not names & present:
        return found * _NEARLY_ALL[1] >= len(required) * _NEARLY_ALL[0]
    return found * _MOST[1] > len(required) * _MOST[0]


def labels_of(form: Form, record: Sequence[Heading]) -> tuple[str, ...]:
    """The different labels of a record in the order in which they stand, as the form writes them."""
    return tuple(dict.fromkeys(heading.candidate.label for heading in record))
