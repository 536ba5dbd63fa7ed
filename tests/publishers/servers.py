"""Services as their published API descriptions tell them, on a real socket: Mastodon, Bluesky's PDS, Postiz, a webhook.

Each keeps what was posted. `trouble` makes the next requests that would post go wrong: a status to answer instead of
posting, or LOST: it posts, and the answer never arrives.
"""

from __future__ import annotations

import email.parser
import email.policy
import io
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

LOST = 0


def _png(colour: tuple[int, int, int]) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (12, 8), colour).save(made, "PNG")
    return made.getvalue()


PNG = _png((200, 40, 40))
OTHER_PNG = _png((40, 40, 200))


@dataclass
class Asked:
    """A request: `form` holds its body, whatever its form; `files` the parts of an upload."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes
    form: Mapping[str, Any]
    files: Mapping[str, tuple[str, bytes]]


@dataclass
class Service:
    """What all of them share."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    trouble: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    seen: list[Asked] = field(default_factory=list)
    on_posted: Callable[[], None] | None = None
    """Called once something was posted, before that is answered."""
    url: str = ""

    def answer(self, asked: Asked) -> tuple[int, Any]:
        """Status and JSON."""
        raise NotImplementedError

    def posts_something(self, asked: Asked) -> bool:
        raise NotImplementedError


class Mastodon(Service):
    """docs.joinmastodon.org: statuses, media, accounts."""

    TOKEN = "the-token"

    def __init__(self) -> None:
        super().__init__()
        self.media: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, Any]] = {}

    def posts_something(self, asked: Asked) -> bool:
        return (asked.method, asked.path) == ("POST", "/api/v1/statuses")

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("authorization") != f"Bearer {self.TOKEN}":
            return 401, {"error": "The access token is invalid"}
        route = f"{asked.method} {asked.path}"
        if route in {"GET /api/v1/instance/", "GET /api/v2/instance/"}:
            return 200, {"uri": "m.example", "domain": "m.example", "version": "4.5.2", "api_versions": {"mastodon": 7}}
        if found := re.fullmatch(r"GET /api/v1/media/(\d+)", route):
            return 200, {"id": found[1], "type": "image", "url": f"{self.url}/media/{found[1]}.png"}
        if route == "GET /api/v1/accounts/verify_credentials":
            return 200, {"id": "7", "username": "brand", "acct": "brand", "url": f"{self.url}/@brand"}
        if route == "GET /api/v1/accounts/7/statuses":
            return 200, list(reversed(self.posts))
        if found := re.fullmatch(r"GET /api/v1/statuses/(\d+)/source", route):
            post = next(one for one in self.posts if one["id"] == found[1])
            return 200, {"id": post["id"], "text": post["_text"], "spoiler_text": ""}
        if route == "POST /api/v2/media":
            number = str(len(self.media) + 1)
            mime, data = asked.files["file"]
            self.media[number] = {"description": asked.form.get("description"), "mime": mime, "data": data}
            return 202, {"id": number, "type": "image", "url": None}  # still processing
        if route == "POST /api/v1/statuses":
            return self._status(asked)
        return 404, {"error": "Record not found"}

    def _status(self, asked: Asked) -> tuple[int, Any]:
        key = asked.headers.get("idempotency-key", "")
        if key in self.keys:
            return 200, self.keys[key]
        text = str(asked.form["status"])
        if len(text) > 500:
            return 422, {"error": "Validation failed: Text character limit of 500 exceeded"}
        number = str(100 + len(self.posts))
        media = asked.form.get("media_ids[]") or asked.form.get("media_ids") or []
        post = {
            "id": number,
            "created_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "url": f"{self.url}/@brand/{number}",
            "uri": f"{self.url}/users/brand/statuses/{number}",
            "content": f"<p>{text}</p>",
            "visibility": asked.form.get("visibility"),
            "language": asked.form.get("language"),
            "media_attachments": [{"id": one} for one in ([media] if isinstance(media, str) else media)],
            "_text": text,
        }
        self.posts.append(post)
        self.keys[key] = post
        return 200, post


