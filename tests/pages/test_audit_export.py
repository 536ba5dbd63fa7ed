"""An exported audit log can be checked by somebody who has nothing but the lines and docs/operations.md."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from review_gate.adapters.clock import utc_now, uuid7
from review_gate.domain.change import Change, Event
from review_gate.domain.submission import Answer, Person, Role
from review_gate.gate import Seen
from review_gate.gate.erasing import Erasure
from tests.pages.house import CAMILLE, INES, SAMIRA, THOMAS, PageHouse

REVIEWER = Person(SAMIRA, "Samira Benali", frozenset({Role.REVIEWER}))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def head(exported: str) -> str:
    """The last hash, computed as docs/operations.md says. Raises ValueError where the log does not hold."""
    lines = sorted((json.loads(one) for one in exported.split("\n") if one), key=lambda line: line["position"])
    previous = "0" * 64
    blank: dict[int, str | None] = {}
    for position, line in enumerate(lines, 1):
        content = line["content"] or sha256(canonical({"actor": line["actor"], "data": line["data"]}))
        hashed = {name: line[name] for name in ("at", "id", "kind", "position")}
        hashed |= {"submission_id": line["submission"], "content": content}
        fresh = sha256(previous + "\n" + canonical(hashed))
        if (line["position"], line["previous"], line["hash"]) != (position, previous, fresh):
            raise ValueError(f"position {position}")
        previous = fresh
        if line["content"] is not None:
            blank[position] = line["submission"]
        elif line["kind"] == "submission.erased":
            of = (None, line["submission"])
            blank = {at: whose for at, whose in blank.items() if at not in line["data"]["positions"] or whose not in of}
    if blank:
        raise ValueError(f"blank: {blank}")
    return previous


def export(house: PageHouse) -> str:
    return house.browser(INES).get("/audit/events.jsonl").text


@pytest.fixture
def busy(house: PageHouse) -> PageHouse:
    """Two drafts, both decided about, with words and numbers that are written in several ways."""
    for author, answer in ((CAMILLE, Answer.APPROVE), (THOMAS, Answer.REJECT)):
        item = house.hand_in(author=author)
        house.gate.decide(item.id, answer, REVIEWER, Seen(1, item.text_sha256), 'Où ça ? 🎉 \u2028 \\ " </b>')
    found = Event(uuid7(), utc_now().replace(microsecond=0), "cluster.found", "gate", None, {"usual": 0.1, "of": 1e20})
    house.store.commit(Change(events=(found,)))
    return house


def test_the_lines_are_enough_to_compute_the_chain(busy: PageHouse) -> None:
    exported = export(busy)
    assert head(exported) == list(busy.store.log())[-1].hash

    Erasure(busy.store, utc_now, uuid7).author(CAMILLE, "dpo")

    later = export(busy)
    assert "Où ça" in exported and '"content": null' in later and "[erased]" in later
    assert head(later) == list(busy.store.log())[-1].hash
    kept = {line["position"]: line["hash"] for line in map(json.loads, later.split("\n")[:-1])}
    assert all(kept[line["position"]] == line["hash"] for line in map(json.loads, exported.split("\n")[:-1]))


def test_one_changed_letter_is_noticed(busy: PageHouse) -> None:
    exported = export(busy)
    for at, letter in enumerate(exported):
        if letter.isascii() and letter.isalnum():
            with pytest.raises((ValueError, KeyError, TypeError)):
                head(exported[:at] + ("1" if letter != "1" else "2") + exported[at + 1 :])


def test_in_an_erased_log_whatever_counts_is_noticed_too(busy: PageHouse) -> None:
    Erasure(busy.store, utc_now, uuid7).author(CAMILLE, "dpo")
    lines = [json.loads(one) for one in export(busy).split("\n") if one]
    changed = 0
    for line in lines:
        for name in line.keys() - ({"actor", "data"} if line["content"] else {"content"}):
            bent = {**line, name: 7 if line[name] == "x" else "x"}
            with pytest.raises((ValueError, KeyError, TypeError)):
                head("\n".join(json.dumps(bent if one is line else one) for one in lines))
            changed += 1
    assert changed > 8 * len(lines) > 0
    whole = next(line for line in lines if line["kind"] == "cluster.found")
    own = sha256(canonical({"actor": whole["actor"], "data": whole["data"]}))
    by_hand = {**whole, "data": {}, "content": own}  # blanked, and no event says that it was erased
    with pytest.raises(ValueError, match="blank"):
        head("\n".join(json.dumps(by_hand if one is whole else one) for one in lines))
    for missing in range(1, len(lines)):
        with pytest.raises(ValueError, match="position"):
            head("\n".join(json.dumps(one) for one in lines[:missing] + lines[missing + 1 :]))
