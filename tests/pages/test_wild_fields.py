"""Fields that nobody types are refused in words, on PostgreSQL too, whose texts take less than SQLite's."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.pages.house import INES, PASSWORD, SAMIRA, running
from tests.postgres import new_postgres_url, postgres_server, postgres_url

__all__ = ["new_postgres_url", "postgres_server", "postgres_url"]


def test_a_nul_anywhere(tmp_path: Path, postgres_url: str) -> None:
    with running(tmp_path, database=postgres_url) as house:
        held = house.hand_in("Our shop opens at nine.")
        anybody, reviewer, lead = house.browser(), house.browser(SAMIRA), house.browser(INES)
        nul, seen = "a\0b", {"revision": "1", "sha": held.text_sha256}
        answers: list[httpx.Response] = [
            anybody.send("/sign-in", email=nul, password=PASSWORD),
            anybody.send("/sign-in", email=INES, password=nul),
            anybody.get("/sign-in?next=%00"),
            lead.get("/audit?actor=%00"),
            lead.get("/queue?market=%00"),
            lead.send("/compose", text=nul, kind="post", key="k"),
            lead.send("/compose", text="Hello dear customers", kind="post", key=nul),
            lead.send("/bots/pause", bot=nul, why="It loops."),
            lead.send("/freezes", scope="FR", why=nul),
            reviewer.send(f"/items/{held.id}/reject", comment=nul, code="other", **seen),
            reviewer.send(f"/items/{held.id}/comment", text=nul, key="k", **seen),
            reviewer.send(f"/items/{held.id}/comment", **{nul: "x"}, text="x", key="k"),
        ]
        assert [answer.status_code for answer in answers] == [400] * len(answers)
        assert "U+0000" in answers[0].text
        assert house.gate.get(held.id) == held
        assert reviewer.send(f"/items/{held.id}/approve", **seen).status_code == 303


def test_days_at_the_ends_of_the_calendar_are_refused_in_words(tmp_path: Path) -> None:
    with running(tmp_path) as house:
        lead = house.browser(INES)
        for address in (
            "/figures?until=9999-12-31",
            "/figures?since=0001-01-01&until=9999-12-31",
            "/outcomes?until=9999-12-31",
            "/audit?until=9999-12-31",
            "/calendar?from=9999-12-31",
            "/calendar?from=9999-11-27",
            "/calendar?from=0001-01-01",
            "/compose/day?at=9999-12-31T23:59:00%2B00:00",
            "/compose/day?at=0001-01-01T00:00:00%2B14:00",
        ):
            assert (address, lead.get(address).status_code) == (address, 422)
        assert lead.get("/audit?before=" + "9" * 30).status_code == 200
