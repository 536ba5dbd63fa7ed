"""OpenAI's moderation interface: the official client with another base_url, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from review_gate.domain.policy import Policy
from review_gate.domain.verdict import Severity
from review_gate.ports import Scorer
from review_gate.web.openai import CATEGORIES, NOT_SEEN, SCORED
from tests.builders import BrokenScorer, NanScorer
from tests.web.labels import WORDS, LabelScorer
from tests.web.server import Service, running

THRESHOLDS = {"toxicity": dict.fromkeys(WORDS, ((Severity.HOLD, 0.6), (Severity.WARN, 0.05)))}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    policy = Policy(name="test", version=1, thresholds=THRESHOLDS)
    with running(tmp_path_factory.mktemp("openai"), LabelScorer(), policy) as found:
        yield found


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=service.url + "/v1", api_key=service.key("check"), max_retries=0) as found:
        yield found


def test_a_text(client: openai.OpenAI) -> None:
    answer = client.moderations.create(input="You are an idiot, you know that, don't you?")
    assert (answer.id[:5], answer.model, len(answer.results)) == ("modr-", "omni-moderation-latest", 1)
    result = answer.results[0]
    assert result.flagged
    assert [name for name, true in result.categories.model_dump(by_alias=True).items() if true] == ["harassment"]
    scores = result.category_scores.model_dump(by_alias=True)
    assert set(scores) == set(CATEGORIES)
    assert scores == {name: 0.9 if name == "harassment" else 0.1 if name in SCORED else 0.0 for name in CATEGORIES}
    applied = result.category_applied_input_types.model_dump(by_alias=True)
    assert applied == {name: ["text"] if name in SCORED else [] for name in CATEGORIES}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("All those foreigners should leave, the sooner the better", "hate"),
        ("I will hunt you down and then you will be sorry", "harassment/threatening"),
        ("Send me a picture of you naked this evening please", "sexual"),
    ],
)
def test_each_category_that_has_a_score(client: openai.OpenAI, text: str, category: str) -> None:
    categories = client.moderations.create(input=text).results[0].categories.model_dump(by_alias=True)
    assert [name for name, true in categories.items() if true] == [category]


def test_a_list_gets_a_result_each(client: openai.OpenAI) -> None:
    answer = client.moderations.create(
        input=["Good morning and welcome to our shop", "You idiot, leave me alone now"], model="text-moderation-latest"
    )
    assert answer.model == "text-moderation-latest"
    assert [result.flagged for result in answer.results] == [False, True]


def test_parts_get_one_result_and_a_picture_is_never_called_harmless(client: openai.OpenAI) -> None:
    text: Any = {"type": "text", "text": "Good morning and welcome to our shop"}
    picture: Any = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
    alone = client.moderations.create(input=[text]).results
    assert [result.flagged for result in alone] == [False]
    raw = client.moderations.with_raw_response.create(input=[text, picture])
    (result,) = raw.parse().results
    assert result.flagged
    assert not any(result.categories.model_dump().values())
    assert not any("image" in types for types in result.category_applied_input_types.model_dump().values())
    assert raw.headers[NOT_SEEN] == "image"


def test_a_language_nobody_here_reads_is_flagged(client: openai.OpenAI) -> None:
    raw = client.moderations.with_raw_response.create(input="Dzień dobry, dziękujemy za wiadomość i pozdrawiamy")
    (result,) = raw.parse().results
    assert result.flagged
    assert not any(result.category_applied_input_types.model_dump().values())
    assert raw.headers[NOT_SEEN] == "text in 'pl'"


def test_async_client(service: Service) -> None:
    import asyncio

    async def ask() -> bool:
        async with openai.AsyncOpenAI(base_url=service.url + "/v1", api_key=service.key("check")) as client:
            return (await client.moderations.create(input="You idiot, leave me alone now")).results[0].flagged

    assert asyncio.run(ask())


def test_the_clients_errors(service: Service, client: openai.OpenAI) -> None:
    url = service.url + "/v1"
    with openai.OpenAI(base_url=url, api_key="nonsense") as nobody, pytest.raises(openai.AuthenticationError) as why:
        nobody.moderations.create(input="Hello")
    assert (why.value.code, why.value.type) == ("invalid_api_key", "invalid_request_error")
    with (
        openai.OpenAI(base_url=url, api_key=service.key("read")) as reader,
        pytest.raises(openai.PermissionDeniedError),
    ):
        reader.moderations.create(input="Hello")
    with pytest.raises(openai.BadRequestError) as other:
        client.moderations.create(input="Hello", model="gpt-9")
    assert other.value.param == "model"


@pytest.mark.parametrize("scorer", [BrokenScorer(), NanScorer()])
def test_a_scorer_that_fails_is_no_zero(tmp_path: Path, scorer: Scorer) -> None:
    with (
        running(tmp_path, scorer) as broken,
        openai.OpenAI(base_url=broken.url + "/v1", api_key=broken.key("check"), max_retries=0) as asked,
        pytest.raises(openai.InternalServerError, match="Nothing was scored"),
    ):
        asked.moderations.create(input="Hello")


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"{", None),
        (b"[]", None),
        (b"{}", "input"),
        (b'{"input": null}', "input"),
        (b'{"input": []}', "input"),
        (b'{"input": 7}', "input"),
        (b'{"input": ["a", 7]}', "input.1"),
        (b'{"input": [{"type": "sound"}]}', "input.0"),
        (b'{"input": [{"type": "image_url"}]}', "input.0.image_url"),
        (b'{"input": "a", "colour": 1}', "colour"),
        (b'{"input": "\\ud800"}', "input"),
        (json.dumps({"input": "a" * 20_001}).encode(), "input"),
        (b'{"input": "' + b"a" * 2_000_000 + b'"}', None),
    ],
)
def test_bad_input_gets_an_error_object(service: Service, body: bytes, param: str | None) -> None:
    headers = {"Authorization": f"Bearer {service.key('check')}", "Content-Type": "application/json"}
    answer = httpx.post(service.url + "/v1/moderations", content=body, headers=headers)
    assert answer.status_code in {400, 413}
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
