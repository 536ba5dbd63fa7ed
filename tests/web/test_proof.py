"""The proof of human review over HTTP: what it says, that it is signed, and its PDF; the statement of reasons."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import replace

import pytest

from review_gate.adapters.clock import utc_now
from review_gate.adapters.proof_pdf import as_pdf, writable
from review_gate.adapters.release import ReleaseSigner
from review_gate.domain.draft import Draft
from review_gate.domain.ending import about_the_end
from review_gate.domain.submission import Answer, Person
from review_gate.gate import Seen
from review_gate.gate.proof_document import proof
from tests.builders import RENE
from tests.web.server import Service

TEXT = "Ouverture à dix heures demain 🎉, à bientôt : l’équipe"


def decided(service: Service, answer: Answer, comment: str = "") -> str:
    found = service.gate.submit(Draft(TEXT, channel="x"), Person("marketing"))
    service.gate.decide(found.id, answer, RENE, Seen(1, found.text_sha256), comment, "wrong_facts")
    return found.id


def test_an_approval_is_proved(service: Service) -> None:
    id_ = decided(service, Answer.APPROVE)
    with service.client("read") as client:
        told = client.get(f"/v1/submissions/{id_}/proof").json()
        assert told["summary"]["fr"].startswith("Relu et approuvé par René")
        assert told["item"]["text"] == TEXT
        assert [one["by"] for one in told["decisions"]] == [RENE.id]
        log = service.store.events(id_)
        assert [(one["position"], one["hash"]) for one in told["record"]] == [(e.position, e.hash) for e in log]
        signer = ReleaseSigner(service.store)
        assert signer.proves(told)
        told["decisions"][0]["by_name"] = "Somebody else"
        assert not signer.proves(told)
        assert signer.claims(told["signature"]) is None  # it releases nothing


def test_what_nobody_approved_is_not_proved(service: Service) -> None:
    held = service.gate.submit(Draft(TEXT), Person("marketing"))
    rejected = decided(service, Answer.REJECT, "We open at nine.")
    with service.client("read") as client:
        assert client.get(f"/v1/submissions/{held.id}/proof").json()["summary"]["en"].startswith("No person")
        told = client.get(f"/v1/submissions/{rejected}/proof").json()
        assert told["summary"]["en"].endswith("and not approved.")
        assert "We open at nine." in told["statement_of_reasons"]["en"]


def test_the_pdf(service: Service) -> None:
    id_ = decided(service, Answer.APPROVE)
    with service.client("read", **{"Accept-Language": "fr"}) as client:
        answer = client.get(f"/v1/submissions/{id_}/proof", headers={"Accept": "application/pdf"})
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-") and answer.content.rstrip().endswith(b"%%EOF")
        assert len(answer.content) > 1500
        assert client.get(f"/v1/submissions/{id_}/proof?format=pdf").content[:5] == b"%PDF-"
        assert client.get(f"/v1/submissions/{id_}/proof?format=doc").status_code == 422
        assert client.get("/v1/submissions/nobody/proof").status_code == 404
    with service.client("submit") as client:
        assert client.get(f"/v1/submissions/{id_}/proof").status_code == 403


def written(pdf: bytes) -> str:
    """The words on the pages, line by line."""
    pages = [zlib.decompress(found) for found in re.findall(rb"stream\n(x.*?)\nendstream", pdf, re.DOTALL)]
    return "\n".join(line.decode("latin-1") for page in pages for line in re.findall(rb"\((.*?)\) Tj", page))


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "These rules to the letter \\(digest\\): 0123456789ab"),
        ("fr", "Ces règles à la lettre près \\(empreinte\\) : 0123456789ab"),
    ],
)
def test_it_says_by_which_rules_the_text_was_screened(service: Service, language: str, line: str) -> None:
    id_ = decided(service, Answer.APPROVE)
    with service.client("read", **{"Accept-Language": language}) as client:
        told = client.get(f"/v1/submissions/{id_}/proof").json()["screening"]
        assert told["rules"] == client.get(f"/v1/submissions/{id_}").json()["verdict"]["rules"] == "0123456789ab"
        assert line in written(client.get(f"/v1/submissions/{id_}/proof?format=pdf").content)


def test_a_verdict_from_before_the_rules_were_kept_names_none(service: Service) -> None:
    found = service.gate.get(decided(service, Answer.APPROVE))
    old = replace(found, verdict=replace(found.verdict, rules=""))
    told = proof(old, service.store.events(old.id), utc_now())
    assert told["screening"]["rules"] is None
    assert "to the letter" not in written(as_pdf({**told, "signature": ""}, "en"))


def test_a_proof_made_before_it_named_the_rules_still_verifies(service: Service) -> None:
    signer = ReleaseSigner(service.store)
    found = service.gate.get(decided(service, Answer.APPROVE))
    earlier = proof(found, service.store.events(found.id), utc_now())
    del earlier["screening"]["rules"]
    signed = {**earlier, "signature": signer.sign_proof(earlier)}
    assert signer.proves(signed)
    signed["screening"] = {**earlier["screening"], "rules": "0123456789ab"}
    assert not signer.proves(signed)  # nor can it be given rules that it did not name


def test_a_pdf_says_what_its_fonts_cannot_write() -> None:
    assert writable("à demain 🎉 l’an") == "à demain [U+1F389] l'an"
    assert io.StringIO(writable("a\nb\u202e")).read() == "a\nb[U+202E]"


def test_a_rejection_gives_its_reasons_everywhere(service: Service) -> None:
    id_ = decided(service, Answer.REJECT, "We open at nine.")
    with service.client("read", **{"Accept-Language": "fr"}) as client:
        told = client.get(f"/v1/submissions/{id_}").json()["statement_of_reasons"]
    assert "Motif : Faits faux ou non vérifiés." in told and "« We open at nine. »" in told
    found = service.gate.get(id_)
    message = about_the_end(found)
    assert message is not None and "Ground: Wrong or unproven facts." in message.en
    with service.store.database.read() as session:
        (payload,) = session.execute(
            "SELECT payload FROM deliveries WHERE kind = 'webhook' AND submission_id = ?", (id_,)
        ).fetchone()
    assert "statement_of_reasons" in payload and "A person decided." in payload
    approved = decided(service, Answer.APPROVE)
    with service.client("read") as client:
        assert client.get(f"/v1/submissions/{approved}").json()["statement_of_reasons"] is None
