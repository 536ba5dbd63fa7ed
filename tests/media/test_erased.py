"""A picture that is being looked at while its submission is erased goes too."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from review_gate.adapters.clock import uuid7
from review_gate.gate.erasing import Erasure
from review_gate.gate.looking import Tidying
from tests.builders import ANNE
from tests.media.house import Studio
from tests.media.pictures import encoded, scene


@dataclass
class SlowReader:
    """While it reads, the author is erased."""

    name: str = "slow-1"
    studios: list[Studio] = field(default_factory=list)

    def read(self, content: bytes) -> str:
        for studio in self.studios:
            Erasure(studio.store, studio.clock, uuid7).author(ANNE.id, "dpo")
        return "Anne's words"


def test_what_was_looked_at_for_an_erased_submission_is_forgotten_like_an_upload_that_none_shows(
    tmp_path: Path,
) -> None:
    reader = SlowReader()
    studio = Studio(tmp_path, reader=reader)
    reader.studios.append(studio)
    url = studio.upload(encoded(scene(1)))
    seen = studio.look(url)
    assert seen.erased_at is not None
    studio.clock.pass_(days=31)
    assert Tidying(studio.store, studio.clock)() == 1
    with studio.store.database.read() as session:
        assert session.execute("SELECT sha256 FROM pictures UNION SELECT sha256 FROM picture_words").fetchall() == []
    studio.store.close()
