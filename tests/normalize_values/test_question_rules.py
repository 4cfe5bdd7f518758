"""Each rule by examples: five that deserve a question, five that look alike and do not.

The figures are made, after the shapes of public indicator pages; what each rule is for stands in `data/questions.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from normalize.questions import rules


def figures(text: str) -> list[Decimal]:
    return [Decimal(word) for word in text.split()]


def maybe(text: str) -> list[Decimal | None]:
    return [None if word == "-" else Decimal(word) for word in text.split()]


def steps(text: str) -> list[rules.Step]:
    """ "80>96 80>97": target and result of each year."""
    return [(Decimal(t), Decimal(r)) for t, _, r in (word.partition(">") for word in text.split())]


def scale(text: str) -> bool:
    value, others = text.split("|")
    return rules.other_scale(Decimal(value), figures(others))


def progress(text: str) -> bool:
    year, _, quarters = text.partition("|")
    ((target, result),) = steps(year)
    return rules.progress_as_result(target, result, maybe(quarters))


def broke(text: str) -> bool:
    alike, same = text.split("|")
    return rules.broken(Decimal(alike), *(sign == "=" for sign in same))


def cut(text: str) -> bool:
    year, now, *peers = text.replace("|", " ").split()
    return rules.target_cut(steps(year)[0], Decimal(now), *map(Decimal, peers))


def exact(text: str) -> bool:
    hits, reports, share = text.split()
    return rules.exact_hits(int(hits), int(reports), float(share))


def heap(text: str) -> bool:
    above, below, *likely = text.split()
    return rules.bunched(int(above), int(below), *map(float, likely))


def jump(text: str) -> bool:
    before, now, *bases = text.split()
    known = (int(bases[0]), int(bases[1])) if bases else None
    return rules.jump_of_percent(Decimal(before), Decimal(now), known)


def peers(text: str) -> bool:
    value, others = text.split("|")
    told = {rules.unlike_peers(Decimal(value), figures(others), percent) for percent in (True, False)}
    (same,) = told  # raw and on the logit
    return same


def gone(text: str) -> bool:
    years, others, how = text.split()
    return rules.dropped(int(years), int(others), how == "missed")


def year_end(text: str) -> bool:
    quarters, _, before = text.partition("|")
    return rules.year_end_jump(figures(quarters), Decimal(before) if before else None)


def order(text: str) -> bool:
    own, *cited = map(int, text.split())
    return rules.old_evidence(own, cited)


PEERS = "71 73 74 75 76 77 77 79 80 81"
EXAMPLES: Sequence[tuple[Callable[[str], bool], Sequence[str], Sequence[str]]] = (
    (
        scale,
        ("90|4 4 5 4", "100|3.2 4.1 4.6", "0.7|70 75 68", "2400|24 22 25", "2|88 91 94"),
        ("4.6|3.2 4.1", "40|62 81 70", "100|92 94 98", "9|4 5", "100|4", "0|80 81"),
    ),
    (
        progress,
        ("35>100|25 40 70", "45>100|", "10>100|", "90>100|20 50 80", "30>100|5 20 60"),
        ("96>100|100 100 100", "90>96.2|20 55 75", "100>100|30 50 70", "95>97.3|98 97 99", "85>100|83.1 90.2 96.4"),
    ),
    (
        lambda text: rules.last_quarter_missing(maybe(text)),
        ("20.1 51.2 73.3 0", "25 40 65 0", "30 60 80 -", "0 3.9 3.9 0", "15 30 20 0"),
        ("5.2 8 13 15", "2 6 8 8", "0 0 0 0", "0 0 4.1 4.2", "0 0 0 9"),
    ),
    (broke, ("0.96|≠==", "0.98|=≠=", "0.79|===", "0.99|==≠", "0.4|≠≠="), ("1|===", "0.9|===", "0.85|===", "0.8|===")),
    (
        cut,
        ("85>92.4 80", "100>100 75", "14>18 11", "75>76 70|0.3", "95>95 94"),
        ("90>87 80", "85>93 85", "85>93 90", "100>100 99.2", "90>95 80|0.9"),
    ),
    (
        lambda text: rules.slack_target(steps(text)),
        ("75>92 75>93 75>94", "40>61 45>66 50>70", "10>70 20>75 30>80", "12>44 12>41 15>50", "60>97 60>96 65>98"),
        ("75>92 92>93 93>95", "80>81 80>82 80>84", "75>92 75>93", "90>86 90>92 90>94", "55>88 87>90 60>91"),
    ),
    (
        lambda text: rules.target_follows_result(steps(text)),
        ("70>70.4 70.4>71 71>71.4 71.4>72", "50>50.6 50.6>51 51>51.8 51.6>52","300>303 303>306 306>309 309>312"),
        ("70>70.4 70.4>71 71>71.4", "70>85 80>90 90>95 92>98", "70>70.3 70>70.4 70>70.5", "70>70.4 70.4>69 69>71"),
    ),
    (
        exact,
        ("13 20 0.18", "9 12 0.18", "8 8 0.18", "16 25 0.18", "21 30 0.25"),
        ("5 20 0.18", "5 7 0.18", "6 20 0.18", "3 9 0.18", "11 20 0.39"),
    ),
    (heap, ("10 0", "15 1", "19 3", "26 6", "41 14"), ("9 0", "9 4", "12 7", "21 12", "31 0 0.97")),
    (
        lambda text: rules.stuck(text.split()),
        ("87.24 87.24", "90.37 92.42 92.42", "4.35 4.35", "86 86 86", "62.15 62.15 62.15"),
        ("87.24 87.29", "86 86", "100 100 100", "0 0 0", "92.42 90.00 92.42"),
    ),
    (
        jump,
        ("61 88", "96 70", "60 75 400 420", "91 79 900 950", "20 44"),
        ("61 76", "96 88", "60 75 30 28", "91 87 900 950", "88 92"),
    ),
    (
        lambda text: rules.jump_of_count(*figures(text)),
        ("120 260", "410 150", "0 40", "32 12", "1100 3000"),
        ("120 180", "4 9", "410 230", "0 7", "1100 2100"),
    ),
    (
        peers,
        (f"45|{PEERS}", f"50|{PEERS}", "46|3 4 5 6 7 8 8 9 10 11"),
        (
            f"66|{PEERS}", "40|71 73 75 76 80", "80|100 100 100 100 100 100 100 100 100 97",
            "88|91 92 94 94 95 95 96 96 97 98",
        ),
    ),
    (
        lambda text: rules.heaped([int(word) for word in text.split()]),
        ("42 8 8 8 8 30 8 8 8 8", "61 10 12 9 11 41 10 12 9 11", "31 6 7 8 7 28 6 7 6 5"),
        ("12 9 11 10 8 10 11 9 10 10", "30 2 2 2 2 20 2 2 2 2", "14 9 10 9 8 15 9 9 9 9", "10 32 10 8 9 10 8 7 9 9"),
    ),
    (
        gone,
        ("3 11 missed", "2 5 missed", "5 28 missed", "4 9 missed"),
        ("3 11 met", "1 11 missed", "3 4 missed", "3 0 missed", "6 20 met"),
    ),
    (
        year_end,
        ("5 5 10 30", "0 0 10 25", "2 3 5 40|0.4", "10 10 10 80", "0 0 0 22"),
        ("20 25 30 25", "5 5 10 30|0.5", "1 1 1 5", "10 20 30 40", "0 0 0 15"),
    ),
    (
        order,
        ("2560 2562 2563", "2561 2561 2562 2563", "2558 2563 2564", "2562 2562 2564"),
        ("2563 2563", "2562 2562 2563", "2560 2564", "2564 2564 2564"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("rule, ask, leave", EXAMPLES)
def test_what_deserves_a_question_and_what_only_looks_like_it(
    rule: Callable[[str], bool], ask: Sequence[str], leave: Sequence[str]
) -> None:
    assert [text for text in ask if not rule(text)] == []
    assert [text for text in leave if rule(text)] == []


def test_likeness_is_whole_for_equal_texts_and_nothing_for_strange_ones() -> None:
    assert rules.likeness("จำนวนครัวเรือน", "จำนวนครัวเรือน") == 1
    assert rules.likeness("จำนวนครัวเรือน", "abcdefghij") == 0
    assert rules.likeness("", "") == 1 and rules.likeness("", "abc") == 0


def test_a_repeated_result_that_is_the_target_is_no_question() -> None:
    printed, own = ["62.15", "62.15"], Decimal("62.15")
    assert not rules.stuck(printed, [own, own])
    assert rules.stuck(printed, [own, Decimal(60)])


def test_every_rule_has_a_class_and_a_place_in_their_order() -> None:
    classes = [given["class"] for given in rules.rules().values()]
    assert classes == sorted(classes) and set(classes) <= set("ABCD")
