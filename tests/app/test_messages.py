"""Every code has a sentence in both languages, and parameters are filled or stay visible."""

import pytest

from raingan.model.messages import message_kinds, sentence, severity, talk
from raingan.model.records import MessageKind
from raingan.model.report_fields import report_fields


@pytest.mark.parametrize("kind", message_kinds(), ids=lambda kind: kind.code)
def test_every_code_has_a_severity(kind: MessageKind) -> None:
    assert 1 <= severity(kind.code) <= 4


def test_a_field_is_named_for_people() -> None:
    name = report_fields().name
    assert name("quarters.2", "en") == "quarter 2"
    assert name("target.value", "en") == "target"
    assert name("dates.0", "en") == "date 1"
    assert name("nothing.known", "en") == "nothing.known"
    assert sentence("missing-section", {"section": "quarters.4"}, "en").startswith("The section “quarter 4”")


def test_a_missing_parameter_stays_visible() -> None:
    assert "{size}" in sentence("too-large", {"what": "pages", "limit": "5"}, "en")


def test_a_parameter_is_never_read_as_a_template() -> None:
    assert "{limit}" in sentence("unknown-label", {"label": "{limit} {0.__class__}"}, "en")


def test_talk_is_in_both_languages() -> None:
    assert talk("written", "en", path="x") == "wrote x"
    assert talk("written", "th", path="x").endswith("x")
