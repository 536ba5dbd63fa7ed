"""Whatever JSON comes: a good body with parts left out or turned into anything, or any value at all, gets 2xx or a 4xx
that says what is wrong, in the shape of the interface that was asked. Never 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from review_gate.domain.draft import MAX_TEXT, Draft
from review_gate.domain.submission import Person
from review_gate.insight.digest import Digest, Sampled, digest
from tests.bent import ANY_JSON, Changes, bend, changed, changes, places
from tests.builders import reply
from tests.postgres import new_postgres_url, postgres_server
from tests.web.labels import LabelScorer
from tests.web.server import Service, running
from tests.web.test_verify import TEXT, released

__all__ = ["new_postgres_url", "postgres_server"]

WILD = st.one_of(
    st.sampled_from([None, True, 0, -1, 10**30, 1e300, 5e-324, 3.0, [], {}, [[]], [None], [{}], ["a", {}]]),
    st.sampled_from(["", " ", "\0", "\ud800", "a\udfffb", "{", "{}", "{name}", "{{", "}{", "a" * (MAX_TEXT + 1)]),
    st.sampled_from(["2026-11-13T18:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00Z"]),
    st.sampled_from(["FR", "fr", "brand", "crisis", "fine", "text", "image_url", "omni-moderation-latest", "en", "x"]),
    ANY_JSON,
)

GONE = object()
NASTY = ("\ud800", "\0", "", "a" * (MAX_TEXT + 1), 10**30, -0.5, True, None, [], {}, ["\ud800"], {"\ud800": 1}, GONE)


class Call(NamedTuple):
    method: str
    path: str
    body: Any


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """On PostgreSQL, too: its texts take less than SQLite's."""
    database = request.getfixturevalue("new_postgres_url")() if request.param == "postgres" else None
    with running(tmp_path_factory.mktemp("wild"), LabelScorer(), database=database) as found:
        yield found


@pytest.fixture(scope="module")
def client(service: Service) -> FlaskClient:
    client = service.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {service.key('submit', 'check', 'read', 'admin')}"
    return client


@pytest.fixture(scope="module")
def calls(service: Service) -> Iterator[dict[str, list[Call]]]:
    """Good ones, by what they are about."""
    submission, token = released(service, account="brand")
    held = service.gate.submit(Draft("We close at nine.", channel="x"), Person("marketing"))
    checked = service.gate.check(reply("Your parcel arrives on Friday, thank you.", bot="faq"), Person("shop"))
    assert checked.reply is not None
    now = datetime.now(UTC)
    day, soon = now.date().isoformat(), (now + timedelta(days=9)).isoformat()
    sample = (Sampled(checked.reply, "faq", "c-1", "Your parcel arrives.", now, 0.2),)
    made = digest(now.date(), now, now + timedelta(days=1), {"faq": {20: 3}}, (), (), (), sample, ())
    service.store.put_note("digest", day, TypeAdapter(Digest).dump_python(made, mode="json"))
    picture = {"url": "https://cdn.example/a.png", "alt": "Our shop", "sha256": "a" * 64}
    verify = {"token": token, "text": TEXT, "channel": "x", "account": "brand", "media": [picture], "at": soon,
              "use": False}  # fmt: skip
    words = "Bonjour {name}, votre commande {number} part aujourd'hui de notre entrepôt. Belle journée !"
    template = {"text": words, "owner": "lea", "expires": soon, "channel": "x", "market": "FR", "lang": "fr",
                "occasion": "crisis"}  # fmt: skip
    parts = [
        {"type": "text", "text": "Hello"},
        {"type": "image_url", "image_url": {"url": "https://cdn.example/a.png"}},
    ]
    readings = {"complaints": 2, "deleted": True, "csat": 4.5, "effort": 2, "nps": 9, "note": "Well."}
    yield {
        "templates": [Call("PUT", "/v1/templates/shipped", template)],
        "digests": [Call("POST", f"/v1/digests/{day}/marks", {"reply": checked.reply, "mark": "fine"})],
        "verify": [Call("POST", "/v1/verify", body) for body in (
            verify, verify | {"media": None, "at": None}, verify | {"media": [], "at": None, "use": True},
        )],
        "openai": [Call("POST", "/v1/moderations", {"input": given, "model": "omni-moderation-latest"})
                   for given in ("Hello", ["Hello", "You idiot"], parts)],
        "perspective": [
            Call("POST", "/v1alpha1/comments:analyze", {
                "comment": {"text": "You idiot", "type": "PLAIN_TEXT"}, "context": {"entries": [{"text": "Hello"}]},
                "requestedAttributes": {"TOXICITY": {"scoreType": "PROBABILITY", "scoreThreshold": 0.5}},
                "languages": ["en"], "spanAnnotations": True, "doNotStore": True, "clientToken": "t",
                "sessionId": "s", "communityId": "c",
            }),
            Call("POST", "/v1alpha1/comments:suggestscore", {
                "comment": {"text": "Hello"}, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
                "languages": ["en"], "clientToken": "t",
            }),
        ],
        "bots": [
            *(Call("POST", f"/v1/bots/faq/{word}", {"why": "It loops."}) for word in ("pause", "resume")),
            Call("POST", "/v1/bots/faq/repeats", {"text": "We are open from nine to seven, Monday to Friday."}),
            Call("PUT", "/v1/freezes/FR", {"why": "An accident."}),
            Call("POST", "/v1/freezes/FR/lift", {"why": "It is over."}),
        ],
        "outcomes": [
            Call("POST", f"/v1/submissions/{submission}/outcome", readings | {"published_at": now.isoformat()}),
            Call("POST", f"/v1/replies/{checked.reply}/outcome", readings | {"bot": "faq"}),
        ],
        "revisions": [Call("POST", f"/v1/submissions/{held.id}/revisions", {
            "text": "We close at ten.", "kind": "post", "channel": "x", "account": "brand", "market": "FR",
            "lang": "en", "planned_at": soon, "media": [{"url": "https://cdn.example/a.png", "alt": "Our shop"}],
            "author": "lea@example.com",
        })],
    }  # fmt: skip


