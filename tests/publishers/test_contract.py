"""One contract for every publisher: once, whatever gets lost on the way; and what went wrong in the service's words."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from review_gate.adapters.clock import utc_now
from review_gate.adapters.pictures.eyes import PillowEyes
from review_gate.adapters.pictures.fetcher import GuardedFetcher
from review_gate.adapters.publishers import open_publisher
from review_gate.adapters.publishers.bluesky import record_key
from review_gate.adapters.publishers.facets import facets
from review_gate.adapters.publishers.pictures import Pictures
from review_gate.adapters.stores import SqlStore, open_store
from review_gate.domain.draft import Media
from review_gate.domain.picture import Look
from review_gate.ports import Posted, Posting, Publisher, Undeliverable
from review_gate.settings.outlets import Bluesky as BlueskyOutlet
from review_gate.settings.outlets import Mastodon as MastodonOutlet
from review_gate.settings.outlets import Outlet
from review_gate.settings.outlets import Postiz as PostizOutlet
from review_gate.settings.outlets import Webhook as WebhookOutlet
from tests.builders import NOW
from tests.publishers import servers
from tests.publishers.servers import LOST, OTHER_PNG, PNG, serving

EYES = PillowEyes(10_000_000, 1_000_000)
FETCHER = GuardedFetcher(10_000_000, lambda address: True)
SINCE = utc_now()
"""When everything here was planned for: just now."""
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"


@dataclass
class Bench:
    """A service and the outlet for it."""

    service: Any
    outlet: Callable[..., Outlet]
    secret: str
    stack: ExitStack
    store: SqlStore

    def publisher(self, secret: str = "", url: str = "") -> Publisher:
        outlet = self.outlet(url or self.service.url, secret or self.secret)
        found = open_publisher(outlet, utc_now, Pictures(self.store, EYES, FETCHER, "https://gate.example"))
        self.stack.callback(found.close)
        return found

    @property
    def texts(self) -> list[str]:
        return [post["_text"] for post in self.service.posts]


def _common(url: str, secret: str) -> dict[str, Any]:
    return {"name": "one", "channel": "c", "url": url, "insecure": True, "secret": secret}


KINDS: dict[str, tuple[Callable[[], Any], Callable[[str, str], Outlet], str]] = {
    "mastodon": (servers.Mastodon, lambda u, s: MastodonOutlet(kind="mastodon", **_common(u, s)), "the-token"),
    "bluesky": (
        servers.Bluesky,
        lambda u, s: BlueskyOutlet(kind="bluesky", handle="brand.example", **_common(u, s)),
        "app-pass-word",
    ),
    "postiz": (
        servers.Postiz,
        lambda u, s: PostizOutlet(kind="postiz", integration="chan-1", platform="x",
                                  options={"who_can_reply_post": "everyone"}, **_common(u, s)),
        "postiz-key",
    ),
    "webhook": (servers.Hook, lambda u, s: WebhookOutlet(kind="webhook", **_common(u, s)), SECRET),
}  # fmt: skip


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield make(stack, request.param)


def make(stack: ExitStack, kind: str) -> Bench:
    service, outlet, secret = KINDS[kind]
    store = open_store("sqlite::memory:")
    stack.callback(store.close)
    return Bench(stack.enter_context(serving(service())), outlet, secret, stack, store)


@dataclass
class Tries:
    """The tries of one delivery, as the courier makes them: the first, then again until it is out or final."""

    publisher: Publisher
    text: str = "Ouvert demain dès dix heures !"
    key: str = "delivery-1"
    media: tuple[Media, ...] = ()
    known: dict[str, Any] = field(default_factory=dict)
    made: int = 0
    why: list[str] = field(default_factory=list)

    def once(self) -> Posted:
        self.made += 1
        posting = Posting(self.key, self.text, "fr", self.media, SINCE, self.made > 1,
                          self.known, self.known.update)  # fmt: skip
        return self.publisher.publish(posting)

    def all(self) -> Posted:
        for _ in range(6):
            try:
                return self.once()
            except Undeliverable as error:
                assert not error.final, error
                self.why.append(str(error))
        raise AssertionError(self.why)


def test_it_is_out_with_its_address(bench: Bench) -> None:
    posted = Tries(bench.publisher()).all()
    assert bench.texts == ["Ouvert demain dès dix heures !"]
    assert posted.id and posted.url is not None and posted.url.startswith("http")


def test_the_same_again_makes_no_second_post(bench: Bench) -> None:
    tries = Tries(bench.publisher())
    first, second = tries.all(), tries.all()
    restarted = Tries(bench.publisher(), known=tries.known, made=1).all()
    assert len(bench.texts) == 1
    assert first.url == second.url == restarted.url


def test_a_lost_answer_makes_no_second_post(bench: Bench) -> None:
    bench.service.trouble = [(LOST, {})]
    tries = Tries(bench.publisher(), text="Café & thé offerts")
    posted = tries.all()
    assert tries.made > 1 and "could not be reached" in tries.why[0]
    assert bench.texts == ["Café & thé offerts"]
    assert posted.url is not None


def test_two_texts_are_two_posts(bench: Bench) -> None:
    for number in (1, 2):
        Tries(bench.publisher(), text=f"Post {number}", key=f"delivery-{number}").all()
    assert bench.texts == ["Post 1", "Post 2"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_passes_is_tried_again(bench: Bench, status: int) -> None:
    bench.service.trouble = [(status, {"Retry-After": "7"}), (status, {})]
    publisher = bench.publisher()
    with pytest.raises(Undeliverable) as error:
        Tries(publisher).once()
    assert not error.value.final
    Tries(publisher, made=1).all()
    assert len(bench.texts) == 1


def test_a_refused_post_is_final_and_says_why(bench: Bench) -> None:
    with pytest.raises(Undeliverable) as error:
        Tries(bench.publisher(), text="x" * 6000).once()
    assert error.value.final
    assert any(words in str(error.value) for words in ("500 exceeded", "300 graphemes", "maximum characters", "413"))
    assert bench.texts == []


def test_nobody_there_is_passing(bench: Bench) -> None:
    with pytest.raises(Undeliverable, match="could not be reached") as error:
        Tries(bench.publisher(url="http://127.0.0.1:9")).once()
    assert not error.value.final


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "postiz"])
def test_a_wrong_secret_is_final_and_seen_by_the_check(kind: str) -> None:
    with ExitStack() as stack:
        bench = make(stack, kind)
        assert bench.publisher().check().en.startswith("posts as")
        wrong = bench.publisher("not-the-secret")
        for ask in (Tries(wrong).once, wrong.check):
            with pytest.raises(Undeliverable) as error:
                ask()
            assert error.value.final
        assert bench.texts == []


def test_pictures_come_along_with_what_they_show(bench: Bench) -> None:
    picture = Media(f"{bench.service.url}/picture.png", "Une vitrine")
    Tries(bench.publisher(), media=(picture,)).all()
    service = bench.service
    if isinstance(service, servers.Mastodon):
        assert service.media["1"] == {"description": "Une vitrine", "mime": "image/png", "data": PNG}
        assert service.posts[0]["media_attachments"] == [{"id": "1"}]
    elif isinstance(service, servers.Bluesky):
        assert service.blobs == [("image/png", PNG)]
        (image,) = service.posts[0]["record"]["embed"]["images"]
        assert image["alt"] == "Une vitrine" and image["image"]["ref"] == {"$link": "bafkrei1"}
    elif isinstance(service, servers.Postiz):
        assert service.uploads == [("image/png", PNG)]
        assert service.posts[0]["_images"] == [{"id": "file-1", "path": "https://uploads.example/1.png"}]
    else:
        assert service.posts[0]["data"]["media"] == [{"url": picture.url, "alt": "Une vitrine", "sha256": None}]


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "postiz"])
def test_the_picture_that_was_approved_goes_out_and_no_other(kind: str) -> None:
    with ExitStack() as stack:
        bench = make(stack, kind)
        approved = hashlib.sha256(OTHER_PNG).hexdigest()
        replaced = Media(f"{bench.service.url}/picture.png", "Une vitrine", Look(sha256=approved))
        with pytest.raises(Undeliverable, match="not the one that was approved") as error:
            Tries(bench.publisher(), media=(replaced,)).once()
        assert error.value.final and bench.texts == []
        bench.store.keep_picture(EYES.look(OTHER_PNG), "somebody", utc_now())
        uploaded = Media(f"/v1/media/{approved}", "Une autre")
        Tries(bench.publisher(), media=(replaced, uploaded)).all()  # the gate has kept what it looked at
        service = bench.service
        sent = {
            "mastodon": lambda: [one["data"] for one in service.media.values()],
            "bluesky": lambda: [data for _, data in service.blobs],
            "postiz": lambda: [data for _, data in service.uploads],
        }[kind]()
        assert sent == [OTHER_PNG, OTHER_PNG]
        gone = Media("/v1/media/" + "0" * 64)
        with pytest.raises(Undeliverable, match="not kept here any more"):
            Tries(bench.publisher(), key="delivery-2", media=(gone,)).once()


@pytest.mark.parametrize("kind", ["mastodon", "bluesky"])
def test_what_is_no_picture_stops_the_post(kind: str) -> None:
    with ExitStack() as stack:
        bench = make(stack, kind)
        url = bench.service.url
        for media in ((Media(f"{url}/page.html"),), (Media(f"{url}/picture.png"),) * 5, (Media("file:///etc/x"),)):
            with pytest.raises(Undeliverable) as error:
                Tries(bench.publisher(), media=media).once()
            assert error.value.final
        assert bench.texts == []


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "webhook"])
def test_two_couriers_at_once_make_one_post(kind: str) -> None:
    with ExitStack() as stack:
        bench = make(stack, kind)
        posted: list[Posted] = []
        threads = [threading.Thread(target=lambda: posted.append(Tries(bench.publisher()).all())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(bench.texts) == 1
        assert len({one.url for one in posted}) == 1 and len(posted) == 4


# --- what only one of them does


def test_mastodon_finds_its_post_when_the_key_is_forgotten() -> None:
    with ExitStack() as stack:
        bench = make(stack, "mastodon")
        bench.service.trouble = [(LOST, {})]
        tries = Tries(bench.publisher())
        with pytest.raises(Undeliverable):
            tries.once()
        bench.service.keys.clear()  # an hour later
        assert tries.once().url == bench.service.posts[0]["url"]
        assert len(bench.texts) == 1
        assert (bench.service.posts[0]["visibility"], bench.service.posts[0]["language"]) == ("public", "fr")


def test_postiz_tells_that_a_platform_refused_it() -> None:
    with ExitStack() as stack:
        bench = make(stack, "postiz")
        bench.service.ends_as = "ERROR"
        tries = Tries(bench.publisher())
        for _ in range(2):
            with pytest.raises(Undeliverable, match="not yet published"):
                tries.once()
        with pytest.raises(Undeliverable, match="look at the post there") as error:
            tries.once()
        assert error.value.final


def test_the_call_at_the_planned_time_is_signed() -> None:
    with ExitStack() as stack:
        bench = make(stack, "webhook")
        Tries(bench.publisher()).once()
        asked = bench.service.seen[0]
        assert Webhook(SECRET).verify(asked.raw, dict(asked.headers))["type"] == "post.due"


def test_record_keys_are_the_same_for_the_same_delivery_alone() -> None:
    keys = {record_key(NOW, f"delivery-{number}") for number in range(3000)}
    assert len(keys) == 3000  # all planned for the same second
    assert record_key(NOW, "delivery-1") in keys
    assert record_key(NOW, "b") < record_key(NOW + timedelta(seconds=1), "a")


def test_links_tags_and_mentions_are_marked_by_bytes() -> None:
    text = "🎉 Été : voir https://a.example/é?q=1#top, #Soldes avec @friend.example et @nobody.example (ou x@y.example)"
    who = {"friend.example": "did:plc:friend"}
    marks = facets(text, who.get)
    found = [(text.encode()[m["index"]["byteStart"] : m["index"]["byteEnd"]].decode(), m["features"][0]) for m in marks]
    kind = "app.bsky.richtext.facet#"
    assert found == [
        ("https://a.example/é?q=1#top", {"$type": kind + "link", "uri": "https://a.example/é?q=1#top"}),
        ("#Soldes", {"$type": kind + "tag", "tag": "Soldes"}),
        ("@friend.example", {"$type": kind + "mention", "did": "did:plc:friend"}),
    ]
