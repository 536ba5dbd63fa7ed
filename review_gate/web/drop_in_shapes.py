"""The shapes of what the drop-in interfaces answer, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.alias_generators import to_camel

from review_gate.web.openai import CATEGORIES
from review_gate.web.shapes import Shape, Unit


class _Camel(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class ScoreAnswer(_Camel):
    value: Unit
    type: Literal["PROBABILITY"]


class SpanScoreAnswer(_Camel):
    """`begin` and `end` count UTF-16 units."""

    begin: int
    end: int
    score: ScoreAnswer


class AttributeScores(_Camel):
    summary_score: ScoreAnswer
    span_scores: list[SpanScoreAnswer] | None = None


class AnalyzeAnswer(_Camel):
    """Scores by attribute; `detectedLanguages` only where the text tells its language."""

    attribute_scores: dict[str, AttributeScores]
    languages: list[str]
    detected_languages: list[str] | None = None
    client_token: str | None = None


class SuggestAnswer(_Camel):
    client_token: str | None = None
    requested_languages: list[str] | None = None


class GoogleErrorBody(Shape):
    code: int
    message: str
    status: str
    details: list[dict[str, Any]] | None = None


class GoogleErrorAnswer(Shape):
    error: GoogleErrorBody


def _thirteen(name: str, of: Any) -> type[BaseModel]:
    fields: dict[str, Any] = {
        "field_" + category.replace("/", "_").replace("-", "_"): (of, Field(alias=category)) for category in CATEGORIES
    }
    return create_model(name, __base__=Shape, **fields)


Categories = _thirteen("Categories", bool)
CategoryScores = _thirteen("CategoryScores", Unit)
AppliedInputTypes = _thirteen("AppliedInputTypes", list[Literal["text", "image"]])


class ModerationResult(Shape):
    """What has a score of ours has 'text' among its applied input types; the others have 0 and nothing applied."""

    flagged: bool
    categories: Categories  # type: ignore[valid-type]
    category_scores: CategoryScores  # type: ignore[valid-type]
    category_applied_input_types: AppliedInputTypes  # type: ignore[valid-type]


class ModerationAnswer(Shape):
    id: Annotated[str, Field(pattern="^modr-")]
    model: str
    results: list[ModerationResult]


class OpenAIErrorBody(Shape):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorAnswer(Shape):
    error: OpenAIErrorBody
