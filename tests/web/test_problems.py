"""What Flask refuses by itself is told as a problem document that says what it is."""

from __future__ import annotations

import pytest
from flask import Blueprint, abort

from review_gate.web.app import create_app
from tests.web.server import Service


@pytest.mark.parametrize(
    ("status", "code", "title", "titre"),
    [
        (400, "bad-request", "The request is not right", "La requête n'est pas correcte"),
        (414, "bad-request", "The request is not right", "La requête n'est pas correcte"),
        (415, "unsupported-media-type", "JSON is expected", "Du JSON est attendu"),
    ],
)
def test_only_a_body_that_is_not_json_is_called_so(
    service: Service, status: int, code: str, title: str, titre: str
) -> None:
    refusing = Blueprint("refusing", __name__)
    refusing.add_url_rule("/refused", "refused", lambda: abort(status))
    client = create_app(service.gate, service.store, list, lambda: {"keys": []}, "en", [refusing]).test_client()
    english, french = (client.get("/refused", headers={"Accept-Language": one}).get_json() for one in ("en", "fr"))
    assert [(one["type"], one["status"]) for one in (english, french)] == [(f"/problems/{code}", status)] * 2
    assert (english["title"], french["title"]) == (title, titre)
    assert french["detail"].startswith("Le serveur ne peut pas traiter") and french["detail"] != english["detail"]
    assert client.get(english["type"]).get_json()["title"] == title
