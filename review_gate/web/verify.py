"""`POST /v1/verify`: may this go out on that release token? A refusal is an error answer: nobody overlooks it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from review_gate.domain.draft import Media
from review_gate.domain.release import Publication, Refusal
from review_gate.gate.releases import Released, Releases
from review_gate.ports import Clock, Keys
from review_gate.web.auth import SCOPES, authenticate
from review_gate.web.bodies import MediaBody, Plain, Short, Text, _moment, parse_as, parse_json
from review_gate.web.language import language
from review_gate.web.problems import Problem

MAX_TOKEN = 8192


class PublishedMedia(MediaBody):
    """A picture that is about to go out."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = Field(
        None, description="SHA-256 of the bytes that go out: refused when the gate has approved other bytes."
    )


class VerifyBody(BaseModel):
    """What is about to be published, and the token it was released with."""

    model_config = ConfigDict(extra="forbid", strict=True)

    token: Annotated[Plain, Field(min_length=1, max_length=MAX_TOKEN)]
    text: Text
    channel: Short | None = None
    account: Short | None = None
    media: Annotated[list[PublishedMedia], Field(max_length=20)] | None = None
    at: Annotated[datetime, BeforeValidator(_moment)] | None = Field(
        None, description="When it will go out, for a publisher that hands it on ahead of time; now where left out."
    )
    use: bool = Field(False, description="Use the token up: of all who ask only the first is told yes.")

    def publication(self, now: datetime) -> Publication:
        media = tuple(Media(item.url, item.alt) for item in self.media or ())
        content = tuple(item.sha256 for item in self.media or ())
        return Publication(self.text, self.at or now, self.channel, self.account, media, content)


def verify_blueprint(releases: Releases, keys: Keys, clock: Clock) -> Blueprint:
    """The route. Any API key may ask; `Idempotency-Key` tells a second asking from somebody else's."""
    api = Blueprint("verify", __name__, url_prefix="/v1")

    @api.post("/verify")
    def verify() -> Response:
        person = authenticate(keys, *SCOPES)
        body = parse_as(VerifyBody, parse_json(request.get_data(cache=True)))
        wanted = body.publication(clock())
        if body.use:
            once = request.headers.get("Idempotency-Key")
            found = releases.use(body.token, wanted, person, once[:200] if once else None)
        else:
            found = releases.verify(body.token, wanted)
        if isinstance(found, Refusal):
            raise Problem(409, "release-refused", found.message, members={"valid": False, "reason": found.reason})
        answer = jsonify(_released(found))
        answer.headers["Content-Language"] = language()
        return answer

    return api


def _released(found: Released) -> dict[str, Any]:
    submission = found.submission
    return {
        "valid": True,
        "submission": submission.id,
        "revision": submission.revision,
        "decision": found.decision,
        "text_sha256": submission.text_sha256,
        "channel": submission.draft.channel,
        "account": submission.draft.account,
        "expires_at": found.until.isoformat(),
        "used": found.used,
    }
