"""Postiz, by its public API. It knows no idempotency key: we look at what it has before we post, and remember its id.

It publishes by itself a moment after it has taken a post: until then a delivery is tried again, and only looks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from review_gate.adapters.publishers.answers import body, client, posts_as, refused, send
from review_gate.adapters.publishers.pictures import Pictures
from review_gate.domain.message import Message
from review_gate.ports import Clock, Posted, Posting, Undeliverable

AROUND = timedelta(minutes=10)
MOST = 20
MAX_PICTURE = 30_000_000
LOOK_AGAIN_SECONDS = 20.0
TAGS = re.compile(r"<[^>]*>")


class PostizPublisher:
    """Posts on the channel `integration` (its id in Postiz) of the kind `platform`, with that platform's `options`."""

    def __init__(
        self, url: str, key: str, integration: str, platform: str, options: Mapping[str, Any], clock: Clock,
        pictures: Pictures,
    ) -> None:  # fmt: skip
        self._url = url.rstrip("/")
        self._integration = integration
        self._settings = {**options, "__type": platform}
        self._clock = clock
        self._pictures = pictures
        self._http = client(authorization=key)

    def publish(self, posting: Posting) -> Posted:
        there = self._find(posting) if posting.again else None
        if there is not None:
            return self._outcome(there)
        pictures = [
            self._ask("POST", "/upload", files={"file": (one.name, one.data, one.mime)})
            for one in self._pictures.all(posting.media, MOST, MAX_PICTURE)
        ]
        made = self._ask("POST", "/posts", json={
            "type": "now",
            "date": _stamp(self._clock()),
            "shortLink": False,
            "tags": [],
            "posts": [{
                "integration": {"id": self._integration},
                "value": [{
                    "content": posting.text,
                    "image": [{"id": one["id"], "path": one["path"]} for one in pictures],
                }],
                "settings": self._settings,
            }],
        })  # fmt: skip
        posting.remember({"id": made[0]["postId"]})
        raise Undeliverable("Postiz has taken the post and not yet published it", retry_after=LOOK_AGAIN_SECONDS)

    def close(self) -> None:
        self._http.close()

    def check(self) -> Message:
        for one in self._ask("GET", "/integrations"):
            if one["id"] == self._integration:
                if one.get("disabled"):
                    why = Message(
                        f"Postiz has disabled the channel {one['name']}", f"Postiz a désactivé le canal {one['name']}"
                    )
                    raise Undeliverable(why, final=True)
                if one["identifier"] != self._settings["__type"]:
                    why = Message(
                        f"The channel's platform is '{one['identifier']}', set is another",
                        f"La plateforme du canal est « {one['identifier']} », une autre est configurée",
                    )
                    raise Undeliverable(why, final=True)
                return posts_as(f"{one['name']} ({one['identifier']})")
        why = Message(
            f"Postiz has no channel with the id {self._integration}",
            f"Postiz n'a pas de canal avec l'identifiant {self._integration}",
        )
        raise Undeliverable(why, final=True)

    def _find(self, posting: Posting) -> Mapping[str, Any] | None:
        """What Postiz has of it: by the id it gave us, or, when its answer got lost, by text and channel."""
        start, end = posting.since - AROUND, self._clock() + AROUND
        found = self._ask("GET", "/posts", params={"startDate": _stamp(start), "endDate": _stamp(end)})["posts"]
        wanted = posting.known.get("id")
        for post in found:
            if post["id"] == wanted:
                return post  # type: ignore[no-any-return]
        if wanted is not None:
            raise Undeliverable(f"Postiz does not show its post {wanted}", retry_after=LOOK_AGAIN_SECONDS)
        for post in found:
            if post["integration"]["id"] == self._integration and _plain(post["content"]) == _plain(posting.text):
                posting.remember({"id": post["id"]})
                return post  # type: ignore[no-any-return]
        return None

    def _outcome(self, post: Mapping[str, Any]) -> Posted:
        if post["state"] == "PUBLISHED":
            return Posted(str(post["id"]), post.get("releaseURL") or None)
        if post["state"] == "ERROR":
            raise Undeliverable("Postiz could not publish it: look at the post there", final=True)
        raise Undeliverable(f"Postiz has the post and not yet published it ({post['state']})",
                            retry_after=LOOK_AGAIN_SECONDS)  # fmt: skip

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        answer = send(self._http, "Postiz", method, self._url + path, **request)
        if not answer.is_success:
            raise refused("Postiz", answer, _said(answer))
        return body(answer)


def _said(answer: httpx.Response) -> str:
    said = body(answer)
    message = said.get("msg") or said.get("message") if isinstance(said, dict) else None
    return str(message or "")


def _plain(text: str) -> str:
    """Text without tags and layout: Postiz may keep a post as HTML."""
    return " ".join(html.unescape(TAGS.sub(" ", text)).split())


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