ABOUT = ("templates", "digests", "verify", "openai", "perspective", "bots", "outcomes", "revisions")
REFUSED = {400, 403, 404, 409, 422}


def answered(client: FlaskClient, call: Call) -> int:
    """The status, of an answer that is as it should be."""
    answer = client.open(call.path, method=call.method, data=json.dumps(call.body), content_type="application/json")
    told = json.loads(answer.data)  # 500 is JSON, too
    assert 200 <= answer.status_code < 300 or answer.status_code in REFUSED, (call, answer.status_code)
    if answer.status_code in REFUSED:
        drop_in = call.path.endswith(("/moderations", ":analyze", ":suggestscore"))
        assert told["error"]["message"] if drop_in else told["type"].startswith("/problems/"), (call, told)
    return answer.status_code


@pytest.mark.parametrize("about", ABOUT)
def test_the_good_ones_are_good(client: FlaskClient, calls: dict[str, list[Call]], about: str) -> None:
    assert set(calls) == set(ABOUT)
    allowed = {200, 202} if about != "verify" else {200, 409}
    assert {answered(client, call) for call in calls[about]} <= allowed


@pytest.mark.parametrize("about", ABOUT)
def test_each_field_bent_by_hand(client: FlaskClient, calls: dict[str, list[Call]], about: str) -> None:
    for call in calls[about]:
        for path in places(call.body):
            for value in NASTY:
                answered(client, call._replace(body=changed(call.body, path, value, gone=value is GONE)))


@settings(max_examples=100)
@pytest.mark.parametrize("about", ABOUT)
@given(which=st.integers(0, 10), wanted=changes(WILD))
def test_a_bent_body_is_refused_in_words_or_taken(
    client: FlaskClient, calls: dict[str, list[Call]], about: str, which: int, wanted: Changes
) -> None:
    call = calls[about][which % len(calls[about])]
    answered(client, call._replace(body=bend(call.body, wanted)))


@settings(max_examples=30)
@pytest.mark.parametrize("about", ABOUT)
@given(which=st.integers(0, 10), body=WILD)
def test_so_is_any_value(client: FlaskClient, calls: dict[str, list[Call]], about: str, which: int, body: Any) -> None:
    call = calls[about][which % len(calls[about])]
    answered(client, call._replace(body=body))


NAMES = ("\0", "a\0b", "\ud800", "..", "%", "\u2028", "a" * 5000, "0001-01-01", "9999-12-31", "{", "'")
PLACES = ("bots/{}/pause", "freezes/{}/lift", "digests/{}/marks", "submissions/{}/outcome", "replies/{}/outcome",
          "submissions/{}/revisions", "submissions/{}/withdraw")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_so_is_any_name_in_an_address(client: FlaskClient, calls: dict[str, list[Call]], name: str) -> None:
    written = quote(name.encode("utf-8", "surrogatepass"), safe="")
    bodies = {"why": "It loops."}, {"csat": 4}, {"reply": "r", "mark": "fine"}, {"text": "We close at ten."}
    asked = [Call("POST", f"/v1/{place.format(written)}", body) for place in PLACES for body in bodies]
    asked += [call._replace(path=f"/v1/templates/{written}") for call in calls["templates"]]
    asked += [Call("GET", f"/v1/{kind}/{written}", {}) for kind in ("bots", "digests", "submissions", "media")]
    for call in asked:
        assert client.open(call.path, method=call.method, json=call.body).status_code < 500, call
