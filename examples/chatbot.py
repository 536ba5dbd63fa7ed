"""A chatbot that says nothing the gate has not let through. It answers the lines of standard input:

    export REVIEW_GATE_URL=http://127.0.0.1:8080
    export REVIEW_GATE_API_KEY=$(review-gate key create --name faq-bot --scope check)
    echo "When do you open?" | python examples/chatbot.py

Put your own bot into `answer`; everything around it stays.
"""

from __future__ import annotations

import sys
import uuid

from review_gate.client import Verdict, gated

KNOWN = {
    "open": "We are open from ten to six, Monday to Saturday.",
    "parcel": "Your parcel is on its way and arrives on Friday.",
    "manager": "You are an idiot, leave me alone.",  # what a bot should not have learnt
}


def tell_a_person(text: str, verdict: Verdict) -> None:
    """Where your desk is told; the gate has made a card for reviewers already."""
    why = "; ".join(reason.message for reason in verdict.reasons)
    print(f"held, submission {verdict.submission}: {why}", file=sys.stderr)


@gated(bot="faq", channel="chat", fallback="Let me ask a colleague, one moment please.", on_held=tell_a_person)
def answer(message: str, conversation: str) -> str:
    """The bot itself: a reply to the customer's message."""
    found = (reply for word, reply in KNOWN.items() if word in message.lower())
    return next(found, "I am not sure that I understand. What is it about: opening hours, or a parcel?")


def main() -> None:
    conversation = str(uuid.uuid4())
    for line in sys.stdin:
        if line.strip():
            print(answer(line.strip(), conversation), flush=True)


if __name__ == "__main__":
    main()
