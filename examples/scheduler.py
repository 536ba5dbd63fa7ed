"""A publisher that puts out what was approved, when it was planned, once, and nothing else.

    export REVIEW_GATE_URL=http://127.0.0.1:8080
    export REVIEW_GATE_API_KEY=$(review-gate key create --name scheduler --scope read)
    export REVIEW_GATE_WEBHOOK_SECRET=$(review-gate key webhook)      # the gate needs the same one
    python examples/scheduler.py --port 9000 --out published.jsonl

Start the gate with REVIEW_GATE_WEBHOOK_URL=http://127.0.0.1:9000/ (and REVIEW_GATE_WEBHOOK_ALLOW_PRIVATE=true on one
machine). Put your own publishing into `publish`. What waits is kept in memory here: keep it in your own database.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from review_gate.client import BadSignature, Client, verify_webhook


class Waiting:
    """What was approved and has not gone out, by submission."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._posts: dict[str, Mapping[str, Any]] = {}

    def put(self, post: Mapping[str, Any]) -> None:
        with self._lock:
            self._posts[post["id"]] = post

    def drop(self, submission: str) -> None:
        with self._lock:
            self._posts.pop(submission, None)

    def due(self, now: datetime) -> list[Mapping[str, Any]]:
        """Takes out what is due; who cannot publish it puts it back."""
        with self._lock:
            found = [p for p in self._posts.values() if not p["planned_at"] or when(p) <= now]
            for post in found:
                del self._posts[post["id"]]
            return found


def when(post: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(post["planned_at"])


def receiver(port: int, secret: str, waiting: Waiting) -> ThreadingHTTPServer:
    """Takes the gate's webhooks. What the gate did not sign is refused."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                event = verify_webhook(body, dict(self.headers), secret)
            except BadSignature:
                self.send_response(401)
                self.end_headers()
                return
            if event.release_token:
                waiting.put(event.data)
            else:  # rejected, withdrawn, revised, expired: an approval that came before is void
                waiting.drop(str(event.data["id"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def publish(post: Mapping[str, Any], out: Path) -> None:
    """Where your own publishing goes."""
    line = {"at": datetime.now(UTC).isoformat(), "channel": post["channel"], "text": post["text"]}
    with out.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def release(gate: Client, waiting: Waiting, out: Path) -> None:
    """Puts out what is due, if the gate still says so. The token is used up: two schedulers never publish twice."""
    for post in waiting.due(datetime.now(UTC)):
        media = post["media"]
        told = gate.verify(
            post["release_token"], post["text"], channel=post["channel"], account=post.get("account"), media=media,
            use=True, once=post["id"] + "-" + str(post["revision"]),
        )  # fmt: skip
        if told:
            publish(post, out)
        elif told.failed or told.reason in {"early", "frozen"}:
            waiting.put(post)  # the gate did not answer, or says not yet
        else:
            print(f"not published, {told.reason}: {told.message}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Publishes what Review Gate has approved.")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--out", type=Path, default=Path("published.jsonl"))
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two looks")
    arguments = parser.parse_args()
    waiting = Waiting()
    server = receiver(arguments.port, os.environ["REVIEW_GATE_WEBHOOK_SECRET"], waiting)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Client() as gate:
        while True:
            release(gate, waiting, arguments.out)
            time.sleep(arguments.every)


if __name__ == "__main__":
    main()