class Bluesky(Service):
    """The lexicons com.atproto.server.createSession, com.atproto.repo.{putRecord,getRecord,uploadBlob},
    com.atproto.identity.resolveHandle."""

    PASSWORD = "app-pass-word"
    DID = "did:plc:brand"

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, dict[str, Any]] = {}
        self.blobs: list[tuple[str, bytes]] = []

    def posts_something(self, asked: Asked) -> bool:
        return asked.path == "/xrpc/com.atproto.repo.putRecord"

    def answer(self, asked: Asked) -> tuple[int, Any]:
        method = asked.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession":
            if asked.form != {"identifier": "brand.example", "password": self.PASSWORD}:
                return 401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"}
            return 200, {"did": self.DID, "handle": "brand.example", "accessJwt": "jwt", "refreshJwt": "r"}
        if method == "com.atproto.identity.resolveHandle":
            if asked.query["handle"] == "friend.example":
                return 200, {"did": "did:plc:friend"}
            return 400, {"error": "InvalidRequest", "message": "Unable to resolve handle"}
        if asked.headers.get("authorization") != "Bearer jwt":
            return 401, {"error": "AuthMissing", "message": "Authentication Required"}
        if method == "com.atproto.repo.uploadBlob":
            self.blobs.append((asked.headers["content-type"], asked.raw))
            link = {"$link": f"bafkrei{len(self.blobs)}"}
            blob = {"$type": "blob", "ref": link, "mimeType": asked.headers["content-type"], "size": len(asked.raw)}
            return 200, {"blob": blob}
        if method == "com.atproto.repo.getRecord":
            uri = f"at://{asked.query['repo']}/{asked.query['collection']}/{asked.query['rkey']}"
            if uri not in self.records:
                return 400, {"error": "RecordNotFound", "message": f"Could not locate record: {uri}"}
            return 200, {"uri": uri, "cid": "bafyrei", "value": self.records[uri]}
        if method == "com.atproto.repo.putRecord":
            return self._put(asked.form)
        return 501, {"error": "MethodNotImplemented", "message": "Method Not Implemented"}

    def _put(self, form: Mapping[str, Any]) -> tuple[int, Any]:
        record = form["record"]
        if not re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", form["rkey"]):
            return 400, {"error": "InvalidRequest", "message": "Invalid record key: not a TID"}
        if set(record) - {"$type", "text", "createdAt", "langs", "facets", "embed"} or len(record["text"]) > 300:
            return 400, {"error": "InvalidRequest", "message": "Record/text must not be longer than 300 graphemes"}
        uri = f"at://{form['repo']}/{form['collection']}/{form['rkey']}"
        if "swapRecord" in form and form["swapRecord"] is None and uri in self.records:
            return 400, {"error": "InvalidSwap", "message": "Record was at bafyrei"}
        if uri not in self.records:
            self.posts.append({"_text": record["text"], "record": record})
        self.records[uri] = record
        return 200, {"uri": uri, "cid": "bafyrei", "validationStatus": "valid"}


