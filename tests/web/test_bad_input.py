"""Bad input gets a 4xx that names the field and says what to do; nothing is stored, nothing crashes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_gate.domain.draft import MAX_TEXT
from review_gate.ports import Filter
from tests.web.server import Service

GOOD = {"text": "Hello there, dear customers"}


def body(**fields: Any) -> bytes:
    return json.dumps({**GOOD, **fields}).encode()


CASES = [
    (b"", 400, "", "not JSON"),
    (b"{", 400, "", "line 1, column 2"),
    (b"\xff\xfe", 400, "", "not UTF-8"),
    (b'{"text": NaN}', 400, "", "NaN is no number"),
    (b'{"text": "a", "text": "b"}', 400, "", "stands twice"),
    (b"[" * 100_000, 400, "", "nested too deep"),
    (b'{"text": ' + b"9" * 10_000 + b"}", 400, "", "number that is too long"),
    (b"[]", 422, "", "must be a JSON object"),
    (b'"text"', 422, "", "must be a JSON object"),
    (b"null", 422, "", "must be a JSON object"),
    (b"{}", 422, "/text", "required"),
    (body(**{"{colour": 1}), 422, "/{colour", "no such field"),
    (body(text=None), 422, "/text", "must be a string"),
    (body(text=7), 422, "/text", "must be a string"),
    (body(text=["a"]), 422, "/text", "must be a string"),
    (body(text=""), 422, "/text", "must not be empty"),
    (body(text=" \n\t "), 422, "/text", "must not be empty"),
    (body(text="\u200b\u200b"), 422, "/text", "must not be empty"),  # nobody would see anything
    (body(text="\u202e \ufeff\u3164\ufe0f"), 422, "/text", "must not be empty"),
    (body(text="ok", bot="\u2060"), 422, "/bot", "must not be empty"),
    (body(text="a" * (MAX_TEXT + 1)), 422, "/text", "20000 at most"),
    (b'{"text": "half \\ud83d of a pair"}', 422, "/text", "surrogate"),
    (b'{"text": "nul \\u0000 here"}', 422, "/text", "NUL"),
    (body(txet="a"), 422, "/txet", "no such field"),
    (b'{"text": "a", "\\ud800": 1}', 422, "", "surrogate"),
    (b'{"text": "a", "a/b~c": 1}', 422, "/a~1b~0c", "no such field"),
    (body(kind="tweet"), 422, "/kind", "'post' or 'reply'"),
    (body(market="France"), 422, "/market", "such as FR"),
    (body(lang="french!"), 422, "/lang", "such as fr"),
    (body(planned_at="2026-11-13T18:00:00"), 422, "/planned_at", "zone"),
    (body(planned_at="tomorrow"), 422, "/planned_at", "date and time"),
    (body(planned_at="2026-13-45T99:00:00Z"), 422, "/planned_at", "date and time"),
    (body(planned_at=1_700_000_000), 422, "/planned_at", "date and time"),
    (body(media="a.png"), 422, "/media", ""),
    (body(media=[{"alt": "no address"}]), 422, "/media/0/url", "required"),
    (body(media=[{"url": "https://a.example/b.png", "height": 3}]), 422, "/media/0/height", "no such field"),
    (body(author=""), 422, "/author", "must not be empty"),
    (body(history=["fine", 3]), 422, "/history/1", "must be a string"),
]


@pytest.mark.parametrize("path", ["/v1/check", "/v1/submissions"])
@pytest.mark.parametrize(("sent", "status", "pointer", "words"), CASES)
def test_bad_input_is_refused(service: Service, path: str, sent: bytes, status: int, pointer: str, words: str) -> None:
    with service.client("submit", "check") as client:
        answer = client.post(path, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].startswith("/problems/")
    assert problem["status"] == status
    assert words in problem["detail"]
    if pointer:
        assert problem["errors"][0]["pointer"].startswith(pointer)
    assert service.store.submissions(Filter()).items == ()


@pytest.mark.parametrize("path", ["/v1/check", "/v1/submissions"])
def test_other_refusals(service: Service, path: str) -> None:
    with service.client("submit", "check") as client:
        large = client.post(path, content=body(text="a" * (1024 * 1024)), headers={"Content-Type": "application/json"})
        assert (large.status_code, large.json()["type"]) == (413, "/problems/too-large")
        form = client.post(path, data={"text": "a"})
        assert (form.status_code, form.json()["type"]) == (415, "/problems/unsupported-media-type")
        method = client.put(path, json=GOOD)
        assert (method.status_code, "POST" in method.headers["allow"]) == (405, True)
        assert client.get("/v1/nothing").json()["type"] == "/problems/not-found"
    assert service.store.submissions(Filter()).items == ()


def test_problems_speak_french(service: Service) -> None:
    with service.client("submit", **{"Accept-Language": "fr-CA,fr;q=0.9"}) as client:
        problem = client.post("/v1/submissions", json={"text": ""}).json()
    assert problem["detail"] == "/text: Ce champ ne doit pas être vide."


def test_every_problem_has_a_page(service: Service) -> None:
    with service.client() as client:
        assert client.get("/problems/invalid-field").json()["title"] == "A field is not right"
        assert client.get("/problems/unheard-of").status_code == 404


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["text", "kind", "market", "lang", "planned_at", "media", "author", "bot", "history", "x"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(names, json_values, max_size=5) | json_values)
def test_no_json_breaks_the_check(service: Service, value: Any) -> None:
    with service.client("check", name="") as client:
        answer = client.post("/v1/check", content=json.dumps(value).encode())
    assert answer.status_code in (200, 400, 422), answer.text
    if answer.status_code == 200:
        assert answer.json()["action"] in ("allow", "hold", "block")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_bytes_break_the_check(service: Service, sent: bytes) -> None:
    with service.client("check") as client:
        answer = client.post("/v1/check", content=sent)
    assert answer.status_code in (200, 400, 422)
