"""The Perspective interface: clients made for Google's service, unchanged, over real HTTP."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from googleapiclient.discovery import Resource, build
from googleapiclient.errors import HttpError
from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.ports import Scorer
from review_gate.web.perspective import ATTRIBUTES, MAX_SPANS, sentences, utf16
from tests.builders import BrokenScorer, NanScorer
from tests.web.labels import LabelScorer
from tests.web.server import Service, running

NODE = Path(__file__).resolve().parents[1] / "node"
INSULT = "You are an idiot, and everybody in this shop knows it"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("perspective"), LabelScorer()) as found:
        yield found


@pytest.fixture(scope="module")
def google(service: Service) -> Iterator[Resource]:
    """Google's own client, built from our discovery document."""
    with build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=service.key("check"),
        discoveryServiceUrl=service.url + "/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    ) as client:
        yield client


def analyze(service: Service, key: str | None = None, **body: Any) -> httpx.Response:
    params = {"key": service.key("check") if key is None else key}
    wanted = {"comment": {"text": INSULT}, "requestedAttributes": {"TOXICITY": {}}} | body
    return httpx.post(service.url + "/v1alpha1/comments:analyze", params=params, content=json.dumps(wanted))


def test_googles_client_gets_every_attribute(google: Any) -> None:
    answer = google.comments().analyze(
        body={
            "comment": {"text": INSULT, "type": "PLAIN_TEXT"},
            "requestedAttributes": {name: {} for name in ATTRIBUTES},
            "clientToken": "42",
            "doNotStore": True,
        }
    ).execute()  # fmt: skip
    values = {name: score["summaryScore"]["value"] for name, score in answer["attributeScores"].items()}
    assert values == {name: 0.9 if name in {"TOXICITY", "INSULT"} else 0.1 for name in ATTRIBUTES}
    assert answer["attributeScores"]["INSULT"] == {
        "spanScores": [{"begin": 0, "end": len(INSULT), "score": {"value": 0.9, "type": "PROBABILITY"}}],
        "summaryScore": {"value": 0.9, "type": "PROBABILITY"},
    }
    assert answer["languages"] == answer["detectedLanguages"] == ["en"]
    assert answer["clientToken"] == "42"


