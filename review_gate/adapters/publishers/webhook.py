"""A signed call at the planned time, for a publisher of one's own that keeps no calendar: it posts what it is told, at
once. Repeats carry the same `webhook-id`. An answer with a JSON object may name the post: `{"id": …, "url": …}`."""

from __future__ import annotations

import json

from standardwebhooks import Webhook

from review_gate.adapters.bounded import SECONDS, anywhere
from review_gate.adapters.guard import is_public
from review_gate.adapters.publishers.answers import body, client, refused, send
from review_gate.adapters.webhook import refuse_private
from review_gate.domain.message import Message
from review_gate.ports import Clock, Posted, Posting


class WebhookPublisher:
    """POSTs to `url`, signed with `secret` (`whsec_…`) by the rules of Standard Webhooks."""

    def __init__(
        self, url: str, secret: str, channel: str, account: str | None, clock: Clock, *, allow_private: bool = False
    ) -> None:
        self._url = url
        self._webhook = Webhook(secret)
        self._channel = channel
        self._account = account
        self._clock = clock
        self._allow_private = allow_private
        self._http = client(anywhere if allow_private else is_public, seconds=SECONDS)

    def publish(self, posting: Posting) -> Posted:
        now = self._clock()
        text = json.dumps({
            "type": "post.due",
            "timestamp": now.isoformat(),
            "data": {
                "text": posting.text, "lang": posting.lang, "channel": self._channel, "account": self._account,
                "media": [{"url": i.url, "alt": i.alt, "sha256": i.sha256} for i in posting.media],
            },
        }, ensure_ascii=False, separators=(",", ":"))  # fmt: skip
        headers = {
            "content-type": "application/json",
            "webhook-id": posting.key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(posting.key, now, text),
        }
        answer = send(self._http, "The publisher", "POST", self._url, content=text.encode(), headers=headers)
        if not answer.is_success:
            raise refused("The publisher", answer, "")
        said = body(answer)
        said = said if isinstance(said, dict) else {}
        url = said.get("url")
        return Posted(str(said.get("id") or posting.key), url if isinstance(url, str) else None)

    def close(self) -> None:
        self._http.close()

    def check(self) -> Message:
        if not self._allow_private:
            refuse_private(self._url)
        return Message(
            f"calls {self._url} at the planned time (not tried: a call is a post)",
            f"appelle {self._url} à l'heure prévue (non essayé : un appel est une publication)",
        )
