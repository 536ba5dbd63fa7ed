"""Release tokens at the door of the publisher, over real HTTP and a real store."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from review_gate.adapters.release import ReleaseSigner
from review_gate.domain.change import DeliveryKind
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer, Person
from review_gate.gate import Seen
from tests.builders import RENE
from tests.web.server import Service

TEXT = "We open at ten tomorrow, see you there"


def released(service: Service, **draft: Any) -> tuple[str, str]:
    """An approved submission's id and its token, as the webhook would carry it."""
    person = Person("marketing")
    found = service.gate.submit(Draft(TEXT, channel="x", **draft), person)
    service.gate.decide(found.id, Answer.APPROVE, RENE, Seen(1, found.text_sha256))
    deliveries = service.store.claim_deliveries(DeliveryKind.WEBHOOK, found.created_at.replace(year=2100), limit=1000)
    payload = next(item.payload for item in deliveries if item.submission_id == found.id)
    return found.id, ReleaseSigner(service.store).sign(payload)


def test_the_approved_text_may_go_out_and_no_other(service: Service) -> None:
    submission, token = released(service, account="brand")
    good = {"token": token, "text": TEXT, "channel": "x", "account": "brand"}
    with service.client("submit") as client:
        told = client.post("/v1/verify", json=good)
        assert told.status_code == 200
        assert (told.json()["valid"], told.json()["submission"], told.json()["used"]) == (True, submission, False)
        for changed, reason in [
            ({"text": TEXT + "!"}, "text"),
            ({"channel": "facebook"}, "channel"),
            ({"account": None}, "account"),
            ({"media": [{"url": "https://cdn.example/a.png"}]}, "media"),
            ({"at": "2100-01-01T00:00:00Z"}, "expired"),
            ({"at": "2000-01-01T00:00:00Z"}, "early"),
            ({"token": token[:-2] + ("AA" if not token.endswith("AA") else "BB")}, "signature"),
            ({"token": "nonsense"}, "signature"),
        ]:
            refused = client.post("/v1/verify", json=good | changed)
            assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
            assert (refused.json()["valid"], refused.json()["reason"]) == (False, reason)


def test_a_withdrawn_submission_takes_its_token_along(service: Service) -> None:
    submission, token = released(service)
    body = {"token": token, "text": TEXT, "channel": "x"}
    with service.client("read", **{"Accept-Language": "fr"}) as client:
        assert client.post("/v1/verify", json=body).status_code == 200
        service.gate.withdraw(submission, Person("marketing"))
        refused = client.post("/v1/verify", json=body).json()
    assert (refused["reason"], refused["detail"]) == ("withdrawn", "La soumission est retirée : ne pas publier.")


def test_a_revised_submission_takes_its_token_along(service: Service) -> None:
    submission, token = released(service)
    service.gate.revise(submission, Draft(TEXT + " or at nine", channel="x"), Person("marketing"))
    with service.client("read") as client:
        refused = client.post("/v1/verify", json={"token": token, "text": TEXT, "channel": "x"})
    assert refused.json()["reason"] == "revised"


def test_of_many_publishers_only_one_may_use_a_token(service: Service) -> None:
    _, token = released(service)
    body = {"token": token, "text": TEXT, "channel": "x", "use": True}
    told: list[int] = []
    with service.client("submit", name="publisher-1") as client:
        asking = [
            threading.Thread(target=lambda: told.append(client.post("/v1/verify", json=body).status_code))
            for _ in range(8)
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        assert sorted(told) == [200] + [409] * 7
        again = client.post("/v1/verify", json=body | {"use": False})
        assert (again.status_code, again.json()["reason"]) == (409, "used")
    used = [item.event for item in service.store.events() if item.event.kind == "release.used"]
    assert len([event for event in used if event.actor == "publisher-1"]) == 1


def test_an_answer_that_got_lost_can_be_asked_for_again(service: Service) -> None:
    _, token = released(service)
    body = {"token": token, "text": TEXT, "channel": "x", "use": True}
    with service.client("submit") as mine, service.client("submit") as other:
        headers = {"Idempotency-Key": "post-812"}
        assert [mine.post("/v1/verify", json=body, headers=headers).status_code for _ in range(2)] == [200, 200]
        assert other.post("/v1/verify", json=body, headers=headers).status_code == 409


@pytest.mark.parametrize("body", [{}, {"token": "a"}, {"token": "", "text": "a"}, {"token": "a", "text": "a", "b": 1}])
def test_bad_input_names_the_field(service: Service, body: dict[str, Any]) -> None:
    with service.client("submit") as client:
        assert client.post("/v1/verify", json=body).status_code == 422
    with service.client() as nobody:
        assert nobody.post("/v1/verify", json=body).status_code == 401


def test_keys_rotate_while_the_service_runs(service: Service) -> None:
    _, token = released(service)
    body = {"token": token, "text": TEXT, "channel": "x"}
    elsewhere = ReleaseSigner(service.store)
    kid = elsewhere.rotate()
    with service.client("submit") as client:
        keys = client.get("/.well-known/jwks.json").json()
        assert keys["keys"][0]["kid"] == kid
        assert all("d" not in key for key in keys["keys"])
        assert jwt.decode(token, KeySet.import_key_set(keys), algorithms=["Ed25519"]).claims["channel"] == "x"
        assert client.post("/v1/verify", json=body).status_code == 200
        _, newer = released(service)
        assert newer.split(".")[0] != token.split(".")[0]
        elsewhere.rotate(drop=True)
        assert client.post("/v1/verify", json=body).json()["reason"] == "signature"
        assert len(client.get("/.well-known/jwks.json").json()["keys"]) == 1
