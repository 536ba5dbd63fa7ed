"""What happens next to a submission and who does it, at the end of its card."""

from __future__ import annotations

from datetime import datetime

from review_gate.domain import signoff
from review_gate.domain.drill import revealed
from review_gate.domain.message import Message
from review_gate.domain.publication import on_approval
from review_gate.domain.submission import State, Submission
from review_gate.domain.verdict import Severity
from review_gate.slack import blockkit as bk
from review_gate.slack.setting import Setting

MAX_NEEDED = 900
MAX_CALLED = 20


def next_step(submission: Submission, now: datetime, setting: Setting) -> bk.Block:
    """One line: whose turn it is, or what came of it."""
    from_whom = setting.name(submission.draft.author or submission.author)
    state, draft = submission.state, submission.draft
    over = revealed(submission)
    if over is not None:
        return bk.section(bk.plain(setting.say(over), bk.MAX_SECTION))
    if state is State.HELD:
        return bk.context(*_while_held(submission, now, setting))
    sentence = {
        State.APPROVED: Message("Next: exactly this text may go out.", "Ensuite : ce texte, et lui seul, peut partir."),
        State.CHANGES_REQUESTED: Message(
            f"Next: {from_whom} changes the text, then it comes back here.",
            f"Ensuite : {from_whom} modifie le texte, puis il revient ici.",
        ),
        State.REJECTED: Message("It does not go out.", "Il ne sera pas publié."),
        State.WITHDRAWN: Message(
            "Its author took it back. It does not go out.", "Retiré par son auteur, il ne part pas."
        ),
        State.EXPIRED: Message(
            "Nobody decided in time. It does not go out.", "Personne n'a décidé à temps. Il ne sera pas publié."
        ),
    }[state]
    out = submission.publication
    elements = [bk.plain(setting.say(sentence if out is None else out.told))]
    if out is not None and out.url:
        elements.append(bk.plain(bk.clip(out.url, bk.MAX_LINK)))
    elif state is State.APPROVED and draft.planned_at is not None:
        elements.append(bk.mrkdwn(bk.date_token(draft.planned_at)))
    return bk.context(*elements)


def _while_held(submission: Submission, now: datetime, setting: Setting) -> list[bk.Block]:
    lead = submission.verdict.severity is Severity.BLOCK
    claim = submission.claim if submission.claim_holds(now) else None
    if claim is not None:
        holder = setting.name(claim.by, claim.by_name)
        first = Message(f"Next: {holder} decides, claimed until", f"Ensuite : {holder} décide, pris en charge jusqu'à")
        elements = [bk.plain(setting.say(first)), bk.mrkdwn(bk.date_token(claim.until, "{time}"))]
    elif submission.escalated:
        told = Message(
            "Next: a lead decides, it was escalated.", "Ensuite : un responsable décide, le cas lui est transmis."
        )
        elements = [bk.plain(setting.say(told))]
    elif submission.sign_off or submission.approvals_needed > 1:
        elements = []
    else:
        told = Message("Next: one reviewer decides.", "Ensuite : un relecteur décide.")
        elements = [] if lead else [bk.plain(setting.say(told))]
    if submission.sign_off or submission.approvals_needed > 1:
        still, have = signoff.missing(submission), len(submission.approvals)
        needed, whole = signoff.told(still), have + sum(one.count for one in still)
        told = Message(
            f"Still needed, each from another person: {needed.en}. Given: {have} of {whole}.",
            f"Il faut encore, chacune d'une autre personne : {needed.fr}. Données : {have} sur {whole}.",
        )
        elements.append(bk.plain(setting.say(told), MAX_NEEDED))
    if lead:
        told = Message(
            "Blocked by the screening: only a lead can approve, any reviewer can send it back.",
            "Bloqué : seul un responsable peut approuver, chaque relecteur peut le renvoyer.",
        )
        elements.append(bk.plain(setting.say(told)))
    if submission.draft.planned_at is not None:
        told = Message("Without a decision it does not go out.", "Sans décision, il ne part pas.")
        elements.append(bk.plain(setting.say(told)))
    if setting.outlet is not None:
        planned = submission.draft.planned_at is not None
        elements.append(bk.plain(setting.say(on_approval(setting.outlet, planned))))
    return elements


def called(submission: Submission, setting: Setting) -> list[bk.Block]:
    """Names those on call, so that Slack rings for them when the card is posted."""
    if submission.state is not State.HELD or not setting.called:
        return []
    people = " ".join(bk.mention(user) for user in setting.called[:MAX_CALLED])
    told = Message("Out of hours, on call:", "Hors des heures de bureau, d'astreinte :")
    return [bk.context(bk.mrkdwn(f"🌙 {setting.say(told)} {people}"))]
