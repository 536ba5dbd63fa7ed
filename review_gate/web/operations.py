"""Every operation of the HTTP API, as the OpenAPI document tells it. A test holds this list and the routes together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from review_gate.domain.draft import Kind
from review_gate.domain.submission import State
from review_gate.web import bot_shapes, shapes
from review_gate.web import drop_in_shapes as drop_in
from review_gate.web.api import IDEMPOTENCY_KEY, LONGEST_WAIT, MAX_LIMIT
from review_gate.web.bodies import WITH_INK, DraftBody
from review_gate.web.bots import RepeatBody, WhyBody
from review_gate.web.digests import MarkBody
from review_gate.web.media import ENDINGS
from review_gate.web.openai import ModerationBody
from review_gate.web.outcomes import OutcomeBody, ReplyOutcomeBody
from review_gate.web.perspective_bodies import AnalyzeBody, SuggestBody
from review_gate.web.problems import TITLES
from review_gate.web.templates_api import TemplateBody
from review_gate.web.verify import VerifyBody

Model = type[BaseModel]
PROBLEM = "application/problem+json"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """`answers` maps each status to its shape; `problems` are the statuses that answer a problem document, `errors`
    those that answer in another service's shape. `upload` describes a body that is no JSON, by content type; `files`
    maps a status to the content types of answers that are none."""

    method: str
    path: str
    id: str
    summary: str
    answers: Mapping[int, Model | None]
    scopes: tuple[str, ...] = ()
    body: Model | None = None
    problems: tuple[int, ...] = ()
    errors: Mapping[int, Model] = field(default_factory=dict)
    parameters: tuple[dict[str, Any], ...] = ()
    security: str = "key"
    description: str = ""
    upload: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def _path(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description,
            "schema": schema or {"type": "string", "minLength": 1}}  # fmt: skip


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Ask again with the same key and body after an answer that got lost: the first answer is said"
    " again. Another body with the same key is refused.",
    "schema": {"type": "string", "pattern": f"^{IDEMPOTENCY_KEY}$"},
}
WORD = {"type": "string", **WITH_INK}
SUBMISSION = _path("submission_id", "The submission's id")
PROOF_FORMAT = {
    "name": "format", "in": "query", "schema": {"enum": ["json", "pdf"]},
    "description": "`pdf` needs fpdf2 on the server; JSON where left out, unless Accept asks for PDF",
}  # fmt: skip
REPLY = _path("reply_id", "The reply's id")
BOT = _path("name", "The bot's name")
SCOPE = _path("scope", "`brand`, or a market", {"type": "string", "pattern": "^(brand|[A-Z]{2})$"})
TEMPLATE = _path("name", "The template's name")
PICTURE = _path("sha256", "SHA-256 of the picture, in hex", {"type": "string", "pattern": "^[0-9a-f]{64}$"})
PICTURE_BODY = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
            "required": ["file"],
        }
    },
    "application/octet-stream": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}},
}
DAY = _path("day", "Such as 2026-11-23", {"type": "string", "format": "date"})
LIMIT = {**_query("limit", "From which score on replies would be held", {"type": "number", "minimum": 0, "maximum": 1}),
         "required": True}  # fmt: skip
LIST = (
    _query("state", "Only those in this state", {"enum": [state.value for state in State]}),
    _query("channel", "Only those for this channel", WORD),
    _query("market", "Only those for this market", WORD),
    _query("author", "Only those by this author", WORD),
    _query("bot", "Only those of this bot", WORD),
    _query("kind", "Only posts, or only replies", {"enum": [kind.value for kind in Kind]}),
    _query("cursor", "The 'next' of an earlier page", {"type": "string", "format": "cursor"}),
    _query("limit", "How many at most", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}),
)
WAIT = _query(
    "wait",
    "Wait up to so many seconds for a decision",
    {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
)
GOOGLE = dict.fromkeys((400, 403, 429, 503), drop_in.GoogleErrorAnswer)
OPENAI = dict.fromkeys((400, 401, 403, 413, 429, 503), drop_in.OpenAIErrorAnswer)
KEY = (401, 403, 429)
BODY = (400, 413, 422)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "post", "/v1/check", "check", "Screen a reply before it is sent", {200: shapes.Checked}, ("check",), DraftBody,
        (*KEY, *BODY, 409, 415), parameters=(ONCE,),
        description="`allow`: send it. `hold` and `block`: do not; a person decides about the submission named.",
    ),
    Operation(
        "post", "/v1/submissions", "submit", "Hand in a draft for a person to sign off", {202: shapes.Submission},
        ("submit",), DraftBody, (*KEY, *BODY, 409, 415), parameters=(ONCE,),
    ),
    Operation(
        "get", "/v1/submissions", "list_submissions", "List submissions, newest first", {200: shapes.Submissions},
        ("read",), None, (*KEY, 422), parameters=LIST,
    ),
    Operation(
        "get", "/v1/submissions/{submission_id}", "get_submission", "One submission, with its decisions",
        {200: shapes.Submission}, ("read", "submit", "check"), None, (*KEY, 404, 422), parameters=(SUBMISSION, WAIT),
    ),
    Operation(
        "post", "/v1/submissions/{submission_id}/revisions", "revise", "Hand in a new text",
        {202: shapes.Submission}, ("submit",), DraftBody, (*KEY, *BODY, 404, 409, 415), parameters=(SUBMISSION,),
        description="What the body leaves out stays as it was. Approvals of the earlier text are void.",
    ),
    Operation(
        "post", "/v1/submissions/{submission_id}/withdraw", "withdraw", "Take a submission back",
        {200: shapes.Submission}, ("submit",), None, (*KEY, 404, 409), parameters=(SUBMISSION,),
    ),
    Operation(
        "get", "/v1/submissions/{submission_id}/proof", "get_proof", "The proof of human review, signed", {}, ("read",),
        None, (*KEY, 404, 422, 501), files={200: ("application/json", "application/pdf")},
        parameters=(SUBMISSION, PROOF_FORMAT),
        description="What was reviewed, what the screening said, who decided, and where the audit log says so.",
    ),
    Operation(
        "post", "/v1/submissions/{submission_id}/outcome", "report_outcome", "Say what happened after publishing",
        {200: shapes.Outcome}, ("submit", "check"), OutcomeBody, (*KEY, *BODY, 404, 415),
        parameters=(SUBMISSION, ONCE),
        description="A later report replaces what it names; the same report again changes nothing.",
    ),
    Operation(
        "get", "/v1/submissions/{submission_id}/outcome", "get_outcome", "What was reported about a submission",
        {200: shapes.Outcome}, ("read", "submit", "check"), None, (*KEY, 404), parameters=(SUBMISSION,),
    ),
    Operation(
        "post", "/v1/replies/{reply_id}/outcome", "report_reply_outcome", "Say what happened after a bot's reply",
        {200: shapes.Outcome}, ("submit", "check"), ReplyOutcomeBody, (*KEY, *BODY, 404, 415),
        parameters=(REPLY, ONCE), description="`reply.id` of the check's answer says which.",
    ),
    Operation(
        "get", "/v1/replies/{reply_id}/outcome", "get_reply_outcome", "What was reported about a bot's reply",
        {200: shapes.Outcome}, ("read", "submit", "check"), None, (*KEY, 404), parameters=(REPLY,),
    ),
    Operation(
        "post", "/v1/verify", "verify", "Ask whether something may be published on a release token",
        {200: shapes.Released}, ("submit", "check", "read"), VerifyBody, (*KEY, *BODY, 409), parameters=(ONCE,),
        description="A refusal is a 409 with `reason`: signature, text, media, channel, account, early, expired,"
        " revised, used, frozen, unknown, or the submission's state.",
    ),
    Operation(
        "post", "/v1/media", "upload_media", "Upload a picture", {201: shapes.Picture}, ("submit",), None,
        (*KEY, 413, 415, 422), upload=PICTURE_BODY,
        description="JPEG, PNG, GIF or WebP, told by the content. Drafts name it by the `url` that is answered."
        " The same picture again changes nothing.",
    ),
    Operation(
        "get", "/v1/media/{sha256}", "get_media", "A picture, as it was uploaded or fetched", {}, ("read",), None,
        (*KEY, 404), files={200: tuple(ENDINGS)}, parameters=(PICTURE,),
    ),
    Operation(
        "get", "/v1/media/{sha256}/thumb", "get_thumbnail", "A small copy of a picture", {}, ("read",), None,
        (*KEY, 404), files={200: ("image/jpeg",)}, parameters=(PICTURE,),
    ),
    Operation("get", "/v1/bots", "list_bots", "The bots and their switches", {200: bot_shapes.Bots}, ("read",), None,
              KEY),
    Operation("get", "/v1/bots/{name}", "get_bot", "One bot", {200: bot_shapes.Bot}, ("read",), None, (*KEY, 404),
              parameters=(BOT,)),
    Operation("post", "/v1/bots/{name}/pause", "pause_bot", "Stop a bot at once", {200: bot_shapes.Bot}, ("admin",),
              WhyBody, (*KEY, *BODY, 409), parameters=(BOT,)),
    Operation("post", "/v1/bots/{name}/resume", "resume_bot", "Let a bot in again, under watch", {200: bot_shapes.Bot},
              ("admin",), WhyBody, (*KEY, *BODY, 404, 409), parameters=(BOT,)),
    Operation("post", "/v1/bots/{name}/repeats", "allow_repeat", "Say that a text may repeat",
              {200: bot_shapes.Repeat}, ("admin",), RepeatBody, (*KEY, *BODY), parameters=(BOT,)),
    Operation("get", "/v1/templates", "list_templates", "The approved templates", {200: bot_shapes.Templates},
              ("read",), None, KEY),
    Operation("put", "/v1/templates/{name}", "approve_template", "Approve a template", {200: bot_shapes.Template},
              ("admin",), TemplateBody, (*KEY, *BODY, 404, 409), parameters=(TEMPLATE,)),
    Operation("delete", "/v1/templates/{name}", "retire_template", "Retire a template", {204: None}, ("admin",), None,
              (*KEY, 404, 409), parameters=(TEMPLATE,)),
    Operation("get", "/v1/digests/{day}", "get_digest", "A day of the bots, with the sample to look at",
              {200: bot_shapes.Digest}, ("read",), None, (*KEY, 404, 422), parameters=(DAY,)),
    Operation("get", "/v1/digests/replay", "try_limit", "What a limit of the score would have held for a month",
              {200: bot_shapes.LimitReplay}, ("read",), None, (*KEY, 422), parameters=(LIMIT,)),
    Operation("post", "/v1/digests/{day}/marks", "mark_reply", "Say whether a reply of the sample was fine",
              {200: bot_shapes.Digest}, ("admin",), MarkBody, (*KEY, *BODY, 404, 409), parameters=(DAY,)),
    Operation("get", "/v1/freezes", "list_freezes", "What is frozen", {200: bot_shapes.Freezes}, ("read",), None, KEY),
    Operation("put", "/v1/freezes/{scope}", "freeze", "Let nothing more out in a market, or at all",
              {200: bot_shapes.Frozen}, ("admin",), WhyBody, (*KEY, *BODY, 404, 409), parameters=(SCOPE,)),
    Operation("post", "/v1/freezes/{scope}/lift", "lift", "End a freeze", {200: bot_shapes.Freeze}, ("admin",), WhyBody,
              (*KEY, *BODY, 404, 409), parameters=(SCOPE,)),
    Operation(
        "post", "/v1/moderations", "moderations", "OpenAI's moderation interface", {200: drop_in.ModerationAnswer},
        ("check",), ModerationBody, (), OPENAI,
    ),
    Operation(
        "post", "/v1alpha1/comments:analyze", "analyze", "Perspective's comments:analyze",
        {200: drop_in.AnalyzeAnswer}, ("check",), AnalyzeBody, (), GOOGLE, security="perspective",
    ),
    Operation(
        "post", "/v1alpha1/comments:suggestscore", "suggestscore", "Perspective's comments:suggestscore",
        {200: drop_in.SuggestAnswer}, ("check",), SuggestBody, (), GOOGLE, security="perspective",
    ),
    Operation(
        "get", "/$discovery/rest", "discovery", "Discovery document of the Perspective interface", {200: None},
        errors={404: drop_in.GoogleErrorAnswer}, security="none",
        parameters=(_query("version", "v1alpha1", {"const": "v1alpha1"}),),
    ),
    Operation("get", "/healthz", "healthz", "Whether the process lives", {200: shapes.Alive}, security="none"),
    Operation("get", "/readyz", "readyz", "Whether drafts can be taken",
              {200: shapes.Readiness, 503: shapes.Readiness}, security="none"),
    Operation("get", "/.well-known/jwks.json", "jwks", "Keys that release tokens are verified with",
              {200: shapes.PublicKeys}, security="none"),
    Operation(
        "get", "/problems/{code}", "problem", "What a problem's type means", {200: shapes.ProblemType}, (), None,
        (404,), security="none", parameters=(_path("code", "The type's last part", {"enum": list(TITLES)}),),
    ),
    Operation("get", "/openapi.json", "openapi", "This document", {200: None}, security="none"),
)  # fmt: skip
