"""Each text of the tables, by every way that a text takes: the views that rules read, the check, a submission, the
queue and the item's page, Slack's card. None breaks anything, none is more than a text anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from review_gate.domain.draft import MAX_TEXT, Media
from review_gate.domain.message import Message
from review_gate.domain.verdict import Severity
from review_gate.signals.normalise import fold, normalise, written
from review_gate.signals.unmask import unmask
from review_gate.signals.views import Normalised
from review_gate.slack import modals
from review_gate.slack.cards import card
from review_gate.slack.setting import Setting
from review_gate.slack.standin.validate import message_problems, view_problems
from review_gate.web.bodies import ink
from tests.hostile.page import Page
from tests.hostile.strings import texts
from tests.hostile.tables import HOSTILE
from tests.slack.made import NOON, reason, submission

KINDS = pytest.mark.parametrize("kind", HOSTILE)
OPEN = [kind for kind in HOSTILE if kind != "refused"]
"""The kinds whose texts are texts: all but what is blank, too long, or no Unicode."""
UNSEEN = [text for kind in OPEN for text in HOSTILE[kind] if not ink(text)]
"""Nobody would see anything of them."""


def seen(kind: str) -> list[str]:
    return [text for text in HOSTILE[kind] if ink(text)]


def test_there_are_more_than_a_thousand_and_no_two_are_the_same() -> None:
    rows = [text for rows in HOSTILE.values() for text in rows] + [text for _, text in texts()]
    assert len(set(rows)) == len(rows) > 1000
    assert min(len(rows) for rows in HOSTILE.values()) > 10


@KINDS
@pytest.mark.parametrize("view", [normalise, written, unmask])
def test_views_know_their_way_back(kind: str, view: Callable[[str], Normalised]) -> None:
    for text in HOSTILE[kind]:
        seen = view(text)
        places = list(zip(seen.starts, seen.ends, strict=True))
        assert len(places) == len(seen.text) and places == sorted(places), ascii(text)
        assert all(0 <= start < end <= len(text) for start, end in places), ascii(text)
        assert fold(fold(text)) == fold(text), ascii(text)


@pytest.mark.parametrize("kind", OPEN)
def test_the_check_answers(client: FlaskClient, kind: str) -> None:
    for text in seen(kind):
        answer = client.post("/v1/check", json={"text": text})
        assert answer.status_code == 200, ascii(text)
        told = answer.get_json()
        assert told["action"] in ("allow", "hold", "block")
        names = [one.get("rule") or "" for one in told["reasons"]]
        assert not [name for name in names if name.endswith((".errored", ".missing"))], ascii(text)
        assert not [one for one in told["signals"] if one.get("state") == "errored"], ascii(text)
        for span in (one["span"] for one in told["reasons"] if one.get("span")):
            assert 0 <= span[0] <= span[1] <= len(text), ascii(text)


def test_what_is_no_text_is_refused(client: FlaskClient) -> None:
    assert len(UNSEEN) > 3
    for text in (*HOSTILE["refused"], *UNSEEN):
        assert not ink(text) or len(text) > MAX_TEXT or re.search("[\0\ud800-\udfff]", text), ascii(text)
        for path in ("/v1/check", "/v1/submissions"):
            answer = client.post(path, data=json.dumps({"text": text}), content_type="application/json")
            assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/text"), ascii(text)


@dataclass(frozen=True)
class Post:
    """A post that waits: another hostile text in each of its places."""

    text: str
    in_reply_to: str
    channel: str
    author: str
    address: str
    alt: str

    def body(self) -> dict[str, Any]:
        fields = {"text": self.text, "kind": "post", "in_reply_to": self.in_reply_to, "channel": self.channel[:200]}
        media = [{"url": self.address[:2048], "alt": self.alt[:2000]}]
        return {**fields, "author": self.author[:200], "media": media}


def posts() -> Iterator[Post]:
    """Each text once, in a place of its own; the last are filled up with the first."""
    rows = [text for kind in OPEN for text in seen(kind)]
    for start in range(0, len(rows), 6):
        yield Post(*(rows[place % len(rows)] for place in range(start, start + 6)))


@pytest.fixture(scope="module")
def handed_in(client: FlaskClient) -> dict[str, Post]:
    """The posts by their submissions' ids."""
    found = {}
    for post in posts():
        answer = client.post("/v1/submissions", json=post.body())
        assert answer.status_code == 202, (ascii(post), answer.get_data(as_text=True))
        found[answer.get_json()["id"]] = post
    return found


