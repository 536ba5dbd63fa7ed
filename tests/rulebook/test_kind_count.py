"""Count: too many or too few."""

import pytest

from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import found, hits, packs


@pytest.mark.parametrize(("text", "expected"), [("!!", []), ("!! !", ["!"]), ("a!b!c!d!", ["!"])])
def test_the_first_one_too_many_is_hit(text: str, expected: list[str]) -> None:
    assert found('kind: count\nterms: ["!"]\nmax: 2', text) == expected


def test_the_message_knows_the_numbers() -> None:
    pack = packs('kind: count\nterms: [wow]\nmax: 1\nmessage: {en: "{count} over {max}", fr: "{count} sur {max}"}')
    assert hits(pack, "wow wow wow")[0].message.en == "3 over 1"


def test_too_few() -> None:
    pack = packs("kind: count\nterms: [merci]\nmin: 1")
    assert len(hits(pack, "Bonjour")) == 1
    assert hits(pack, "Merci bien") == ()


def test_a_number_is_needed() -> None:
    with pytest.raises(PackErrors, match="'max'"):
        packs("kind: count\nterms: [a]")
