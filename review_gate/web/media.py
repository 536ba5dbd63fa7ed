"""`POST /v1/media` takes a picture, `GET` shows it: to keys that may read, to people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from review_gate.adapters.pictures.eyes import too_many_bytes
from review_gate.adapters.pictures.links import PictureLinks
from review_gate.domain.message import Message
from review_gate.domain.picture import named_url
from review_gate.gate.looking import Taken, Uploads
from review_gate.media_ports import MediaStore, NotAPicture
from review_gate.ports import Keys
from review_gate.web.answers import earlier_json
from review_gate.web.api import _json
from review_gate.web.auth import authenticate
from review_gate.web.problems import FieldError, Problem

ENVELOPE = 64 * 1024
"""What a form may hold besides the picture."""

POLICY = "default-src 'none'; sandbox"
"""Whatever a browser takes the bytes for: nothing in them runs."""

FRESH_SECONDS = 3600
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}

SignedIn = Callable[[], bool]
"""Whether the request comes from somebody who is signed in at the pages."""


def media_blueprint(store: MediaStore, keys: Keys, uploads: Uploads, links: PictureLinks,
                    signed_in: SignedIn) -> Blueprint:  # fmt: skip
    """The routes."""
    api = Blueprint("media", __name__, url_prefix="/v1")

    @api.post("/media")
    def upload_media() -> Response:
        person = authenticate(keys, "submit")
        content, name = received(uploads.most_bytes)
        return _json(taken_json(take(uploads, content, person.id), name), 201)

    @api.get("/media/<sha256>")
    def media(sha256: str) -> Response:
        _allow(sha256, thumb=False)
        picture, content = store.picture(sha256), store.picture_content(sha256)
        if picture is None or content is None:
            raise _unknown(sha256)
        answer = _bytes(content, picture.type)
        # As a download: the original is for publishers; what people look at is the small copy.
        answer.headers["Content-Disposition"] = f'attachment; filename="{sha256[:16]}.{ENDINGS[picture.type]}"'
        return answer

    @api.get("/media/<sha256>/thumb")
    def thumbnail(sha256: str) -> Response:
        _allow(sha256, thumb=True)
        content = store.thumbnail(sha256)
        if content is None:
            raise _unknown(sha256)
        answer = _bytes(content, "image/jpeg")
        answer.headers["Content-Disposition"] = f'inline; filename="{sha256[:16]}-small.jpg"'
        return answer

    def _allow(sha256: str, *, thumb: bool) -> None:
        until, signature = request.args.get("until"), request.args.get("sig")
        if thumb and until and signature and links.good(sha256, until, signature):
            return
        if "Authorization" not in request.headers and signed_in():
            return
        authenticate(keys, "read")

    return api


def received(most: int) -> tuple[bytes, str]:
    """The picture in the request, as the field `file` of a form or as the whole body, and the file's name. Raises
    Problem."""
    request.max_content_length = most + ENVELOPE
    if (request.content_length or 0) > most + ENVELOPE:
        raise _too_large(most)
    try:
        if request.mimetype == "multipart/form-data":
            sent = request.files.get("file")
            if sent is None:
                raise Problem.invalid(
                    [FieldError("/file", Message("This field is required.", "Ce champ est obligatoire."))]
                )
            return sent.read(), sent.filename or ""
        return request.get_data(cache=False), ""
    except RequestEntityTooLarge as error:
        raise _too_large(most) from error


def take(uploads: Uploads, content: bytes, by: str) -> Taken:
    """Keeps the picture. Raises Problem."""
    try:
        return uploads.take(content, by)
    except NotAPicture as refused:
        if refused.too_large:
            raise Problem(413, "too-large", refused.message) from refused
        raise Problem(415, "not-a-picture", refused.message) from refused


def taken_json(taken: Taken, name: str = "") -> dict[str, Any]:
    """What is answered to an upload. `url` is what drafts name it by."""
    picture, earlier = taken.picture, taken.earlier
    return {
        "sha256": picture.sha256,
        "url": named_url(picture.sha256, name),
        "type": picture.type,
        "width": picture.width,
        "height": picture.height,
        "size": picture.size,
        "rejected_before": earlier_json(earlier) if earlier else None,
    }


def _bytes(content: bytes, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-site"
    answer.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    return answer


def _too_large(most: int) -> Problem:
    return Problem(413, "too-large", too_many_bytes(most))


def _unknown(sha256: str) -> Problem:
    shown = sha256[:80]
    return Problem(
        404,
        "not-found",
        Message(f"No picture '{shown}' is kept here.", f"Aucune image « {shown} » n'est conservée ici."),
    )
