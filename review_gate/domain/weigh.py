"""From signals and hits to a verdict. The highest severity wins; whatever is missing or broken means at least hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from review_gate.domain.breaker import paused_message
from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind
from review_gate.domain.message import Message
from review_gate.domain.places import tongue
from review_gate.domain.policy import Policy
from review_gate.domain.reply_labels import REPLY_LABELS
from review_gate.domain.verdict import Action, Hit, Reason, Severity, Signal, SignalState, Source, Verdict

LABELS: Mapping[str, tuple[str | None, Message]] = {
    "toxicity": (None, Message("Reads as toxic", "Se lit comme toxique")),
    "severe_toxicity": ("hate", Message("Reads as extremely toxic", "Se lit comme extrêmement toxique")),
    "obscene": ("profanity", Message("Reads as obscene", "Se lit comme obscène")),
    "threat": ("violence", Message("Reads as a threat", "Se lit comme une menace")),
    "insult": ("hate", Message("Reads as an insult", "Se lit comme une insulte")),
    "identity_attack": (
        "hate",
        Message("Reads as hate towards a group of people", "Se lit comme haineux envers un groupe de personnes"),
    ),
    "sexual_explicit": ("profanity", Message("Reads as sexually explicit", "Se lit comme sexuellement explicite")),
    "conversation": (
        "repetition",
        Message(
            "This bot has already said the same in this conversation",
            "Ce bot a déjà dit la même chose dans cette conversation",
        ),
    ),
    "across": (
        "repetition",
        Message("This bot keeps saying the same to many people", "Ce bot répète la même chose à beaucoup de monde"),
    ),
    **REPLY_LABELS,
}
"""What each scorer label is called in front of people, and the category it belongs to."""

TOLD_ONCE = frozenset({"distress", "wrong_language"})


def weigh(draft: Draft, context: Context, signals: Sequence[Signal], hits: Iterable[Hit], policy: Policy, *,
          model: str, packs: Mapping[str, int], rules: str = "") -> Verdict:  # fmt: skip
    """The verdict on `draft`. `model`, `packs` and `rules` name what produced signals and hits, and are recorded
    with it."""
    signals = [signal.sound() for signal in signals]
    counted: list[Reason] = []
    shadow: list[Reason] = []
    for hit in hits:
        (shadow if hit.shadow else counted).append(hit.reason())
    for signal in signals:
        reason = _scored(signal, policy, signals)
        if reason is not None and not _told_by_a_rule(reason, counted):
            counted.append(reason)
    counted.extend(_missing(signals, policy, context))
    counted.extend(_bot(draft, context, policy))
    counted.sort(key=lambda r: (-r.severity, r.source.value, r.span or (0, 0), r.name))
    severity = max((r.severity for r in counted), default=Severity.NONE)
    return Verdict(
        action=action_for(draft, severity, policy),
        severity=severity,
        lang=context.lang,
        reasons=tuple(counted),
        signals=tuple(signals),
        text_sha256=draft.text_sha256,
        model=model,
        packs=dict(packs),
        policy=policy.label,
        shadow=tuple(shadow),
        rules=rules,
    )


def action_for(draft: Draft, severity: Severity, policy: Policy) -> Action:
    """What the policy does with a draft in which this was found."""
    if severity is Severity.BLOCK:
        return Action.BLOCK
    if draft.kind is Kind.POST or severity > min(policy.replies_up_to, Severity.WARN):
        return Action.HOLD
    return Action.ALLOW


def _scored(signal: Signal, policy: Policy, signals: Sequence[Signal]) -> Reason | None:
    if signal.state is not SignalState.SCORED or signal.score is None:
        return None
    severity = policy.severity_of(signal.scorer, signal.label, signal.score)
    if severity is Severity.NONE:
        return None
    category, message = LABELS.get(signal.label, (None, Message(signal.label, signal.label)))
    if category is None and signal.scorer == "toxicity":
        category = _kind_of_toxicity(signals)
    return Reason(
        source=Source.SCORER,
        severity=severity,
        message=message,
        category=category,
        span=signal.spans[0] if signal.spans else None,
        scorer=signal.scorer,
        label=signal.label,
        score=round(signal.score, 3),
        evidence=signal.evidence,
    )


def _kind_of_toxicity(signals: Sequence[Signal]) -> str | None:
    """The category of the likeliest kind of toxicity: the label of that name says only that there is some."""
    kinds = [
        (signal.score, category)
        for signal in signals
        if signal.scorer == "toxicity" and signal.score is not None
        and (category := LABELS.get(signal.label, (None,))[0]) is not None
    ]  # fmt: skip
    return max(kinds)[1] if kinds else None


def _told_by_a_rule(reason: Reason, counted: Sequence[Reason]) -> bool:
    """Whether a rule says as much already: packs and scorers both know of distress, tone and language."""
    return reason.category in TOLD_ONCE and any(
        other.source is Source.RULE and other.category == reason.category and other.severity >= reason.severity
        for other in counted
    )


def _missing(signals: Sequence[Signal], policy: Policy, context: Context) -> Iterable[Reason]:
    for signal in signals:
        if signal.state is SignalState.ERRORED:
            yield _policy_reason(
                f"{signal.scorer}.errored",
                Message(
                    f"The {signal.scorer} check failed ({signal.detail}): a person has to look.",
                    f"Le contrôle « {signal.scorer} » a échoué ({signal.detail}) : une personne doit regarder.",
                ),
            )
    for name in sorted(policy.required):
        states = [signal.state for signal in signals if signal.scorer == name]
        if not states:
            yield _policy_reason(
                f"{name}.missing",
                Message(
                    f"The {name} check did not run: a person has to look.",
                    f"Le contrôle « {name} » n'a pas eu lieu : une personne doit regarder.",
                ),
            )
        elif all(state is SignalState.INAPPLICABLE for state in states):
            spoken = tongue(context.lang or "?")
            yield _policy_reason(
                f"{name}.language",
                Message(
                    f"The {name} check does not know this language ({spoken.en}): a person who reads it has to look.",
                    f"Le contrôle « {name} » ne connaît pas cette langue ({spoken.fr}) : il faut quelqu'un qui la lit.",
                ),
            )


def _bot(draft: Draft, context: Context, policy: Policy) -> Iterable[Reason]:
    if context.paused is not None:
        yield _policy_reason("paused", paused_message(context.paused))
    if draft.bot is not None and draft.kind is Kind.REPLY and policy.new_bot is Action.HOLD and context.bot_is_new:
        yield _policy_reason(
            "new_bot",
            Message(
                f"First replies of the bot '{draft.bot}': the policy wants a person to see them.",
                f"Premières réponses du bot « {draft.bot} » : la politique demande qu'une personne les voie.",
            ),
        )


def _policy_reason(name: str, message: Message) -> Reason:
    return Reason(source=Source.POLICY, severity=Severity.HOLD, message=message, rule=name)