def test_the_api_gives_them_back_as_they_came(client: FlaskClient, handed_in: dict[str, Post]) -> None:
    listed: dict[str, dict[str, Any]] = {}
    more: str | None = ""
    while more is not None:
        asked = {"limit": "200", "kind": "post", **({"cursor": more} if more else {})}
        answer = client.get("/v1/submissions", query_string=asked).get_json()
        listed |= {item["id"]: item for item in answer["items"]}
        more = answer["next"]
    for id_, post in handed_in.items():
        given = post.body()
        media = [{name: one[name] for name in ("url", "alt")} for one in listed[id_]["media"]]
        assert {**{name: listed[id_][name] for name in given}, "media": media} == given


def test_the_queue_shows_them_as_texts(lead: FlaskClient, handed_in: dict[str, Post]) -> None:
    shown: set[str] = set()
    address: str | None = "/queue"
    while address:
        html = lead.get(address).get_data(as_text=True)
        page = Page(html)
        assert page.troubles == [], address
        shown |= set(page.said.get("words", ()))
        more = re.search(r'<p class="pager"><a class="button" href="([^"]+)"', html)
        address = unescape(more[1]) if more else None
    whole = {post.text for post in handed_in.values() if len(post.text) <= 180}  # the queue cuts longer ones
    assert len(whole) > 200 and whole - shown == set()


def test_the_items_page_shows_them_as_texts(lead: FlaskClient, handed_in: dict[str, Post]) -> None:
    for id_, post in handed_in.items():
        page = Page(lead.get(f"/items/{id_}").get_data(as_text=True))
        assert page.troubles == [], ascii(post)
        assert page.said["draft"][0] == post.text
        everything = page.said["desk-main"][0]
        assert post.in_reply_to in everything and post.alt[:2000] in everything, ascii(post)


def pieces(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a card."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from pieces(inner)


def drawn(text: str, language: str) -> tuple[str, list[dict[str, Any]]]:
    found = reason(Severity.HOLD, (0, len(text)), found=text, message=Message(f"'{text}'", f"« {text} »"))
    fields = {"channel": text, "author": text, "in_reply_to": text, "media": (Media(text, text),)}
    made = card(submission(text, reasons=(found,), bot=text, may_repeat=text, **fields), NOON, Setting(language))
    return made.text, made.blocks


@pytest.mark.parametrize("kind", OPEN)
def test_a_card_rings_nobody_and_formats_nothing(kind: str) -> None:
    ours = {one["text"] for one in pieces(drawn("Bonjour", "fr")[1]) if one.get("type") == "mrkdwn"}
    for text in HOSTILE[kind]:
        told, blocks = drawn(text, "fr")
        assert message_problems({"text": told, "blocks": blocks}) == [], ascii(text)
        assert not set("<>") & set(told), ascii(text)
        for one in pieces(blocks):
            match one.get("type"):
                case "mrkdwn":
                    assert one["text"] in ours, ascii(text)
                case "user" | "channel" | "usergroup" | "broadcast" | "emoji":
                    raise AssertionError(f"{text!a} became a {one['type']}")
                case "link":
                    assert one["url"] == text and text.startswith(("https://", "http://"))


@pytest.mark.parametrize("kind", OPEN)
def test_the_window_to_edit_holds_it(kind: str) -> None:
    for text in HOSTILE[kind]:
        made = submission(text)
        clicked = modals.Clicked(made.id, 1, made.text_sha256)
        assert view_problems(modals.edit(clicked, made, "fr")) == [], ascii(text)
