"""Reads the policy file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from review_gate.domain.breaker import BreakerPolicy
from review_gate.domain.holding import DISTRESS
from review_gate.domain.message import Message
from review_gate.domain.policy import DigestPolicy, DistressPolicy, DrillPolicy, Policy, RepetitionPolicy, Thresholds
from review_gate.domain.verdict import Action, Severity
from review_gate.settings.people_file import Duty, Groups, SignOff, Strict, check_groups, severity, zone
from review_gate.settings.score_names import slips
from review_gate.settings.words import Unfit
from review_gate.settings.yaml_file import PolicyError, read_yaml

SHIPPED = Path(__file__).resolve().parents[1] / "default_policy.yml"
"""The policy that came with the program. It speaks of every scorer and label that can count."""
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Levels(Strict):
    note: Share | None = None
    warn: Share | None = None
    hold: Share | None = None
    block: Share | None = None

    def thresholds(self) -> Thresholds:
        given = ((Severity.of(word), value) for word, value in self.model_dump().items() if value is not None)
        return tuple(sorted(given, reverse=True))


class _Repetition(Strict):
    window_hours: Annotated[float, Field(gt=0, le=24 * 90)] = 24.0
    within_conversation: Annotated[int, Field(ge=1)] = 2
    across_per_hour: Annotated[int, Field(ge=1)] = 20
    similarity: Share = 0.8
    minimum_words: Annotated[int, Field(ge=1)] = 5
    allowed: tuple[str, ...] = ()
    across_share: Share = 0.25
    meaning: Share = 0.84
    meaning_across: Share = 0.6
    remember_at_most: Annotated[int, Field(ge=1_000, le=10_000_000)] = 1_000_000


class _Breaker(Strict):
    window_minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 1440.0
    repeats: Share = 0.25
    holds: Share = 0.25
    toxicity: Share = 0.05
    keywords: Share = 0.2
    watch_words: tuple[str, ...] = ()
    false_alarm: Annotated[float, Field(gt=0, le=0.05)] = 1e-4
    at_least: Annotated[int, Field(ge=4)] = 5
    cool_down_minutes: Annotated[float, Field(gt=0)] | None = None
    trial_replies: Annotated[int, Field(ge=1, le=200)] = 10

    @field_validator("watch_words")
    @classmethod
    def _plain(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            if not word.isprintable() or not word.strip():
                raise Unfit(
                    f"a word to watch stands on one line, of letters and signs that can be seen: not {word!r}",
                    f"un mot à surveiller tient sur une ligne, en lettres et signes visibles : pas {word!r}",
                )
        return words


class _Distress(Strict):
    group: Annotated[str, Field(min_length=1, max_length=80)] = "senior"
    escalate: frozenset[Literal[DISTRESS]] = frozenset(DISTRESS)  # type: ignore[valid-type]


class _Digest(Strict):
    hour: Annotated[int, Field(ge=0, le=23)] = 8
    zone: str = "Europe/Paris"
    sample: Annotated[int, Field(ge=1, le=200)] = 20

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        return zone(value)


class _Drills(Strict):
    rate: Annotated[float, Field(ge=0.0, le=0.5)] = 0.0
    per_day: Annotated[int, Field(ge=1, le=1000)] = 10
    hours: Annotated[float, Field(gt=0, le=24 * 14)] = 8.0
    packs: tuple[str, ...] = ()


class _PolicyFile(Strict):
    policy: str
    version: Annotated[int, Field(ge=1)]
    replies_up_to: Severity = Severity.WARN
    new_bot: Action = Action.ALLOW
    required: frozenset[str] = frozenset({"toxicity"})
    thresholds: dict[str, dict[str, _Levels]]
    repetition: _Repetition = _Repetition()
    breaker: _Breaker = _Breaker()
    distress: _Distress = _Distress()
    digest: _Digest = _Digest()
    approvals_needed: Annotated[int, Field(ge=1, le=10)] = 1
    claim_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    remind_minutes: tuple[Annotated[int, Field(ge=1, le=10_080)], ...] = (120, 30)
    retention_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("en", "fr")
    groups: Groups = Field(default_factory=dict)
    sign_off: tuple[SignOff, ...] = ()
    on_call: Duty = Duty.model_validate({})
    drills: _Drills = _Drills()

    @field_validator("replies_up_to", mode="before")
    @classmethod
    def _severity(cls, value: Any) -> Severity:
        found = severity(value)
        if found > Severity.WARN:
            raise Unfit(
                "a reply at hold or block always waits for a person: use none, note or warn",
                "une réponse à hold ou block attend toujours une personne : écrivez none, note ou warn",
            )
        return found

    @model_validator(mode="after")
    def _groups_are_there(self) -> Self:
        check_groups(self.groups, self.sign_off, self.on_call)
        return self

    def by_severity(self) -> Mapping[str, Mapping[str, Thresholds]]:
        return {
            scorer: {label: levels.thresholds() for label, levels in labels.items()}
            for scorer, labels in self.thresholds.items()
        }


@cache
def _known() -> Mapping[str, Mapping[str, Thresholds]]:
    return read_yaml(SHIPPED, _PolicyFile).by_severity()


def load_policy(path: Path) -> Policy:
    """The policy in `path` (YAML). Raises PolicyError."""
    found = read_yaml(path, _PolicyFile)
    thresholds = found.by_severity()
    if wrong := slips(thresholds, found.required, _known()):
        raise PolicyError(
            Message("\n".join(f"{path}: {one.en}" for one in wrong), "\n".join(f"{path} : {one.fr}" for one in wrong))
        )
    return Policy(
        name=found.policy,
        version=found.version,
        thresholds=thresholds,
        required=found.required,
        replies_up_to=found.replies_up_to,
        new_bot=found.new_bot,
        repetition=RepetitionPolicy(**found.repetition.model_dump()),
        breaker=BreakerPolicy(**found.breaker.model_dump()),
        distress=DistressPolicy(**found.distress.model_dump()),
        digest=DigestPolicy(**found.digest.model_dump()),
        approvals_needed=found.approvals_needed,
        claim_minutes=found.claim_minutes,
        remind_minutes=found.remind_minutes,
        retention_days=found.retention_days,
        languages=found.languages,
        groups=found.groups,
        sign_off=tuple(one.rule() for one in found.sign_off),
        on_call=found.on_call.on_call(),
        drills=DrillPolicy(**found.drills.model_dump()),
    )
