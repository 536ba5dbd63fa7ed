"""Request bodies: from bytes to a Draft, or a Problem that names the field."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from review_gate.domain.draft import MAX_TEXT, Draft, Kind, Media
from review_gate.domain.message import Message
from review_gate.web.problems import FieldError, Problem

MAX_BODY = 1024 * 1024
"""Largest request body, in bytes."""


_SURROGATE = re.compile("[\ud800-\udfff]")


def _clean(value: str) -> str:
    if "\0" in value:
        raise PydanticCustomError("nul", "contains a NUL character")
    if _SURROGATE.search(value):
        raise PydanticCustomError("string_unicode", "contains half of a surrogate pair")
    return value


UNSEEN = (
    r"\s\u0000\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0"
)
"""What leaves no ink, as a regular expression's class has it: spaces, and what only steers how others are shown."""
_INK = re.compile(f"[^{UNSEEN}]")


def ink(value: str) -> bool:
    """Whether somebody would see anything of it."""
    return _INK.search(value) is not None


def _not_blank(value: str) -> str:
    if not ink(value):
        raise PydanticCustomError("blank", "is blank")
    return value


AUTHOR = "Who wrote it: an e-mail address or a Slack user id. Left out: the API key's name."
BOT = (
    "Whose reply it is: of a named bot what it said before counts, too. A reply that is checked without one, and "
    "without a person as its `author`, is taken for an automated one."
)
PLANNED = "With its zone, and still to come: a time that is over (by more than a minute, as clocks differ) is refused."


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date", "is no date") from None
    else:
        raise PydanticCustomError("date", "is no date")
    if moment.tzinfo is None:
        raise PydanticCustomError("zone", "has no zone")
    if not 2 <= moment.year <= 9998:  # at the ends of the calendar there is no such time in UTC
        raise PydanticCustomError("date", "is no date")
    return moment


# The patterns tell callers, by way of the OpenAPI document, what the validators check.
_WITHOUT_NUL = {"pattern": r"^[^\u0000]*$"}
WITH_INK = {"pattern": rf"^[^\u0000]*[^{UNSEEN}][^\u0000]*$"}

