"""Who may do what to a submission, and the sentence that says why not. Pure."""

from __future__ import annotations

from datetime import datetime

from review_gate.domain.errors import NotPermitted, Stale
from review_gate.domain.message import Message
from review_gate.domain.signoff import LEAD, counts, missing, told
from review_gate.domain.submission import FINAL, Operation, Person, Role, State, Submission
from review_gate.domain.verdict import Severity

REVIEWING = frozenset({Role.REVIEWER, Role.LEAD, Role.ADMIN})
LEADING = frozenset({Role.LEAD, Role.ADMIN})

STATE_WORDS = {
    State.HELD: Message("held", "en attente"),
    State.APPROVED: Message("approved", "approuvée"),
    State.CHANGES_REQUESTED: Message("sent back for changes", "renvoyée pour modification"),
    State.REJECTED: Message("rejected", "refusée"),
    State.WITHDRAWN: Message("withdrawn", "retirée"),
    State.EXPIRED: Message("expired", "expirée"),
}


def permitted_actions(submission: Submission, person: Person, now: datetime) -> frozenset[Operation]:
    """What `person` may do to `submission` at `now`. Draws the buttons and guards the click: both ask here.

    An author never decides about their own draft. Somebody else's claim leaves only leads to decide. What the
    screening blocks only a lead may approve. Nobody approves the same text twice, nor when nobody asks for their
    approval: who else has to, `signoff.missing` tells.
    """
    if submission.state in FINAL:
        return frozenset()
    if submission.is_published:
        return frozenset({Operation.COMMENT})
    own = submission.is_own(person)
    allowed: set[Operation] = {Operation.COMMENT}
    if own or person.roles & LEADING:
        allowed.add(Operation.WITHDRAW)
    if own:
        allowed.add(Operation.REVISE)
    if submission.state is State.HELD and not own and person.roles & REVIEWING:
        lead = bool(person.roles & LEADING)
        if lead or not submission.claimed_by_other(person, now):
            allowed |= {Operation.APPROVE, Operation.REQUEST_CHANGES, Operation.REJECT, Operation.ESCALATE}
            held_by_me = submission.claim is not None and person.is_(submission.claim.by)
            allowed.add(Operation.HAND_BACK if held_by_me and submission.claim_holds(now) else Operation.CLAIM)
        if not counts(submission, person):
            allowed.discard(Operation.APPROVE)
        if submission.escalated:
            allowed.discard(Operation.ESCALATE)
        if Operation.APPROVE in allowed:
            allowed.add(Operation.EDIT)
        if submission.repeats and not submission.may_repeat and Operation.REQUEST_CHANGES in allowed:
            allowed.add(Operation.ALLOW_REPEAT)
    return frozenset(allowed)


def require(operation: Operation, submission: Submission, person: Person, now: datetime) -> None:
    """Raises NotPermitted, with the sentence that tells why, unless `person` may do `operation` now."""
    if operation not in permitted_actions(submission, person, now):
        raise NotPermitted(_why_not(operation, submission, person, now))


def _why_not(operation: Operation, submission: Submission, person: Person, now: datetime) -> Message:
    if submission.is_published and submission.publication is not None:
        where = submission.publication.url or submission.publication.via
        return Message(
            f"It has gone out already ({where}): correct or delete it there. Nothing was changed.",
            f"C'est déjà publié ({where}) : corrigez ou supprimez là-bas. Rien n'a été modifié.",
        )
    if submission.state in FINAL or (submission.state is not State.HELD and operation is not Operation.WITHDRAW):
        word = STATE_WORDS[submission.state]
        return Message(
            f"This submission is already {word.en}: nothing was changed.",
            f"Cette soumission est déjà {word.fr} : rien n'a été modifié.",
        )
    if submission.is_own(person):
        return Message(
            "This is your own draft: somebody else has to decide about it.",
            "C'est votre propre brouillon : la décision revient à quelqu'un d'autre.",
        )
    if submission.claim is not None and submission.claimed_by_other(person, now):
        by = submission.claim.by_name
        return Message(
            f"{by} has claimed this submission: ask them, or wait until the claim ends.",
            f"{by} a pris en charge cette soumission : voyez ensemble, ou attendez la fin de la prise en charge.",
        )
    if operation is Operation.APPROVE and any(person.is_(d.by) for d in submission.approvals):
        return Message(
            "You have approved this text already: a second person is needed.",
            "Vous avez déjà approuvé ce texte : il faut une deuxième personne.",
        )
    if operation in {Operation.APPROVE, Operation.EDIT} and person.roles & REVIEWING:
        if {one.groups for one in missing(submission)} == {(LEAD,)} and submission.verdict.severity is Severity.BLOCK:
            return Message(
                "The screening blocks this text: only a lead may approve it. Ask for changes or escalate.",
                "Ce texte est bloqué : seul un responsable peut l'approuver. Renvoyez-le ou faites-le remonter.",
            )
        needed = told(missing(submission))
        return Message(
            f"Your approval is not the one that is missing. Still needed: {needed.en}.",
            f"Ce n'est pas votre approbation qui manque. Il faut encore : {needed.fr}.",
        )
    if operation is Operation.ALLOW_REPEAT and person.roles & REVIEWING:
        name = submission.may_repeat
        return Message(
            f"{name} has allowed this already." if name else "This text is held for no repetition: nothing to allow.",
            f"{name} l'a déjà autorisé." if name else "Ce texte n'est pas retenu pour répétition : rien à autoriser.",
        )
    return _whose(operation, bool(person.roles & REVIEWING))


def _whose(operation: Operation, reviewing: bool) -> Message:
    """Why somebody may not do this whatever the submission says; `reviewing`: whether they are a reviewer."""
    if operation is Operation.REVISE:
        return Message(
            "Only its author hands in a new text. Reviewers edit and approve, or ask for changes.",
            "Seul l'auteur dépose un nouveau texte. La relecture le modifie et l'approuve, ou demande des changements.",
        )
    if operation is Operation.WITHDRAW:
        return Message(
            "Only its author or a lead withdraws a draft. Ask one of them.",
            "Seul l'auteur ou un responsable retire un brouillon. Voyez avec l'un d'eux.",
        )
    if reviewing and operation is Operation.ESCALATE:
        return Message(
            "This is escalated already: a lead decides. Nothing was changed.",
            "C'est déjà transmis aux responsables : l'un d'eux décide. Rien n'a été modifié.",
        )
    if reviewing and operation is Operation.CLAIM:
        return Message("You have claimed this already: decide, or hand it back.",
                       "Vous l'avez déjà pris en charge : décidez, ou rendez-le.")  # fmt: skip
    if reviewing and operation is Operation.HAND_BACK:
        return Message("You have not claimed this, or your claim is over: there is nothing to hand back.",
                       "Vous ne l'avez pas pris en charge, ou ce n'est plus le cas : rien à rendre.")  # fmt: skip
    return Message(
        "Only reviewers and leads do this, and you are neither: ask an administrator for the role.",
        "C'est l'affaire de la relecture et des responsables : demandez ce rôle à l'administration.",
    )


def check_seen(submission: Submission, revision: int, text_sha256: str) -> None:
    """Raises Stale unless what the person saw (revision and text hash) is what is there now."""
    if submission.revision != revision or submission.text_sha256 != text_sha256:
        raise Stale(
            Message(
                "The text has changed since this was shown to you: nothing was decided. Look at the new text first.",
                "Le texte a changé depuis que vous l'avez vu : rien n'a été décidé. Regardez d'abord le nouveau texte.",
            )
        )