def test_googles_client_gets_a_score_for_each_sentence_in_utf16(google: Any) -> None:
    text = "Good 😀 morning to you all. You are an idiot! Have a nice day."
    answer = google.comments().analyze(
        body={"comment": {"text": text}, "requestedAttributes": {"INSULT": {}}, "spanAnnotations": True}
    ).execute()  # fmt: skip
    units = text.encode("utf-16-le")
    found = [
        (units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le"), span["score"]["value"])
        for span in answer["attributeScores"]["INSULT"]["spanScores"]
    ]
    assert found == [("Good 😀 morning to you all.", 0.1), ("You are an idiot!", 0.9), ("Have a nice day.", 0.1)]
    assert answer["attributeScores"]["INSULT"]["summaryScore"]["value"] == 0.9


def test_a_threshold_leaves_out_what_is_below(google: Any) -> None:
    wanted = {"INSULT": {"scoreThreshold": 0.5}, "THREAT": {"scoreThreshold": 0.5, "scoreType": "PROBABILITY"}}
    body = {"comment": {"text": INSULT + ". Bye."}, "requestedAttributes": wanted, "spanAnnotations": True}
    scores = google.comments().analyze(body=body).execute()["attributeScores"]
    assert list(scores) == ["INSULT"]
    assert len(scores["INSULT"]["spanScores"]) == 1


def test_a_suggestion_is_kept_without_its_text(google: Any, service: Service) -> None:
    body = {
        "comment": {"text": "That was a joke among friends, honestly"},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
        "languages": ["en"],
        "communityId": "forum",
        "clientToken": "s-1",
    }
    answer = google.comments().suggestscore(body=body).execute()
    assert answer == {"clientToken": "s-1", "requestedLanguages": ["en"]}
    event = service.store.events()[-1].event
    assert (event.kind, event.data["scores"], event.data["community"]) == ("score.suggested", {"TOXICITY": 0}, "forum")
    assert "joke" not in str(event)


def test_googles_client_raises_our_errors(google: Any) -> None:
    with pytest.raises(HttpError) as caught:
        google.comments().analyze(body={"comment": {"text": ""}, "requestedAttributes": {"TOXICITY": {}}}).execute()
    assert (caught.value.status_code, caught.value.reason) == (400, "Comment must be non-empty.")
    assert caught.value.error_details[0]["errorType"] == "COMMENT_EMPTY"


PL = "Dzień dobry, dziękujemy za wiadomość i pozdrawiamy serdecznie"
REFUSED = [
    ({"comment": {"text": ""}}, "COMMENT_EMPTY", "Comment must be non-empty."),
    ({"comment": {"text": " \n"}}, "COMMENT_EMPTY", "Comment must be non-empty."),
    ({"comment": None}, "COMMENT_EMPTY", "Comment must be non-empty."),
    ({"comment": {"text": "a" * 20_481}}, "COMMENT_TOO_LONG", "Comment text too long."),
    ({"comment": {"text": "é" * 10_241}}, "COMMENT_TOO_LONG", "Comment text too long."),
    ({"comment": {"text": "a" * 2_000_000}}, "COMMENT_TOO_LONG", "Comment text too long."),
    ({"requestedAttributes": {}}, "NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes"),
    ({"requestedAttributes": None}, "NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes"),
    ({"comment": {"text": "12345 !!! 😀"}}, "LANGUAGE_DETECTION_FAILED", "Unable to detect language"),
    (
        {"comment": {"text": PL}},
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        "Attribute TOXICITY does not support request languages: pl",
    ),
    (
        {"languages": ["en", "ja"]},
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        "Attribute TOXICITY does not support request languages: en, ja",
    ),
    ({"requestedAttributes": {"NICE": {}}}, None, "Unknown requested attribute: NICE"),
    ({"colour": 1}, None, 'Invalid JSON payload received. Unknown name "colour": Cannot find field.'),
    (
        {"comment": {"text": "a", "size": 1}},
        None,
        "Invalid JSON payload received. Unknown name \"size\" at 'comment': Cannot find field.",
    ),
    ({"comment": {"text": 5}}, None, "Invalid value at 'comment.text': Input should be a valid string"),
    ({"comment": {"text": "<b>a</b>", "type": "HTML"}}, None, "Invalid value at 'comment.type'"),
    ({"comment": {"text": "\ud800"}}, None, "half of a surrogate pair"),
]


@pytest.mark.parametrize(("body", "error_type", "message"), REFUSED)
def test_what_is_refused(service: Service, body: dict[str, Any], error_type: str | None, message: str) -> None:
    answer = analyze(service, **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    assert message in error["message"]
    assert error.get("details", [{}])[0].get("errorType") == error_type


def test_an_uncovered_language_is_named(service: Service) -> None:
    details = analyze(service, comment={"text": PL}).json()["error"]["details"][0]
    assert details["languageNotSupportedByAttributeError"] == {
        "detectedLanguages": ["pl"],
        "requestedLanguages": [],
        "attribute": "TOXICITY",
    }
    dropped = analyze(service, comment={"text": PL}, dropUnsupportedAttributes=True)
    assert (dropped.status_code, dropped.json()["attributeScores"]) == (200, {})


def test_names_may_be_in_snake_case_and_texts_short(service: Service) -> None:
    body = {"comment": {"text": "idiot"}, "requested_attributes": {"INSULT": None}, "session_id": "s"}
    key = service.key("check")
    answer = httpx.post(service.url + "/v1alpha1/comments:analyze", headers={"X-Goog-Api-Key": key}, json=body).json()
    assert answer["attributeScores"]["INSULT"]["summaryScore"]["value"] == 0.9
    assert (answer["languages"], "detectedLanguages" in answer) == (["en"], False)


def test_keys(service: Service) -> None:
    bad = analyze(service, key="nonsense")
    assert (bad.status_code, bad.json()["error"]["message"]) == (
        400, "API key not valid. Please pass a valid API key.",
    )  # fmt: skip
    none = analyze(service, key="")
    assert (none.status_code, none.json()["error"]["status"]) == (403, "PERMISSION_DENIED")
    other = analyze(service, key=service.key("read"))
    assert (other.status_code, other.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize("scorer", [BrokenScorer(), NanScorer()])
def test_a_scorer_that_fails_is_no_zero(tmp_path: Path, scorer: Scorer) -> None:
    with running(tmp_path, scorer) as broken:
        answer = analyze(broken)
    assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")


def test_another_version_is_not_there(service: Service) -> None:
    assert httpx.get(service.url + "/$discovery/rest?version=v2").status_code == 404


@pytest.mark.skipif(
    not (NODE / "node_modules").is_dir() and os.environ.get("CI") != "true",
    reason="`npm ci --prefix tests/node` first",
)
def test_the_client_from_npm(service: Service) -> None:
    def run(key: str, text: str, options: dict[str, Any]) -> Any:
        node = shutil.which("node")
        assert node, "node is not installed"
        command = [node, str(NODE / "analyze.js"), service.url, key, text, json.dumps(options)]
        return json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60, text=True).stdout)

    key = service.key("check")
    answer = run(key, f"<p>{INSULT}</p>", {"attributes": ["toxicity", "threat"]})["answer"]
    values = {name: score["summaryScore"]["value"] for name, score in answer["attributeScores"].items()}
    assert values == {"TOXICITY": 0.9, "THREAT": 0.1}
    assert run("nonsense", INSULT, {}) == {
        "error": "ResponseError",
        "message": "API key not valid. Please pass a valid API key.",
    }
    assert run(key, INSULT, {"attributes": ["nice"]})["message"] == "Unknown requested attribute: NICE"


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from("ab .!?…\n\t😀é"), max_size=200))
def test_sentences_are_in_order_and_leave_out_only_blanks(text: str) -> None:
    spans = sentences(text)
    assert len(spans) <= MAX_SPANS
    left, at = "", 0
    for start, end in spans:
        assert at <= start < end
        left += text[at:start]
        at = end
    assert not (left + text[at:]).strip()


@given(st.text(alphabet=st.sampled_from("aé😀𝒜\n"), max_size=50), st.integers(0, 50))
def test_utf16_counts_as_javascript_does(text: str, index: int) -> None:
    assert utf16(text, min(index, len(text))) == len(text[:index].encode("utf-16-le")) // 2
