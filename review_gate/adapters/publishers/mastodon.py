"""Mastodon, through Mastodon.py. For an hour the server drops a second post with the same Idempotency-Key; besides,
each further try looks among the account's latest posts first."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from typing import Any

from review_gate.adapters.publishers.answers import WHOLE_SECONDS, client, posts_as
from review_gate.adapters.publishers.pictures import Picture, Pictures
from review_gate.domain.message import Message
from review_gate.ports import Misconfigured, Posted, Posting, Undeliverable

SLACK = timedelta(minutes=10)
"""By how much the server's clock may differ from ours."""
LATEST = 40
MOST = 4
"""Pictures that go with one post."""
PROCESSING_SECONDS = 15
MAX_PICTURE = 16_000_000


class MastodonPublisher:
    """Posts on the account of `token` (scopes read and write) at the instance `url`; no request, with its whole answer,
    takes longer than `seconds`."""

    def __init__(
        self, url: str, token: str, visibility: str, pictures: Pictures, *, seconds: float = WHOLE_SECONDS
    ) -> None:
        try:
            import mastodon

            from review_gate.adapters.publishers.requests_bounded import bounded_session
        except ImportError as error:
            needed = Message(
                "Mastodon.py is not installed: `pip install -r requirements-connectors.txt`, then start again",
                "Mastodon.py n'est pas installé : `pip install -r requirements-connectors.txt`, puis redémarrez",
            )
            raise Misconfigured(needed) from error
        self._library = mastodon
        self._visibility = visibility
        self._pictures = pictures
        self._session = bounded_session(client(seconds=seconds))
        self._api = mastodon.Mastodon(
            access_token=token,
            api_base_url=url,
            ratelimit_method="throw",
            version_check_mode="none",
            user_agent="review-gate",
            session=self._session,
        )

    def publish(self, posting: Posting) -> Posted:
        found = self._find(posting) if posting.again else None
        if found is None:
            pictures = self._pictures.all(posting.media, MOST, MAX_PICTURE)
            media = [self._hand_over(one) for one in pictures]
            found = self._ask(
                "status_post",
                posting.text,
                media_ids=media or None,
                visibility=self._visibility,
                language=posting.lang,
                idempotency_key=posting.key,
            )
        return Posted(str(found["id"]), found.get("url"))

    def check(self) -> Message:
        account = self._ask("account_verify_credentials")
        return posts_as(f"@{account['acct']} ({account.get('url')})")

    def close(self) -> None:
        self._session.close()

    def _hand_over(self, picture: Picture) -> str:
        """Uploads it and waits until the server has processed it: before that no post may name it."""
        self._ask("retrieve_mastodon_version", fail_hard=True)  # without it the library asks a mute server endlessly
        media = self._ask(
            "media_post", io.BytesIO(picture.data), mime_type=picture.mime, description=picture.alt or None
        )
        for number in range(PROCESSING_SECONDS):
            if media.get("url"):
                return str(media["id"])
            time.sleep(min(number, 1))
            media = self._ask("media", media["id"])
        raise Undeliverable("Mastodon is still processing a picture")

    def _find(self, posting: Posting) -> Any | None:
        me = self._ask("account_verify_credentials")
        for status in self._ask("account_statuses", me["id"], exclude_reblogs=True, limit=LATEST):
            if status["created_at"] < posting.since - SLACK:
                return None
            if self._ask("status_source", status["id"])["text"] == posting.text:
                return status
        return None

    def _ask(self, method: str, *arguments: Any, **named: Any) -> Any:
        """Raises Undeliverable for everything that can go wrong on the way and there."""
        known = self._library
        try:
            return getattr(self._api, method)(*arguments, **named)
        except known.MastodonRatelimitError as error:
            raise Undeliverable(
                Message("Mastodon asks to slow down", "Mastodon demande de ralentir"), retry_after=300
            ) from error
        except (known.MastodonNetworkError, known.MastodonServerError, known.MastodonVersionError) as error:
            said = _words(error)
            why = Message(f"Mastodon could not be reached ({said})", f"Mastodon est injoignable ({said})")
            raise Undeliverable(why) from error
        except known.MastodonUnauthorizedError as error:
            why = Message("Mastodon does not accept the token any more", "Mastodon n'accepte plus le jeton")
            raise Undeliverable(why, final=True) from error
        except known.MastodonError as error:
            why = Message(f"Mastodon answers: {_words(error)}", f"Mastodon répond : {_words(error)}")
            raise Undeliverable(why, final=True) from error


def _words(error: Exception) -> str:
    """What the server said: Mastodon.py puts its own words, status, reason and the server's words into a tuple."""
    said = [str(part) for part in error.args if part]
    return " ".join(said[1:] if len(said) > 2 else said)[:200] or type(error).__name__
