"""Submissions through JSON and back: nothing is lost, nothing wrong is taken."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.adapters.stores.database import moment, stamp
from review_gate.adapters.stores.serial import dump_submission, load_submission
from review_gate.domain.submission import Submission
from tests.stores.made import submission

ZONES = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(
    lambda offset: timezone(timedelta(seconds=round(offset.total_seconds())))
)
TIMES = st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30), timezones=ZONES)
IN_WHOLE_MINUTES = TIMES.map(lambda at: at.astimezone(timezone.utc))  # noqa: UP017 - as any zone of whole minutes


def wild(hint: Any) -> st.SearchStrategy[Any]:
    """Anything that fits the type: every field is filled, those with defaults too."""
    if is_dataclass(hint) and isinstance(hint, type):
        fields = {name: wild(inner) for name, inner in get_type_hints(hint).items()}
        return st.builds(hint, **fields)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(max_size=8),
        float: st.floats(allow_nan=False, allow_infinity=False),
        datetime: IN_WHOLE_MINUTES,
    }
    if hint in simple:
        return simple[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return st.one_of([wild(argument) for argument in arguments])
    if origin is tuple and arguments[-1] is ...:
        return st.lists(wild(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*[wild(argument) for argument in arguments])
    if origin is Mapping:
        return st.dictionaries(wild(arguments[0]), wild(arguments[1]), max_size=2)
    return st.from_type(hint)


@settings(max_examples=150, deadline=None)
@given(wild(Submission))
def test_whatever_a_submission_holds_comes_back(made: Submission) -> None:
    text = dump_submission(made)
    back = load_submission(text)
    assert back == made
    assert [type(reason.severity) for reason in back.verdict.reasons] == [type(made.verdict.severity)] * len(
        made.verdict.reasons
    )
    assert dump_submission(back) == text


@given(TIMES)
def test_a_planned_time_keeps_its_moment_whatever_its_zone(at: datetime) -> None:
    made = submission()
    made = replace(made, draft=replace(made.draft, planned_at=at))
    assert load_submission(dump_submission(made)).draft.planned_at == at


def test_a_planned_time_keeps_its_zone() -> None:
    planned = load_submission(dump_submission(submission())).draft.planned_at
    assert planned is not None
    assert planned.isoformat() == "2026-11-13T18:00:00+01:00"


@given(TIMES, TIMES)
def test_stamps_sort_as_their_times_do(one: datetime, other: datetime) -> None:
    assert moment(stamp(one)) == one
    assert (stamp(one) < stamp(other)) == (one < other)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("state",), "lost"),
        (("version",), "1"),
        (("draft", "kind"), "story"),
        (("draft", "planned_at"), 0),
        (("draft", "media"), {}),
        (("verdict", "severity"), 9),
        (("verdict", "packs"), {"calendar": "3"}),
        (("verdict", "reasons", 0, "span"), [1]),
        (("created_at",), "yesterday"),
        (("escalated",), 1),
    ],
)
def test_a_record_of_the_wrong_shape_is_refused(path: tuple[str | int, ...], wrong: object) -> None:
    record = json.loads(dump_submission(submission()))
    place = record
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = wrong
    with pytest.raises(ValueError, match=str(path[-1])):
        load_submission(json.dumps(record))


def test_a_record_from_before_a_field_was_added_takes_its_default() -> None:
    record = json.loads(dump_submission(submission()))
    del record["approvals_needed"]
    assert load_submission(json.dumps(record)).approvals_needed == 1


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        dump_submission(submission(author="\ud800"))
