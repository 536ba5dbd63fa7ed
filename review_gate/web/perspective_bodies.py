"""What callers of the Perspective API send. Names in camelCase or snake_case, null means left out, as there."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from review_gate.web.google_errors import bad_field, bad_json

_SURROGATE = re.compile("[\ud800-\udfff]")

MAX_BYTES = 20 * 1024
"""Longest comment, in bytes of UTF-8."""


def _whole(value: str) -> str:
    if _SURROGATE.search(value):
        raise PydanticCustomError("surrogate", "half of a surrogate pair is no character")
    return value


def _not_null(value: Any) -> Any:
    return {} if value is None else value


String = Annotated[str, AfterValidator(_whole)]
Number = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel, populate_by_name=True)


class TextEntry(_Body):
    """A text; HTML is refused, so that no tag is scored as if it were a word."""

    text: String | None = None
    type: Literal["TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT"] | None = None


class ArticleAndParentComment(_Body):
    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class Context(_Body):
    """Taken and not looked at: the comment is scored by itself."""

    entries: list[TextEntry] | None = None
    article_and_parent_comment: ArticleAndParentComment | None = None


class Attribute(_Body):
    score_type: Literal["SCORE_TYPE_UNSPECIFIED", "PROBABILITY"] | None = None
    score_threshold: Number | None = None


Languages = Annotated[
    list[Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$")]], Field(max_length=10)
]


class AnalyzeBody(_Body):
    """Body of comments:analyze."""

    comment: TextEntry | None = None
    context: Context | None = None
    requested_attributes: dict[String, Annotated[Attribute, BeforeValidator(_not_null)]] | None = None
    span_annotations: bool | None = None
    languages: Languages | None = None
    do_not_store: bool | None = None
    drop_unsupported_attributes: bool | None = None
    client_token: String | None = None
    session_id: String | None = None
    community_id: String | None = None


class Score(_Body):
    value: Number | None = None
    type: Literal["SCORE_TYPE_UNSPECIFIED", "PROBABILITY"] | None = None


class SpanScore(_Body):
    begin: Annotated[int, Field(ge=0)] | None = None
    end: Annotated[int, Field(ge=0)] | None = None
    score: Score | None = None


class SuggestedScore(_Body):
    summary_score: Score | None = None
    span_scores: list[SpanScore] | None = None


class SuggestBody(_Body):
    """Body of comments:suggestscore."""

    comment: TextEntry | None = None
    context: Context | None = None
    attribute_scores: dict[String, SuggestedScore] | None = None
    languages: Languages | None = None
    community_id: String | None = None
    client_token: String | None = None
    session_id: String | None = None


Body = TypeVar("Body", bound=_Body)


def parse(model: type[Body], value: Any) -> Body:
    """Raises GoogleError for the first thing that is wrong."""
    if not isinstance(value, dict):
        raise bad_json("The body must be a JSON object.")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise bad_field(error.errors(include_url=False)[0]) from None
