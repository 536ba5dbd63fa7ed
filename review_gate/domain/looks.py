"""What looking at a draft's pictures adds to its verdict. Pure; it only ever adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from review_gate.domain.days import in_words
from review_gate.domain.draft import Draft, Media
from review_gate.domain.message import Message
from review_gate.domain.picture import Earlier, Look, file_name, own_sha256
from review_gate.domain.reason_codes import REASON_CODES
from review_gate.domain.verdict import Action, Reason, Severity, Source, Verdict

UNSEEN = "media.unseen"
REJECTED_BEFORE = "media.rejected-before"
LONGEST_NAME = 60


def without_looks(draft: Draft) -> Draft:
    """The draft as its author handed it in."""
    if all(media.look is None for media in draft.media):
        return draft
    return replace(draft, media=tuple(replace(media, look=None) for media in draft.media))


def looked_before(media: tuple[Media, ...], earlier: tuple[Media, ...]) -> tuple[Media, ...]:
    """`media` with the looks at those of `earlier` that have the same address. What is kept here never changes; all
    others will be looked at again, since another picture may lie there by now."""
    looks = {one.url: one.look for one in earlier if one.look is not None}
    return tuple(replace(one, look=_again(one.url, looks.get(one.url))) for one in media)


def _again(url: str, look: Look | None) -> Look | None:
    return look if look is None or own_sha256(url, "") == look.sha256 else replace(look, stale=True)


def name_of(draft: Draft, media: Media) -> str:
    """What a picture is called in front of people: its file's name, else its number."""
    name = file_name(media.url)
    if not name:
        return f"n° {draft.media.index(media) + 1}"
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def look_reasons(draft: Draft) -> Iterator[Reason]:
    """What the looks at its pictures say by themselves."""
    for media in draft.media:
        look = media.look
        if look is None:
            continue
        name = name_of(draft, media)
        if look.problem is not None and not look.chosen:
            yield Reason(
                source=Source.POLICY,
                severity=Severity.WARN,
                message=Message(
                    f"'{name}' was not looked at: {look.problem.en}",
                    f"« {name} » n'a pas été examinée : {look.problem.fr}",
                ),
                category="media",
                rule=UNSEEN,
                found=name,
                suggestion=Message("Look at the picture yourself.", "Regardez l'image vous-même."),
            )
        if look.earlier is not None:
            yield _rejected(name, look.earlier)


def _rejected(name: str, earlier: Earlier) -> Reason:
    day = in_words(earlier.at.date())
    code = REASON_CODES.get(earlier.reason_code)
    why = Message(f" ({code.en})", f" ({code.fr})") if code else Message("", "")
    same = Message("is the picture", "est l'image") if earlier.exact else Message("looks like a picture",
                                                                                  "ressemble à une image")  # fmt: skip
    return Reason(
        source=Source.POLICY,
        severity=Severity.HOLD,
        message=Message(
            f"'{name}' {same.en} that went with a draft rejected on {day.en}{why.en}.",
            f"« {name} » {same.fr} d'un brouillon refusé le {day.fr}{why.fr}.",
        ),
        category="media",
        rule=REJECTED_BEFORE,
        found=name,
        suggestion=Message(
            "Read why it was rejected then; take another picture unless that had nothing to do with it.",
            "Relisez pourquoi ; choisissez une autre image, sauf si elle n'y était pour rien.",
        ),
        evidence=({"submission": earlier.submission},),
    )


def in_picture(reason: Reason, name: str) -> Reason:
    """The reason as one that stands in a picture, not in the draft's text."""
    message = Message(f"In the picture '{name}': {reason.message.en}", f"Dans l'image « {name} » : {reason.message.fr}")
    return replace(reason, message=message, span=None)


def raised(verdict: Verdict, found: Iterable[Reason], shadow: Iterable[Reason] = ()) -> Verdict:
    """`verdict` with the reasons of `found` that it does not have yet: graver, or as it was, never milder."""
    reasons = _more(verdict.reasons, found)
    if reasons == verdict.reasons:
        return replace(verdict, shadow=_more(verdict.shadow, shadow))
    ordered = tuple(sorted(reasons, key=lambda r: -r.severity))  # stable: within a severity the text's come first
    severity = max(reason.severity for reason in reasons)
    order = (Action.ALLOW, Action.HOLD, Action.BLOCK)
    least = Action.BLOCK if severity is Severity.BLOCK else Action.HOLD if severity is Severity.HOLD else Action.ALLOW
    return replace(
        verdict,
        reasons=ordered,
        severity=severity,
        action=max(verdict.action, least, key=order.index),
        shadow=_more(verdict.shadow, shadow),
    )


def _more(there: tuple[Reason, ...], found: Iterable[Reason]) -> tuple[Reason, ...]:
    by_key = {_key(reason): reason for reason in found}
    known = {_key(reason) for reason in there}
    return (*there, *(reason for key, reason in by_key.items() if key not in known))


def _key(reason: Reason) -> tuple[str, str | None, str]:
    return reason.name, reason.found, reason.message.en
