"""The API as its callers see it, over real HTTP."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from review_gate.domain.submission import Answer, Submission
from review_gate.gate import Seen
from tests.builders import RENE, BrokenScorer
from tests.web.server import Service, running

POST = {"text": "We open at ten tomorrow, see you there", "kind": "post"}
REPLY = {"text": "Your parcel arrives on Friday, thank you for waiting", "bot": "faq", "conversation": "c-1"}


def test_a_clean_post_is_held_and_can_be_read_again(service: Service) -> None:
    with service.client("submit", "read", name="marketing") as client:
        answer = client.post("/v1/submissions", json=POST)
        assert answer.status_code == 202
        submission = answer.json()
        assert (submission["state"], submission["version"], submission["author"]) == ("held", 1, "marketing")
        assert submission["verdict"]["action"] == "hold"
        assert submission["verdict"]["severity"] == "none"
        assert client.get(f"/v1/submissions/{submission['id']}").json() == submission


def at(**ago: int) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).isoformat()


def test_a_time_that_is_over_is_refused_before_the_draft_expires_unseen(service: Service) -> None:
    with service.client("submit", "check", "read") as client:
        made = client.post("/v1/submissions", json={**POST, "planned_at": at(seconds=20)})
        assert made.status_code == 202, "clocks differ"
        late = {"planned_at": at(minutes=5)}
        for path, body in (
            ("/v1/submissions", POST),
            ("/v1/check", REPLY),
            (f"/v1/submissions/{made.json()['id']}/revisions", POST),
        ):
            answer = client.post(path, json={**body, **late}, headers={"Accept-Language": "fr"})
            assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-field")
            (error,) = answer.json()["errors"]
            assert error["pointer"] == "/planned_at" and "choisissez-en une à venir" in error["detail"]


def test_a_clean_reply_is_allowed_and_leaves_no_card(service: Service) -> None:
    with service.client("check", "read") as client:
        answer = client.post("/v1/check", json=REPLY)
        assert answer.status_code == 200
        verdict = answer.json()
        assert (verdict["action"], verdict["lang"], "submission" in verdict) == ("allow", "en", False)
        assert {signal["scorer"] for signal in verdict["signals"]} == {"language", "toxicity", "repetition"}


def test_an_insulting_reply_becomes_a_submission(service: Service) -> None:
    with service.client("check", "read") as client:
        text = "Well, you are an idiot, dear customer of ours"
        verdict = client.post("/v1/check", json={"text": text, "bot": "rude"}).json()
        assert (verdict["action"], verdict["severity"]) == ("hold", "hold")
        reason = verdict["reasons"][0]
        assert (reason["source"], reason["scorer"], reason["label"]) == ("scorer", "toxicity", "insult")
        assert text[slice(*reason["span"])] == "idiot"
        assert client.get(f"/v1/submissions/{verdict['submission']['id']}").json()["state"] == "held"


def test_the_third_time_in_one_conversation_is_held(service: Service) -> None:
    said = "We understand your frustration, {}, and will pass this on to the team in charge."
    with service.client("check") as client:
        actions = [
            client.post("/v1/check", json={"text": said.format(name), "bot": "parrot", "conversation": "c-9"}).json()
            for name in ("Anna", "Ms Bell", "Chris")
        ]
    assert [answer["action"] for answer in actions] == ["allow", "allow", "hold"]
    reason = actions[2]["reasons"][0]
    assert reason["category"] == "repetition"
    often, *earlier = reason["evidence"]
    assert (often["times"], len(earlier)) == ("2", 2)


def test_a_language_nobody_here_reads_is_held(service: Service) -> None:
    with service.client("check") as client:
        verdict = client.post("/v1/check", json={"text": "Dzień dobry, dziękujemy za wiadomość", "bot": "faq"}).json()
    assert verdict["lang"] == "pl"
    assert verdict["action"] == "hold"
    assert [reason["rule"] for reason in verdict["reasons"]] == ["toxicity.language"]


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        ((), "POST", "/v1/check", 401),
        (("read",), "POST", "/v1/check", 403),
        (("check",), "POST", "/v1/submissions", 403),
        (("submit",), "GET", "/v1/submissions", 403),
        (("admin",), "GET", "/v1/submissions", 200),
        (("read",), "GET", "/v1/submissions", 200),
    ],
)
def test_keys_open_what_their_scopes_say(
    service: Service, scopes: tuple[str, ...], method: str, path: str, status: int
) -> None:
    with service.client(*scopes) as client:
        assert client.request(method, path, json=POST if method == "POST" else None).status_code == status


def test_a_revoked_or_unknown_key_opens_nothing(service: Service) -> None:
    from review_gate.adapters.clock import utc_now

    with service.client("read", name="leaving") as client:
        assert client.get("/v1/submissions").status_code == 200
        assert service.store.revoke_key("leaving", utc_now())
        answer = client.get("/v1/submissions")
        assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (401, True)
    with httpx.Client(base_url=service.url, headers={"Authorization": "Bearer rg_guess"}) as client:
        assert client.get("/v1/submissions").status_code == 401


@pytest.mark.parametrize(("path", "sent"), [("/v1/submissions", POST), ("/v1/check", {"text": "you idiot, go away"})])
def test_the_same_request_again_gives_the_same_answer(service: Service, path: str, sent: dict[str, str]) -> None:
    with service.client("submit", "check", "read") as client:
        first = client.post(path, json=sent, headers={"Idempotency-Key": "k-1"})
        again = client.post(path, json=sent, headers={"Idempotency-Key": "k-1"})
        other = client.post(path, json={**sent, "text": "something else"}, headers={"Idempotency-Key": "k-1"})
        long = client.post(path, json=sent, headers={"Idempotency-Key": "k" * 256})
    assert first.status_code == again.status_code
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-conflict")
    assert long.status_code == 422


def test_the_same_request_at_the_same_moment_is_taken_once(service: Service) -> None:
    key = service.key("submit", "read")
    answers: list[httpx.Response] = []

    def send() -> None:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "burst"}
        answers.append(httpx.post(f"{service.url}/v1/submissions", json=POST, headers=headers, timeout=40))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_waiting_for_a_decision(service: Service) -> None:
    with service.client("submit", "read") as client:
        submission = client.post("/v1/submissions", json=POST).json()
        seen = Seen(1, submission["text_sha256"])

        def approve() -> None:
            time.sleep(0.5)
            service.gate.decide(submission["id"], Answer.APPROVE, RENE, seen)

        threading.Thread(target=approve).start()
        answer = client.get(f"/v1/submissions/{submission['id']}?wait=20").json()
        assert (answer["state"], answer["decisions"][0]["by"]) == ("approved", RENE.id)
        for wait in ("31", "-1", "x", "1.5"):
            assert client.get(f"/v1/submissions/{submission['id']}?wait={wait}").status_code == 422


def test_new_text_voids_the_approval(service: Service) -> None:
    with service.client("submit", "read", name="author-a") as client:
        submission = client.post("/v1/submissions", json={**POST, "channel": "x"}).json()
        service.gate.decide(submission["id"], Answer.APPROVE, RENE, Seen(1, submission["text_sha256"]))
        revised = client.post(f"/v1/submissions/{submission['id']}/revisions", json={"text": "We open at nine"})
        assert revised.status_code == 202
        assert (revised.json()["state"], revised.json()["revision"], revised.json()["channel"]) == ("held", 2, "x")
    with service.client("submit", name="somebody-else") as other:
        answer = other.post(f"/v1/submissions/{submission['id']}/revisions", json={"text": "Mine now"})
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-permitted")


def test_of_two_revisions_at_once_none_writes_over_the_other(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with service.client("submit", "read", name="author-c") as client:
        path = f"/v1/submissions/{client.post('/v1/submissions', json=POST).json()['id']}"
        get, others = service.gate.get, [{"text": "We open at nine tomorrow, see you there", "channel": "x"}]

        def while_another_revises(submission_id: str) -> Submission:
            found = get(submission_id)
            if others:
                assert client.post(f"{path}/revisions", json=others.pop()).status_code == 202
            return found

        monkeypatch.setattr(service.gate, "get", while_another_revises)
        late = client.post(f"{path}/revisions", json={"text": "We open at eleven tomorrow, see you there"})
        assert (late.status_code, late.json()["type"]) == (409, "/problems/stale-version")
        kept = client.get(path).json()
        assert (kept["revision"], kept["text"][:15], kept["channel"]) == (2, "We open at nine", "x")


def test_withdrawing(service: Service) -> None:
    with service.client("submit", "read", name="author-b") as client:
        submission = client.post("/v1/submissions", json=POST).json()
        path = f"/v1/submissions/{submission['id']}/withdraw"
        assert client.post(path).json()["state"] == "withdrawn"
        again = client.post(path)
        assert again.status_code == 403
        assert "already withdrawn" in again.json()["detail"]
        assert client.post("/v1/submissions/none/withdraw").status_code == 404


def test_lists_have_filters_and_pages(tmp_path: Path) -> None:
    with running(tmp_path) as service, service.client("submit", "read") as client:
        for number in range(7):
            client.post("/v1/submissions", json={**POST, "channel": "x" if number % 2 else "linkedin"})
        seen: list[str] = []
        cursor = ""
        while True:
            page = client.get(f"/v1/submissions?limit=3{cursor}").json()
            seen += [item["id"] for item in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert len(seen) == len(set(seen)) == 7
        assert seen == sorted(seen, reverse=True)  # newest first
        assert len(client.get("/v1/submissions?channel=x&state=held").json()["items"]) == 3
        for bad in ("state=open", "kind=tweet", "limit=0", "limit=1000", "cursor=zzz", "color=red"):
            answer = client.get(f"/v1/submissions?{bad}")
            assert (answer.status_code, bad.split("=")[0] in answer.json()["detail"]) == (422, True)


def test_a_list_names_what_cannot_be_read_beside_all_others(service: Service) -> None:
    with service.client("submit", "read", name="the author of these") as client:
        bad, fine = (client.post("/v1/submissions", json=POST).json()["id"] for _ in range(2))
        with service.store.database.write() as session:
            session.execute("UPDATE submissions SET body = '{}' WHERE id = ?", (bad,))
        page = client.get("/v1/submissions?author=the author of these").json()
        assert ([one["id"] for one in page["items"]], page["unread"], page["next"]) == ([fine], [bad], None)


def test_a_broken_scorer_holds_and_says_so(tmp_path: Path) -> None:
    with running(tmp_path, BrokenScorer()) as service, service.client("check", "submit") as client:
        verdict = client.post("/v1/check", json=REPLY).json()
        assert verdict["action"] == "hold"
        assert "toxicity check failed (RuntimeError)" in verdict["reasons"][0]["message"]
        assert client.post("/v1/submissions", json=POST).json()["state"] == "held"


def test_a_store_that_is_gone_allows_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as service, service.client("check") as client:
        assert client.post("/v1/check", json=REPLY).json()["action"] == "allow"
        service.store.close()
        answer = client.post("/v1/check", json=REPLY)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
        assert "Nothing was allowed; it is safe to try again" in answer.json()["detail"]


def test_health(service: Service) -> None:
    with service.client() as client:
        assert client.get("/healthz").json() == {"status": "alive"}
        assert client.get("/readyz").json() == {"status": "ready", "missing": []}
