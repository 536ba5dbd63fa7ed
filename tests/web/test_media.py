"""Pictures over HTTP: taken by what they are, shown to those who may see them, never run."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from PIL import Image

from review_gate.adapters.clock import utc_now
from review_gate.adapters.pictures.links import PictureLinks
from review_gate.domain.picture import Rejected
from tests.media.pictures import encoded, scene
from tests.web.server import Service

PICTURE = encoded(scene(1, (320, 200)), "JPEG")


def test_a_form_and_a_bare_body_take_the_same_picture(service: Service) -> None:
    with service.client("submit") as client:
        form = client.post("/v1/media", files={"file": ("équipe & amis.png", PICTURE, "text/html")})
        bare = client.post("/v1/media", content=PICTURE, headers={"Content-Type": "application/octet-stream"})
    assert form.status_code == bare.status_code == 201
    told = form.json()
    assert told["type"] == "image/jpeg" and (told["width"], told["height"], told["size"]) == (320, 200, len(PICTURE))
    assert told["url"] == f"/v1/media/{told['sha256']}#équipe-amis.png"  # the name stays, to be screened
    assert bare.json() == {**told, "url": f"/v1/media/{told['sha256']}"} and told["rejected_before"] is None


def test_the_picture_and_its_small_copy_come_back_and_nothing_in_them_runs(service: Service) -> None:
    with service.client("submit", "read") as client:
        sha256 = client.post("/v1/media", content=PICTURE).json()["sha256"]
        whole, small = client.get(f"/v1/media/{sha256}"), client.get(f"/v1/media/{sha256}/thumb")
    assert whole.content == PICTURE and whole.headers["content-disposition"].startswith("attachment;")
    assert small.headers["content-disposition"].startswith("inline;")
    assert whole.headers["content-type"] == small.headers["content-type"] == "image/jpeg"
    for answer in (whole, small):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["cache-control"] == "private, max-age=3600"


@pytest.mark.parametrize(
    ("content", "status", "code", "words"),
    [
        (b"<svg onload='alert(1)'/>", 415, "not-a-picture", "no picture"),
        (b"", 415, "not-a-picture", "no picture"),
        (encoded(Image.new("1", (2000, 1500))), 413, "too-large", "at most 2 million"),
        (bytes(600_000), 413, "too-large", "larger than 0.5 MiB"),
        (bytes(3_000_000), 413, "too-large", "larger than 0.5 MiB"),
    ],
)
def test_what_is_none_is_refused_in_words(service: Service, content: bytes, status: int, code: str, words: str) -> None:
    with service.client("submit") as client:
        answer = client.post("/v1/media", content=content)
        form = client.post("/v1/media", files={"file": ("a.png", content)})
    for one in (answer, form):
        assert one.status_code == status and one.json()["type"] == f"/problems/{code}"
        assert words in one.json()["detail"]


def test_a_form_without_the_file_names_the_field(service: Service) -> None:
    with service.client("submit") as client:
        answer = client.post("/v1/media", files={"picture": ("a.png", PICTURE)})
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/file"


def test_each_key_sees_what_its_scope_says(service: Service) -> None:
    with service.client("submit") as client:
        sha256 = client.post("/v1/media", content=PICTURE).json()["sha256"]
        assert client.get(f"/v1/media/{sha256}").status_code == 403
    with service.client("read") as client:
        assert client.post("/v1/media", content=PICTURE).status_code == 403
        assert client.get(f"/v1/media/{'0' * 64}").status_code == 404
        assert client.get(f"/v1/media/{'0' * 64}/thumb").status_code == 404
    for path in (f"/v1/media/{sha256}", f"/v1/media/{sha256}/thumb"):
        assert httpx.get(service.url + path).status_code == 401


def test_a_signed_address_shows_one_small_copy_for_its_time(service: Service) -> None:
    with service.client("submit") as client:
        sha256, other = (client.post("/v1/media", content=encoded(scene(n))).json()["sha256"] for n in (5, 6))
    links = PictureLinks(service.store, service.url, utc_now)
    good = links.thumbnail(sha256, utc_now() + timedelta(hours=1))
    assert httpx.get(good).headers["content-type"] == "image/jpeg"
    late = links.thumbnail(sha256, utc_now() - timedelta(seconds=1))
    for address in (good.replace(sha256, other), good[:-1] + "0g"[good[-1] == "0"], late,
                    good.replace("/thumb", ""), good.replace("until=", "until=9")):  # fmt: skip
        assert httpx.get(address).status_code == 401


def test_an_upload_tells_what_was_rejected_before(service: Service) -> None:
    image = scene(77)
    with service.client("submit") as client:
        sha256 = client.post("/v1/media", content=encoded(image)).json()["sha256"]
        known = service.store.picture(sha256)
        assert known is not None
        service.store.remember_rejected(Rejected(sha256, "s-9", "insensitive", utc_now(), known.looks))
        again = client.post("/v1/media", content=encoded(image.resize((300, 225)), "JPEG", quality=50)).json()
    earlier = again["rejected_before"]
    assert again["sha256"] != sha256
    assert (earlier["submission"], earlier["reason_code"], earlier["exact"]) == ("s-9", "insensitive", False)
