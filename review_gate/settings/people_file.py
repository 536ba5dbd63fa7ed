"""The part of the policy file about people: groups, who signs what off, who is on call when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from review_gate.domain.draft import PERSON, Kind
from review_gate.domain.duty import WEEKDAYS, OnCall
from review_gate.domain.signoff import LEAD, Rule
from review_gate.domain.verdict import CATEGORIES, Severity
from review_gate.settings.words import Unfit

Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^\S(.*\S)?$")]
Member = Annotated[str, Field(pattern=rf"^({PERSON.pattern})$")]
Groups = dict[Name, Annotated[tuple[Member, ...], Field(min_length=1, max_length=200)]]
"""People by name of the group: Slack user ids (U…, W…) or e-mail addresses."""
Several = tuple[Annotated[str, Field(min_length=1)], ...]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def severity(value: object) -> Severity:
    """The severity of that name. Raises Unfit."""
    try:
        return Severity.of(str(value))
    except ValueError as error:
        raise Unfit(
            str(error), f"« {value} » n'est pas une gravité : écrivez none, note, warn, hold ou block"
        ) from error


def zone(value: str) -> str:
    """The name of a time zone that there is. Raises Unfit."""
    if value not in available_timezones():
        raise Unfit(
            f"there is no time zone '{value}': write a name such as Europe/Paris",
            f"le fuseau horaire « {value} » n'existe pas : écrivez un nom comme Europe/Paris",
        )
    return value


def no_category(word: str) -> Unfit:
    known = ", ".join(sorted(CATEGORIES))
    return Unfit(
        f"there is no category '{word}': use {known}", f"la catégorie « {word} » n'existe pas : écrivez {known}"
    )


class _When(Strict):
    severity: Severity = Severity.NONE
    category: Several = ()
    channel: Several = ()
    market: Several = ()
    kind: Kind | None = None
    media: bool | None = None

    @field_validator("severity", mode="before")
    @classmethod
    def _of(cls, value: Any) -> Severity:
        return severity(value)

    @field_validator("category", "channel", "market", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("category")
    @classmethod
    def _known(cls, value: Several) -> Several:
        for one in value:
            if one not in CATEGORIES:
                raise no_category(one)
        return value


class SignOff(Strict):
    """`from` and `match` say whose approval it takes: somebody in any of the groups, or one of each (`all`)."""

    name: Name
    when: _When = _When()
    approvals: Annotated[int, Field(ge=1, le=10)] = 1
    groups: Annotated[tuple[Name, ...], Field(alias="from", max_length=10)] = ()
    match: Literal["any", "all"] = "any"

    @field_validator("groups", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    def rule(self) -> Rule:
        when = self.when
        return Rule(
            self.name,
            self.approvals,
            self.groups,
            self.match == "all",
            when.severity,
            frozenset(when.category),
            frozenset(one.casefold() for one in when.channel),
            frozenset(one.upper() for one in when.market),
            when.kind,
            when.media,
        )


class Duty(Strict):
    """The office's hours, and the group that is called outside of them."""

    group: Name | None = None
    zone: str = "Europe/Paris"
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("mon", "tue", "wed", "thu", "fri")
    start: Clock = Field("09:00", alias="from")
    end: Clock = Field("18:00", alias="until")

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        return zone(value)

    def on_call(self) -> OnCall:
        days = tuple(WEEKDAYS.index(day) for day in self.days)
        return OnCall(self.group, self.zone, days, time.fromisoformat(self.start), time.fromisoformat(self.end))


def check_groups(groups: Mapping[str, Sequence[str]], rules: Sequence[SignOff], duty: Duty) -> None:
    """Raises Unfit for a group that is not there, and for more approvals than a group has people."""
    if LEAD in groups:
        raise Unfit(
            f"groups: '{LEAD}' is every lead already, give this group another name",
            f"groups : « {LEAD} » désigne déjà tous les responsables, donnez un autre nom à ce groupe",
        )
    known = ", ".join(sorted({*groups, LEAD}))
    for rule in rules:
        for name in rule.groups:
            if name not in groups and name != LEAD:
                raise Unfit(
                    f"sign_off '{rule.name}': there is no group '{name}'. Known: {known}",
                    f"sign_off « {rule.name} » : le groupe « {name} » n'existe pas. Groupes connus : {known}",
                )
        if LEAD in rule.groups and rule.match == "any":
            continue
        sizes = [len({one.casefold() for one in groups[name]}) for name in rule.groups if name != LEAD]
        most = min(sizes, default=None) if rule.match == "all" else sum(sizes) if sizes else None
        if most is not None and rule.approvals > most:
            raise Unfit(
                f"sign_off '{rule.name}' asks for {rule.approvals} approvals, of {most} people at most",
                f"sign_off « {rule.name} » demande {rule.approvals} approbations, mais compte {most} "
                f"{'personnes' if most > 1 else 'personne'} au plus",
            )
    if duty.group is not None and duty.group not in groups:
        raise Unfit(
            f"on_call: there is no group '{duty.group}'. Known: {known}",
            f"on_call : le groupe « {duty.group} » n'existe pas. Groupes connus : {known}",
        )
    if duty.start >= duty.end:
        raise Unfit(
            "on_call: 'from' must be before 'until', on the same day",
            "on_call : « from » doit précéder « until », le même jour",
        )
