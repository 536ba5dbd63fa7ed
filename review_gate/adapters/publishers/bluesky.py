"""Bluesky, by its published lexicon (com.atproto.server.createSession, com.atproto.repo.*, app.bsky.feed.post).

The key of the record is made from the delivery, and putRecord with `swapRecord: null` writes only where nothing is: so
a second try can never make a second post, whoever crashed when.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from review_gate.adapters.publishers.answers import body, client, posts_as, refused, send
from review_gate.adapters.publishers.facets import facets
from review_gate.adapters.publishers.pictures import Pictures
from review_gate.domain.message import Message
from review_gate.ports import Clock, Posted, Posting, Undeliverable

COLLECTION = "app.bsky.feed.post"
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
MOST = 4
MAX_PICTURE = 1_000_000
"""app.bsky.embed.images takes up to four pictures of up to a million bytes each."""


@dataclass(frozen=True, slots=True)
class Session:
    did: str
    handle: str
    headers: dict[str, str]


class BlueskyPublisher:
    """Posts as `handle` with an app password, through the server `url` that holds the account (its PDS)."""

    def __init__(self, url: str, handle: str, password: str, clock: Clock, pictures: Pictures) -> None:
        self._url = url.rstrip("/") + "/xrpc/"
        self._handle = handle
        self._password = password
        self._clock = clock
        self._pictures = pictures
        self._http = client()

    def publish(self, posting: Posting) -> Posted:
        session = self._sign_in()
        key = record_key(posting.since, posting.key)
        if posting.again and (found := self._record(session, key, posting.text)) is not None:
            return found
        record: dict[str, Any] = {
            "$type": COLLECTION,
            "text": posting.text,
            "createdAt": self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if posting.lang:
            record["langs"] = [posting.lang]
        if marks := facets(posting.text, self._did_of):
            record["facets"] = marks
        if posting.media:
            record["embed"] = {"$type": "app.bsky.embed.images", "images": self._images(session, posting)}
        answer = self._call(session, "POST", "com.atproto.repo.putRecord", json={
            "repo": session.did, "collection": COLLECTION, "rkey": key, "record": record, "swapRecord": None,
        })  # fmt: skip
        if answer.is_success:
            return _posted(session, str(body(answer)["uri"]))
        if body(answer).get("error") == "InvalidSwap":  # another try was faster
            found = self._record(session, key, posting.text)
            if found is not None:
                return found
        raise _refused(answer)

    def close(self) -> None:
        self._http.close()

    def check(self) -> Message:
        return posts_as(f"@{self._sign_in().handle}")

    def _sign_in(self) -> Session:
        answer = send(self._http, "Bluesky", "POST", self._url + "com.atproto.server.createSession",
                      json={"identifier": self._handle, "password": self._password})  # fmt: skip
        if not answer.is_success:
            raise _refused(answer)
        said = body(answer)
        return Session(said["did"], said["handle"], {"authorization": f"Bearer {said['accessJwt']}"})

    def _record(self, session: Session, key: str, text: str) -> Posted | None:
        """The post under our key, if an earlier try made it."""
        answer = self._call(session, "GET", "com.atproto.repo.getRecord",
                            params={"repo": session.did, "collection": COLLECTION, "rkey": key})  # fmt: skip
        said = body(answer)
        if answer.is_success:
            if said["value"].get("text") != text:
                raise Undeliverable(f"Another post of the account has the key {key}", final=True)
            return _posted(session, str(said["uri"]))
        if said.get("error") == "RecordNotFound":
            return None
        raise _refused(answer)

    def _images(self, session: Session, posting: Posting) -> list[dict[str, Any]]:
        images = []
        for one in self._pictures.all(posting.media, MOST, MAX_PICTURE):
            answer = self._call(session, "POST", "com.atproto.repo.uploadBlob", content=one.data,
                                headers={"content-type": one.mime})  # fmt: skip
            if not answer.is_success:
                raise _refused(answer)
            images.append({"alt": one.alt, "image": body(answer)["blob"]})
        return images

    def _did_of(self, handle: str) -> str | None:
        """Who is mentioned; nobody when that handle is not known: it stays plain text then."""
        answer = send(self._http, "Bluesky", "GET", self._url + "com.atproto.identity.resolveHandle",
                      params={"handle": handle})  # fmt: skip
        return body(answer).get("did") if answer.is_success else None

    def _call(self, session: Session, method: str, name: str, headers: dict[str, str] | None = None,
              **request: Any) -> httpx.Response:  # fmt: skip
        return send(self._http, "Bluesky", method, self._url + name, headers={**session.headers, **(headers or {})},
                    **request)  # fmt: skip


def record_key(since: datetime, key: str) -> str:
    """A record key in the form that posts have (TID): the second of `since`, and below it 30 bits that follow from
    `key`, since many posts are planned for the same full hour."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    micros = int(since.timestamp()) * 1_000_000 + number % 1_000_000
    value = (micros << 10) | (number // 1_000_000) % 1024
    return "".join(ALPHABET[(value >> shift) & 31] for shift in range(60, -1, -5))


def _posted(session: Session, uri: str) -> Posted:
    return Posted(uri, f"https://bsky.app/profile/{session.handle}/post/{uri.rsplit('/', 1)[-1]}")


def _refused(answer: httpx.Response) -> Undeliverable:
    said = body(answer)
    return refused("Bluesky", answer, " ".join(str(said[k]) for k in ("error", "message") if said.get(k)))
