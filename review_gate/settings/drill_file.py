"""Reads the packs of drill scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from review_gate.domain.draft import Kind, Media
from review_gate.domain.drill import Scenario
from review_gate.domain.message import Message
from review_gate.domain.submission import Drill
from review_gate.domain.verdict import CATEGORIES
from review_gate.settings.people_file import Strict, no_category
from review_gate.settings.words import Unfit
from review_gate.settings.yaml_file import PolicyError, read_yaml

DRILLS = Path(__file__).parent.parent / "data" / "drills"

Word = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]


class _Media(Strict):
    url: Annotated[str, Field(pattern=r"^https://")]
    alt: str | None = None


class _Lesson(Strict):
    en: Words
    fr: Words


class _Scenario(Strict):
    name: Word
    lang: Literal["en", "fr"]
    category: str
    author: Words
    text: Words
    look_at: Words
    lesson: _Lesson
    kind: Kind = Kind.POST
    channel: str | None = None
    market: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    in_reply_to: Words | None = None
    media: tuple[_Media, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.category not in CATEGORIES:
            raise no_category(self.category)
        if self.look_at not in self.text:
            raise Unfit(
                f"'look_at' must be part of the text, to the letter: {self.look_at!r} is not",
                f"« look_at » doit être un passage du texte, à la lettre près : {self.look_at!r} n'en est pas un",
            )
        if (self.kind is Kind.REPLY) is not (self.in_reply_to is not None):
            raise Unfit(
                "a reply has 'in_reply_to', a post has none",
                "une réponse a « in_reply_to », une publication n'en a pas",
            )
        return self


class _Pack(Strict):
    pack: Word
    version: Annotated[int, Field(ge=1)]
    exercise: bool = False
    scenarios: Annotated[tuple[_Scenario, ...], Field(min_length=1)]


def load_drills(folder: Path = DRILLS) -> Sequence[Scenario]:
    """The scenarios of every pack (*.yml) in `folder`, by name. Raises PolicyError."""
    found: dict[str, Scenario] = {}
    for path in sorted(folder.glob("*.yml")):
        pack = read_yaml(path, _Pack)
        for one in pack.scenarios:
            scenario = _scenario(one, pack)
            if scenario.name in found:
                raise PolicyError(
                    Message(
                        f"{path}: there are two scenarios named '{scenario.name}'",
                        f"{path} : deux scénarios s'appellent « {scenario.name} »",
                    )
                )
            found[scenario.name] = scenario
    return tuple(found[name] for name in sorted(found))


def _scenario(one: _Scenario, pack: _Pack) -> Scenario:
    lesson = Message(one.lesson.en, one.lesson.fr)
    return Scenario(
        Drill(pack.pack, one.name, one.category, one.look_at, lesson),
        one.text,
        one.lang,
        one.author,
        one.kind,
        one.channel,
        one.market,
        one.in_reply_to,
        tuple(Media(item.url, item.alt) for item in one.media),
        pack.exercise,
    )