class Postiz(Service):
    """docs.postiz.com/public-api: posts, integrations, uploads. What it takes it publishes by itself a little later:
    when somebody has looked once."""

    KEY = "postiz-key"

    def __init__(self) -> None:
        super().__init__()
        self.uploads: list[tuple[str, bytes]] = []
        self.ends_as = "PUBLISHED"

    def posts_something(self, asked: Asked) -> bool:
        return (asked.method, asked.path) == ("POST", "/posts")

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("authorization") != self.KEY:
            return 401, {"msg": "Invalid API key"}
        route = f"{asked.method} {asked.path}"
        if route == "GET /integrations":
            found = {"id": "chan-1", "name": "Brand", "identifier": "x", "disabled": False, "profile": "brand"}
            return 200, [found]
        if route == "POST /upload":
            self.uploads.append(asked.files["file"])
            number = len(self.uploads)
            return 201, {"id": f"file-{number}", "name": "a.png", "path": f"https://uploads.example/{number}.png"}
        if route == "GET /posts":
            window = asked.query["startDate"], asked.query["endDate"]
            found = [dict(one) for one in self.posts if window[0] <= one["publishDate"] <= window[1]]
            for one in self.posts:
                one["state"] = self.ends_as
                one["releaseURL"] = f"https://x.example/{one['id']}" if self.ends_as == "PUBLISHED" else ""
            return 200, {"posts": found}
        if route == "POST /posts":
            return self._create(asked.form)
        return 404, {"msg": "Not Found"}

    def _create(self, form: Mapping[str, Any]) -> tuple[int, Any]:
        assert set(form) == {"type", "date", "shortLink", "tags", "posts"} and form["type"] == "now"
        (item,) = form["posts"]
        (value,) = item["value"]
        if len(value["content"]) > 2000:
            return 400, {"msg": "The maximum characters is 2000"}
        assert item["settings"]["__type"] == "x" and item["settings"]["who_can_reply_post"] == "everyone"
        number = f"post-{len(self.posts) + 1}"
        self.posts.append({
            "id": number, "content": f"<p>{value['content'].replace('&', '&amp;')}</p>", "publishDate": form["date"],
            "releaseURL": "", "state": "QUEUE", "integration": {"id": item["integration"]["id"]},
            "_text": value["content"], "_images": value["image"],
        })  # fmt: skip
        return 201, [{"postId": number, "integration": item["integration"]["id"]}]


class Hook(Service):
    """A publisher of one's own behind a webhook: drops repeats by their id."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()

    def posts_something(self, asked: Asked) -> bool:
        return asked.method == "POST"

    def answer(self, asked: Asked) -> tuple[int, Any]:
        data = asked.form["data"]
        if len(data["text"]) > 5000:
            return 413, {"error": "too long"}
        if asked.headers["webhook-id"] not in self.ids:
            self.ids.add(asked.headers["webhook-id"])
            self.posts.append({"_text": data["text"], "data": data})
        return 200, {"id": "own-1", "url": "https://brand.example/own-1"}


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """The service at `service.url`; beside it a picture at /picture.png."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            asked = self._asked()
            if asked.path == "/picture.png":
                self._send(200, PNG, "image/png")
                return
            if asked.path == "/page.html":
                self._send(200, b"<p>", "text/html")
                return
            with service.lock:
                service.seen.append(asked)
                posts = service.posts_something(asked)
                status, headers = service.trouble.pop(0) if posts and service.trouble else (None, {})
                if status:
                    self._send(status, b'{"error": "not now"}', "application/json", headers)
                    return
                code, said = service.answer(asked)
                if posts and service.on_posted is not None:
                    service.on_posted()
                    status = LOST  # who asked is no more
            if status == LOST:
                self.close_connection = True
                self.connection.close()
                return
            self._send(code, json.dumps(said).encode(), "application/json")

        do_GET = do_POST = _any

        def _asked(self) -> Asked:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kind = headers.get("content-type", "")
            form: dict[str, Any] = {}
            files: dict[str, tuple[str, bytes]] = {}
            if "json" in kind:
                form = json.loads(raw)
            elif "urlencoded" in kind:
                form = {name: _one(values) for name, values in parse_qs(raw.decode()).items()}
            elif "multipart" in kind:
                message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
                    b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw
                )
                for part in message.iter_parts():  # type: ignore[attr-defined]
                    name = part.get_param("name", header="content-disposition")
                    data = part.get_payload(decode=True)
                    if part.get_filename() is None:
                        form[name] = data.decode()
                    else:
                        files[name] = (part.get_content_type(), data)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            return Asked(self.command, parts.path, query, headers, raw, form, files)

        def _send(self, code: int, data: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
            self.send_response(code)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _one(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
