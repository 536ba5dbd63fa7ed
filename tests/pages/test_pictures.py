"""Pictures on the pages: uploaded while one writes, seen by who decides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from review_gate.domain.change import Change
from review_gate.domain.draft import Media
from review_gate.domain.picture import Look
from review_gate.page_ports import Waiting
from tests.media.pictures import encoded, scene
from tests.pages.conftest import Visit
from tests.pages.house import CAMILLE, SAMIRA, PageHouse

PICTURE = encoded(scene(3, (400, 300)), "JPEG")


def _uploaded(house: PageHouse) -> str:
    visitor = house.browser(CAMILLE)
    answer = visitor.client.post(
        "/compose/media", files={"file": ("rue.jpg", PICTURE)}, headers={"X-CSRF-Token": visitor.token}
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"])


def test_only_people_who_are_signed_in_see_a_picture(house: PageHouse) -> None:
    path = _uploaded(house).split("#")[0]
    assert house.browser(SAMIRA).get(path + "/thumb").headers["content-type"] == "image/jpeg"
    assert house.browser(SAMIRA).get(path).content == PICTURE
    assert house.browser().get(path + "/thumb").status_code == 401


def test_an_upload_needs_the_pages_token_and_a_picture(house: PageHouse) -> None:
    visitor = house.browser(CAMILLE)
    without = visitor.client.post("/compose/media", files={"file": ("a.jpg", PICTURE)})
    assert without.status_code == 400
    bad = visitor.client.post("/compose/media", content=b"<svg/>", headers={"X-CSRF-Token": visitor.token})
    assert bad.status_code == 415 and "no picture" in bad.json()["says"]


def _seen(house: PageHouse, url: str, look: Look | None) -> str:
    made = house.hand_in("Une belle journée à la boutique.", media=(Media(url, "La rue devant la boutique"),))
    if look is not None:
        draft = replace(made.draft, media=(replace(made.draft.media[0], look=look),))
        house.store.commit(Change(replace(made, draft=draft, version=2), 1))
    return made.id


def test_the_item_and_the_queue_show_what_was_looked_at(house: PageHouse) -> None:
    url = _uploaded(house)
    sha256 = url.split("/")[3].split("#")[0]
    page = house.browser(SAMIRA)
    page.client.headers["Accept-Language"] = "fr"
    told = {
        None: "Pas encore examinée",
        Look(sha256, "SOLDES\nd'été"): "Dans l'image, on lit :",
        Look(sha256, ""): "Aucun texte n'y a été lu.",
        Look(sha256): "Rien ne lit ici le texte des images",
    }
    for look, words in told.items():
        text = page.get(f"/items/{_seen(house, url, look)}").text.replace("&#39;", "'")
        assert words in text
        assert (f"/v1/media/{sha256}/thumb" in text) is (look is not None)
    assert page.get("/queue").text.count(f"/v1/media/{sha256}/thumb") == 3


@pytest.mark.parametrize(("locale", "says"), [("fr-FR", "Image déposée"), ("en-GB", "Uploaded")])
def test_writing_with_a_picture(house: PageHouse, visit: Visit, tmp_path: Path, locale: str, says: str) -> None:
    file = tmp_path / "rue du marché.jpg"
    file.write_bytes(PICTURE)
    page = visit(CAMILLE, "/compose", locale=locale)
    page.fill("#words", "Rendez-vous au marché samedi matin.")
    page.locator(".extra summary").click()
    page.locator("[data-file]").first.set_input_files(file)
    row = page.locator(".media-row").first
    expect(row.locator("[data-says]")).to_contain_text(says)
    expect(row.locator("[data-thumb]")).to_be_visible()
    alt = row.locator("[name=media_alt]")
    expect(alt).to_be_focused()
    page.keyboard.type("Des étals sous les platanes")
    expect(page.locator("#preview img")).to_have_attribute("alt", "Des étals sous les platanes")
    page.locator("#draft button.primary").click()
    page.wait_for_url("**/items/**")
    (item,) = house.store.queue(Waiting()).items
    assert item.draft.media[0].alt == "Des étals sous les platanes"
    assert item.draft.media[0].url.endswith("#rue-du-marché.jpg")


def test_a_picture_that_is_none_is_refused_in_place_and_one_can_be_dropped(
    house: PageHouse, visit: Visit, tmp_path: Path
) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"no picture at all")
    page = visit(CAMILLE, "/compose")
    page.locator(".extra summary").click()
    page.locator("[data-file]").first.set_input_files(file)
    row = page.locator(".media-row").first
    expect(row.locator("[data-says]")).to_contain_text("no picture that can be read")
    expect(row.locator("[data-thumb]")).to_be_hidden()
    drop = """([bytes]) => {
      const carried = new DataTransfer();
      carried.items.add(new File([new Uint8Array(bytes)], "b.jpg", { type: "image/jpeg" }));
      document.querySelector("#media").dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true }));
    }"""
    page.evaluate(drop, [list(PICTURE)])
    expect(row.locator("[data-thumb]")).to_be_visible()
    assert row.locator("[name=media_url]").input_value().endswith("#b.jpg")
