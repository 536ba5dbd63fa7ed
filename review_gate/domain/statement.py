"""The statement of reasons that goes with a rejection: what was decided, by whom, on what grounds, what is open.

Its contents follow what Article 17 of Regulation (EU) 2022/2065 asks of such statements: the decision, the facts and
circumstances, the use of automated means, the ground, and the ways to have it looked at again. Pure.
"""

from __future__ import annotations

from review_gate.domain.days import moment_in_figures
from review_gate.domain.message import Message
from review_gate.domain.reason_codes import REASON_CODES
from review_gate.domain.submission import Answer, State, Submission


def statement(submission: Submission) -> Message | None:
    """None for what is not rejected, and for what was erased."""
    decision = submission.decisions[-1] if submission.decisions else None
    if submission.state is not State.REJECTED or decision is None or decision.answer is not Answer.REJECT:
        return None
    if submission.erased_at is not None:
        return None
    code = REASON_CODES.get(decision.reason_code)
    found = submission.verdict.findings
    at = moment_in_figures(decision.at)
    en = [f"Your draft was rejected by {decision.by_name} on {at.en}: it does not go out."]
    fr = [f"Votre brouillon a été refusé par {decision.by_name} le {at.fr} : il ne sera pas publié."]
    if code is not None:
        en.append(f"Ground: {code.en}.")
        fr.append(f"Motif : {code.fr}.")
    if decision.comment:
        en.append(f"In their words: “{decision.comment}”")
        fr.append(f"Avec ses mots : « {decision.comment} »")
    if found:
        en.append("The automatic screening had found: " + " ".join(reason.message.en for reason in found))
        fr.append("L'analyse automatique avait relevé : " + " ".join(reason.message.fr for reason in found))
    else:
        en.append("The automatic screening had found nothing.")
        fr.append("L'analyse automatique n'avait rien relevé.")
    en.append("A person decided. Next: hand in a new draft, or ask a lead to look at it again.")
    fr.append("La décision est humaine. Ensuite : déposez un nouveau brouillon, ou demandez un réexamen à un "
              "responsable.")  # fmt: skip
    return Message(" ".join(en), " ".join(fr))