Plain = Annotated[str, AfterValidator(_clean), Field(json_schema_extra=_WITHOUT_NUL)]
Short = Annotated[Plain, Field(min_length=1, max_length=200, json_schema_extra=WITH_INK), AfterValidator(_not_blank)]
Text = Annotated[
    Plain, Field(min_length=1, max_length=MAX_TEXT, json_schema_extra=WITH_INK), AfterValidator(_not_blank)
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Market = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


Body = TypeVar("Body", bound=BaseModel)


class MediaBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    url: Annotated[Plain, Field(min_length=1, max_length=2048)]
    alt: Annotated[Plain, Field(max_length=2000)] | None = None


class DraftBody(BaseModel):
    """What a line of `check`, the body of /v1/check and of /v1/submissions share."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Text
    kind: Literal["post", "reply"] | None = None
    channel: Short | None = None
    account: Short | None = None
    market: Market | None = None
    lang: Language | None = None
    planned_at: Annotated[datetime, BeforeValidator(_moment), Field(description=PLANNED)] | None = None
    media: Annotated[list[MediaBody], Field(max_length=20)] | None = None
    author: Annotated[Short, Field(description=AUTHOR)] | None = None
    bot: Annotated[Short, Field(description=BOT)] | None = None
    conversation: Short | None = None
    in_reply_to: Annotated[Plain, Field(max_length=MAX_TEXT)] | None = None
    history: Annotated[list[Annotated[Plain, Field(max_length=MAX_TEXT)]], Field(max_length=1000)] | None = None

    def draft(self, default_kind: Kind | None = None) -> Draft:
        """The draft. Its kind, where none is given: `default_kind`, else a reply when it names a bot, a conversation
        or what it answers, else a post, which always waits for a person."""
        answers = self.bot or self.conversation or self.in_reply_to or self.history
        kind = Kind(self.kind) if self.kind else default_kind or (Kind.REPLY if answers else Kind.POST)
        return Draft(
            text=self.text,
            kind=kind,
            channel=self.channel,
            account=self.account,
            market=self.market,
            lang=self.lang,
            planned_at=self.planned_at,
            media=tuple(Media(item.url, item.alt) for item in self.media or ()),
            author=self.author,
            bot=self.bot,
            conversation=self.conversation,
            in_reply_to=self.in_reply_to or None,
            history=tuple(self.history or ()),
        )


def parse_json(body: bytes) -> Any:
    """The JSON value in `body`. Raises Problem for anything that is none: bad UTF-8, bad syntax, NaN, duplicate names,
    nesting without end."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except UnicodeDecodeError as error:
        why = Message(
            f"The body is not UTF-8 (byte {error.start}): send JSON in UTF-8.",
            f"Le contenu n'est pas en UTF-8 (octet {error.start}) : envoyez du JSON en UTF-8.",
        )
    except json.JSONDecodeError as error:
        why = Message(
            f"The body is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.",
            f"Le contenu n'est pas du JSON : ligne {error.lineno}, colonne {error.colno} : {error.msg}.",
        )
    except _BadJson as error:
        why = Message(f"The body is not JSON: {error}.", f"Le contenu n'est pas du JSON : {error}.")
    except (RecursionError, ValueError):  # nested too deep, or a number with thousands of digits
        why = Message(
            "The body is nested too deep or holds a number that is too long.",
            "Le contenu est trop imbriqué ou contient un nombre trop long.",
        )
    raise Problem(400, "not-json", why)


def parse_draft(value: Any) -> DraftBody:
    """Raises Problem with one entry a field."""
    return parse_as(DraftBody, value)


def parse_as(model: type[Body], value: Any) -> Body:
    """`value` checked against `model`. Raises Problem with one entry a field."""
    if not isinstance(value, dict):
        raise Problem.invalid(
            [FieldError("", Message("The body must be a JSON object.", "Le contenu doit être un objet JSON."))]
        )
    try:
        return model.model_validate(value)
    except ValidationError as error:
        known = ", ".join(model.model_fields)
        raise Problem.invalid([_field(problem, known) for problem in error.errors(include_url=False)]) from None


class _BadJson(ValueError):
    pass


def _no_constant(name: str) -> Any:
    raise _BadJson(f"{name} is no number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _BadJson(f"the name {json.dumps(twice)} stands twice")
    return names


def _field(problem: ErrorDetails, known: str) -> FieldError:
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in problem["loc"])
    # A lone surrogate in an unknown field's name could not be written down again.
    pointer = pointer.encode("utf-8", "replace").decode()
    return FieldError(pointer, _message(problem, known))


def _message(problem: ErrorDetails, known: str) -> Message:
    context = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return Message("This field is required.", "Ce champ est obligatoire.")
        case "extra_forbidden" if len(problem["loc"]) > 1:
            return Message("There is no such field.", "Ce champ n'existe pas.")
        case "extra_forbidden":
            return Message(
                f"There is no such field. Known fields: {known}.",
                f"Ce champ n'existe pas. Champs connus : {known}.",
            )
        case "string_type":
            return Message("This must be a string.", "Ce doit être une chaîne de caractères.")
        case "string_too_short" | "too_short" | "blank":
            return Message("This must not be empty.", "Ce champ ne doit pas être vide.")
        case "string_too_long" | "too_long":
            longest = context.get("max_length")
            return Message(f"This is too long: {longest} at most.", f"C'est trop long : {longest} au plus.")
        case "string_unicode":
            return Message(
                "This holds half of a surrogate pair, which is no character: send whole characters.",
                "Ceci contient une moitié de paire de substitution : envoyez des caractères entiers.",
            )
        case "nul":
            return Message(
                "This holds a NUL character (U+0000): take it out.",
                "Ceci contient un caractère nul (U+0000) : retirez-le.",
            )
        case "date":
            return Message(
                "This must be a date and time as in 2026-11-13T18:00:00+01:00.",
                "Ce doit être une date et une heure comme 2026-11-13T18:00:00+01:00.",
            )
        case "says_nothing":
            return Message(
                "This reports nothing: give complaints, deleted, csat, effort, nps or note.",
                "Ceci ne signale rien : donnez complaints, deleted, csat, effort, nps ou note.",
            )
        case "greater_than_equal" | "less_than_equal":
            bound = context.get("ge", context.get("le", 0))
            at_least = problem["type"] == "greater_than_equal"
            return Message(
                f"This must be {bound:g} or {'more' if at_least else 'less'}.",
                f"Ce doit être {bound:g} ou {'plus' if at_least else 'moins'}.",
            )
        case "zone":
            return Message(
                "The time zone is missing: write +01:00 or Z at the end.",
                "Le fuseau horaire manque : ajoutez +01:00 ou Z à la fin.",
            )
        case "literal_error":
            choices = str(context.get("expected"))  # 'post' or 'reply', as pydantic lists them
            return Message(
                f"This must be one of: {choices}.", f"Valeurs possibles : {choices.replace(' or ', ' ou ')}."
            )
        case "string_pattern_mismatch" if problem["loc"][-1] == "market":
            return Message(
                "This must be a country code in two capitals, such as FR.",
                "Ce doit être un code de pays en deux majuscules, comme FR.",
            )
        case "string_pattern_mismatch":
            return Message(
                "This must be a language code such as fr or pt-BR.", "Ce doit être un code de langue comme fr ou pt-BR."
            )
        case _:
            return Message(f"{problem['msg']}.", f"{problem['msg']}.")
