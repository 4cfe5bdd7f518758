"""One short round of the campaign of faults; `python tests/campaign.py` goes on for as long as one likes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from raingan.review.store import Decisions, decisions_beside
from tests.campaign import Campaign, based
from tests.campaign_parts import Deciding, Wrong
from tests.review.made import REPORT, decision


@pytest.mark.skipif(sys.platform != "linux", reason="the campaign looks at processes as Linux tells of them")
def test_a_short_round_of_faults_loses_and_leaves_nothing() -> None:
    told: list[str] = []
    with based() as base:
        wrong = Campaign(base, 4, told.append, quick=True).rounds(lambda number: number >= 1, faults=2)
    assert wrong == 0, told
    assert " 2 faults" in told[-1], told


def test_the_campaign_sees_what_is_lost_double_and_made_up(tmp_path: Path) -> None:
    ledger = tmp_path / "r.raingan"
    with Decisions.open(decisions_beside(ledger)) as decisions:
        decisions.add(decision("a", note="one"), decision("a", note="two"))
    path = decisions_beside(ledger)
    Deciding(ledger, [(REPORT, None)], {1: "one", 2: "two"}).check(path)
    for acknowledged in ({3: "three"}, {1: "two"}):
        with pytest.raises(Wrong, match="lost"):
            Deciding(ledger, [(REPORT, None)], acknowledged).check(path)
    with Decisions.open(path) as decisions:
        decisions.add(decision("a", note="two"))
    with pytest.raises(Wrong, match="double"):
        Deciding(ledger, [(REPORT, None)]).check(path)
    path.unlink()
    with pytest.raises(Wrong, match="gone"):
        Deciding(ledger, [(REPORT, None)], {1: "one"}).check(path)
