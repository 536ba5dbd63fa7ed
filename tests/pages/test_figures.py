from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from review_gate.cli.tables import write_csv
from review_gate.domain.message import Message
from review_gate.domain.submission import Answer, Decision, State, Submission
from review_gate.domain.verdict import Reason, Severity, Source, Verdict
from review_gate.insight import figures as insight
from review_gate.insight.figures import Figures, quantile
from review_gate.page_ports import Judged
from review_gate.web.pages.charts import HEIGHT, TOP, stacked
from review_gate.web.pages.figures import as_csv, minutes
from tests.builders import NOW, held, verdict

DAY = timedelta(days=1)
START = datetime(2026, 11, 22, tzinfo=UTC)


def item(answer: Answer | None = None, after: float = 10, rule: str | None = None, **fields: object) -> Submission:
    """Handed in at NOW, answered `after` minutes."""
    made = held(**{name: value for name, value in fields.items() if name == "planned_at"})
    found: Verdict = verdict()
    if rule:
        reason = Reason(Source.RULE, Severity.HOLD, Message("m", "m"), category="tone", rule=rule, pack="p", version=1)
        found = replace(found, reasons=(reason,))
    decisions = ()
    if answer is not None:
        at = NOW + timedelta(minutes=after)
        decisions = (Decision("d", answer, "u1", "René", at, made.revision, made.text_sha256),)
    state = State.APPROVED if answer is Answer.APPROVE else State.HELD
    return replace(made, verdict=found, decisions=decisions, state=state)


def figures(items: list[Submission], replies: dict[tuple[str, str], int], since: datetime, until: datetime) -> Figures:
    return insight.figures([Judged.of(one) for one in items], replies, since, until)


def test_each_day_has_its_row_even_when_nothing_happened() -> None:
    found = figures([item(Answer.APPROVE), item()], {("2026-11-22", "allow"): 7}, START, START + 3 * DAY)
    assert [(str(day.date), day.handed_in, day.approved, day.allowed) for day in found.days] == [
        ("2026-11-22", 0, 0, 7),
        ("2026-11-23", 2, 1, 0),
        ("2026-11-24", 0, 0, 0),
    ]
    assert (found.handed_in, found.waiting, found.allowed) == (2, 1, 7)


def test_speed_is_from_handing_in_to_the_first_answer() -> None:
    items = [item(Answer.APPROVE, after=minutes) for minutes in (2, 4, 100)]
    found = figures(items, {}, START, START + 2 * DAY).speed
    assert (found.decisions, found.median, found.p90) == (3, 4.0, 100.0)


def test_on_time_is_before_the_planned_time() -> None:
    soon = NOW + timedelta(minutes=30)
    items = [item(Answer.APPROVE, after=10, planned_at=soon), item(Answer.REJECT, after=40, planned_at=soon), item()]
    found = figures(items, {}, START, START + 2 * DAY).speed
    assert (found.on_time, found.planned) == (1, 2)


def test_a_rule_is_overruled_when_its_text_is_approved() -> None:
    items = [
        item(Answer.APPROVE, rule="a"),
        item(Answer.REJECT, rule="a"),
        item(rule="a"),
        item(Answer.REJECT, rule="b"),
    ]
    rules = {one.name: one for one in figures(items, {}, START, START + 2 * DAY).rules}
    assert (rules["a"].seen, rules["a"].approved, rules["a"].stopped, rules["a"].waiting) == (3, 1, 1, 1)
    assert rules["a"].overruled == 0.5
    assert rules["b"].overruled == 0.0


def test_a_decision_about_an_earlier_text_says_nothing_about_this_one() -> None:
    revised = replace(item(Answer.REQUEST_CHANGES, rule="a"), revision=2)
    assert figures([revised], {}, START, START + 2 * DAY).rules[0].waiting == 1


def test_the_load_is_counted_by_person() -> None:
    load = figures([item(Answer.APPROVE, 5), item(Answer.REJECT, 15)], {}, START, START + 2 * DAY).reviewers
    assert [(one.name, one.decisions, one.approved, one.median) for one in load] == [("René", 2, 1, 10.0)]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.9, None),
        ([5.0], 0.9, 5.0),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0], 0.9, 9.0),
        ([3, 1], 0.5, 1),
    ],
)
def test_quantile(values: list[float], share: float, expected: float | None) -> None:
    assert quantile(values, share) == expected


@pytest.mark.parametrize(
    ("value", "words"), [(None, "–"), (0.5, "30 s"), (12.4, "12 min"), (120, "2.0 h"), (60 * 72, "3.0 d")]
)
def test_minutes_as_people_say_them(value: float | None, words: str) -> None:
    assert minutes(value) == words


@pytest.mark.parametrize("numbers", [[0, 0], [1, 0], [3, 9], [41, 1000]])
def test_bars_stay_inside_and_stack(numbers: list[int]) -> None:
    bars = stacked(["a", "b"], [("good", "yes", numbers), ("bad", "no", numbers[::-1])])
    assert all(block.y >= TOP - 0.1 and block.height > 0 for block in bars.blocks)
    for n in (0, 1):
        column = [block for block in bars.blocks if block.title.startswith("ab"[n])]
        if column:
            assert min(block.y for block in column) + sum(block.height for block in column) == pytest.approx(
                HEIGHT - 24, abs=0.3
            )


def test_a_cell_of_theas_csv_is_never_a_formula() -> None:
    assert as_csv([("=1+1", 2, "-x", "fine")]) == "'=1+1,2,'-x,fine\r\n"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-x", "@SUM(A1)", "  =1+1", "\u00a0=1+1", "\tx", "\rx", "\n=1+1"])
def test_both_exports_guard_the_same_cells(cell: str) -> None:
    sheet, file = as_csv([(cell,)]), io.StringIO()
    write_csv([{"text": cell}], file)
    (row,) = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
    assert next(csv.reader(io.StringIO(sheet, newline=""))) == [row["text"]] == [f"'{cell}"]
    assert as_csv([("", 3, " fine", "a=b")]) == ",3, fine,a=b\r\n"
