"""What happened after publishing: counted, shown, reported on the page and by a sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from review_gate.adapters.stores import open_store
from review_gate.cli.main import main
from review_gate.domain.draft import Kind
from review_gate.domain.outcome import About, Circumstances, Outcome, Readings
from review_gate.domain.submission import Answer, Person, Role
from review_gate.gate import Seen
from review_gate.insight.outcomes import Way, outcome_figures
from review_gate.web.outcome_sheet import read_outcomes
from review_gate.web.sheets import BadTable
from tests.pages.house import CAMILLE, INES, RISKY, SAMIRA, PageHouse

REVIEWER = Person(SAMIRA, "Samira Benali", frozenset({Role.REVIEWER}))
FINE = "Rendez-vous samedi dans notre magasin de Lille, 12 rue Nationale."
NINE = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def outcome(number: int, how: Circumstances, **readings: object) -> Outcome:
    return Outcome(f"o{number}", About.REPLY, 1, Readings(**readings), how, "crm", NINE)  # type: ignore[arg-type]


def test_what_goes_with_bad_outcomes() -> None:
    how = Circumstances("x", NINE, 1, ("tone",), ("tone.cold",), bot="faq", template="hours")
    person = replace(how, approved_by="Samira", severity=1, bot=None, template=None, went_out_at=NINE.replace(hour=22))
    known = [
        outcome(1, how, complaints=2),
        outcome(2, how, csat=5),
        outcome(3, person, deleted=True, effort=7),
        outcome(4, replace(person, severity=3, categories=("hate",)), nps=3),
        outcome(5, replace(person, rules=()), nps=10, complaints=0),
    ]
    found = outcome_figures(known)
    assert (found.total.reported, found.total.bad, found.total.complaints, found.total.deleted) == (5, 3, 2, 1)
    assert (found.csat, found.effort, found.nps) == (5, 7, 6.5)
    assert [(one.name, one.reported, one.bad) for one in found.categories] == [("tone", 4, 2), ("hate", 1, 1)]
    assert [(one.name, one.bad, one.share) for one in found.bots] == [("faq", 1, 0.5)]
    assert [one.name for one in found.templates] == ["hours"]
    assert [one.name for one in found.hours] == [f"{hour:02}" for hour in range(24)]
    assert (found.hours[9].reported, found.hours[22].bad, found.hours[3].reported) == (2, 2, 0)
    assert [(one.outcome.id, one.way) for one in found.missed] == [
        ("o1", Way.ALONE), ("o3", Way.UNSEEN), ("o4", Way.OVERRULED),
    ]  # fmt: skip
    assert outcome_figures([]).total.share == 0 and outcome_figures([]).csat is None


def test_a_sheet_as_a_french_spreadsheet_writes_it() -> None:
    sheet = "﻿Submission;complaints;deleted;csat;note;published_at\nabc;2;oui;4,5;« Choquant »;2026-11-24T10:00\n"
    (row,) = read_outcomes(sheet.encode(), "Europe/Paris")
    assert (row.line, row.about, row.id) == (2, About.SUBMISSION, "abc")
    assert row.body.readings() == Readings(2, True, 4.5, note="« Choquant »")


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("complaints\n1\n", "'submission' or 'reply' at least"),
        ("submission,mood\na,b\n", "Not known: mood"),
        ("submission,complaints\na,many\n", "line 2: /complaints"),
        ("submission,csat\na,9\n", "line 2: /csat: This must be 5 or less"),
        ("submission,deleted\na,maybe\n", "line 2: /deleted"),
        ("submission,csat\na,\n", "line 2: : This reports nothing"),
        ("submission,reply,csat\na,b,3\n", "one of the two"),
        ("reply,published_at,csat\nb,2026-11-24T10:00Z,3\n", "/published_at: There is no such field"),
    ],
)
def test_what_is_wrong_in_a_sheet_is_named_by_line(sheet: str, said: str) -> None:
    with pytest.raises(BadTable) as wrong:
        read_outcomes(sheet.encode())
    assert said in str(wrong.value)


def test_from_the_sheet_to_the_figures(house: PageHouse) -> None:
    approved, held = house.hand_in(channel="x"), house.hand_in(FINE)
    house.gate.decide(approved.id, Answer.APPROVE, REVIEWER, Seen(1, approved.text_sha256))
    house.gate.check(approved.draft.__class__("Votre colis part demain matin.", Kind.REPLY, bot="faq"), Person("faq"))
    reply = house.gate.check(
        approved.draft.__class__("Votre colis part demain matin, merci.", Kind.REPLY, bot="faq"), Person("faq")
    ).reply
    visitor = house.browser(INES)
    assert "Import a sheet below" in visitor.get("/outcomes").text
    sheet = (
        "submission,reply,complaints,csat,note\n"
        f"{approved.id},,3,,=cmd|calc\n"
        f"{held.id},,1,,\n"
        f",{reply},,2,rude\n"
    ).encode()  # fmt: skip

    def send(content: bytes) -> str:
        files = {"file": ("o.csv", content, "text/csv")}
        return visitor.client.post("/outcomes", data={"csrf": visitor.token}, files=files).text

    page = send(sheet)
    assert "2 taken, 0 known already, 1 refused." in page and "line 3: Nobody approved" in page
    assert "0 taken, 2 known already, 1 refused." in send(sheet)
    assert RISKY[:40] in page and "approved despite a find" in page and "went out by itself" in page
    lines = visitor.get("/outcomes/missed.csv").text.splitlines()
    assert len(lines) == 3 and any(",'=cmd|calc," in line for line in lines)
    assert visitor.get("/outcomes/bots.csv").text.splitlines()[1] == "faq,1,1,1.0,0,0"
    assert "line 2" in send(b"submission,csat\na,9\n") and "Choose a CSV file first" in send(b"")
    assert visitor.client.post(
        "/outcomes", data={"csrf": visitor.token}, files={"file": ("o.csv", b"a" * 1_100_000)}
    ).status_code == 413  # fmt: skip
    assert house.browser(SAMIRA).send("/outcomes").status_code == 403
    assert house.browser(CAMILLE).get("/outcomes").status_code == 403


def test_an_author_reports_on_the_page_of_the_draft(house: PageHouse) -> None:
    item = house.hand_in(FINE)
    visitor = house.browser(CAMILLE)
    assert "What happened afterwards" not in visitor.get(f"/items/{item.id}").text
    house.gate.decide(item.id, Answer.APPROVE, REVIEWER, Seen(1, item.text_sha256))
    for form in ({}, {"csat": "good"}, {"nps": "11"}, {"complaints": "-1"}):
        assert visitor.send(f"/items/{item.id}/outcome", **form).status_code == 422
    sent = visitor.send(f"/items/{item.id}/outcome", csat="1,5", deleted="1", note="Mal compris.")
    page = visitor.get(sent.headers["Location"]).text
    assert "it counts in the outcomes" in page and "Mal compris." in page and "1.5" in page
    assert house.browser("thomas@example.com").send(f"/items/{item.id}/outcome", csat="1").status_code == 303


def test_the_command_takes_a_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:{tmp_path / 'gate.db'}"
    open_store(database).close()
    sheet = tmp_path / "o.csv"
    sheet.write_text("submission,csat\nnowhere,3\n")
    assert main(["import", "outcomes", str(sheet), "--database", database]) == 1
    assert "line 2: There is no submission 'nowhere'." in capsys.readouterr().err
    assert main(["import", "outcomes", str(sheet), "--dry-run"]) == 0
    sheet.write_text("submission,csat\nnowhere,9\n")
    assert main(["import", "outcomes", str(sheet), "--database", database]) == 1
    assert main(["import", "outcome", str(sheet)]) == 2
    assert "import outcomes FILE" in capsys.readouterr().err
