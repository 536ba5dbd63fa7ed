"""The windows that ask why. Pure. What was seen travels in `private_metadata`: the answer binds to that text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from review_gate.domain.message import Message
from review_gate.domain.reason_codes import REASON_CODES
from review_gate.domain.submission import Answer, Submission
from review_gate.slack import blockkit as bk
from review_gate.slack.marked import runs

WHY_BLOCK, WHY_ACTION = "gate_why", "gate_why_text"
CODE_BLOCK, CODE_ACTION = "gate_code", "gate_code_choice"
TEXT_BLOCK, TEXT_ACTION = "gate_text", "gate_text_value"
MAX_WHY = 2000
MAX_TYPED = 3000
"""The most that Slack lets people type into one field."""
EXCERPT = 400

View = dict[str, Any]

CLOSE = Message("Close", "Fermer")
CANCEL = Message("Cancel", "Annuler")
SEND = Message("Send", "Envoyer")
REFUSED = Message("Nothing was decided", "Rien n'a été décidé")


@dataclass(frozen=True, slots=True)
class Clicked:
    """Which submission and which text somebody acted on, and where."""

    id: str
    revision: int
    sha: str
    channel: str = ""

    def dump(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def load(cls, value: str, channel: str = "") -> Clicked:
        """From a button's value or a window's metadata. Raises ValueError for anything else."""
        data = carried(value)
        if not isinstance(data, dict) or not isinstance(data.get("revision"), int):
            raise ValueError("not a button of the gate")
        if not all(isinstance(data.get(key), str) for key in ("id", "sha")):
            raise ValueError("not a button of the gate")
        return cls(data["id"], data["revision"], data["sha"], str(data.get("channel") or channel))


def carried(text: str) -> Any:
    """What a button or a window carries as JSON. Raises ValueError for anything else, however deep."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested without end") from None


def ask_why(answer: Answer, clicked: Clicked, submission: Submission, language: str) -> View:
    """Asks for the reason of a request for changes or a rejection (which also takes a reason code)."""
    rejecting = answer is Answer.REJECT
    title = Message("Reject", "Refuser") if rejecting else Message("Request changes", "Demander à modifier")
    label = (
        Message("Why must this not go out?", "Pourquoi ne doit-il pas partir ?")
        if rejecting
        else Message("What should be changed?", "Que faut-il modifier ?")
    )
    hint = Message("Its author reads this.", "L'auteur le lira.")
    text = bk.rich_text(bk.quote(*runs(submission.draft.text, (), EXCERPT, language)))
    blocks = [text]
    if rejecting:
        blocks.append(_reason_code(language))
    blocks.append(_why(label.in_(language), hint.in_(language)))
    return {
        "type": "modal",
        "callback_id": f"gate_{answer.value}",
        "title": bk.plain(title.in_(language), bk.MAX_MODAL_TITLE),
        "submit": bk.plain(SEND.in_(language), bk.MAX_MODAL_TITLE),
        "close": bk.plain(CANCEL.in_(language), bk.MAX_MODAL_TITLE),
        "private_metadata": clicked.dump(),
        "blocks": blocks,
    }


def question(callback_id: str, clicked: Clicked, submission: Submission, language: str) -> View:
    """Asks what the author shall be asked."""
    label = Message("Your question", "Votre question")
    hint = Message("The author answers in Slack, the reviewers read it in the card's thread.",
                   "L'auteur répond dans Slack, les relecteurs le lisent dans le fil de la carte.")  # fmt: skip
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": bk.plain(Message("Ask the author", "Demander à l'auteur").in_(language), bk.MAX_MODAL_TITLE),
        "submit": bk.plain(SEND.in_(language), bk.MAX_MODAL_TITLE),
        "close": bk.plain(CANCEL.in_(language), bk.MAX_MODAL_TITLE),
        "private_metadata": clicked.dump(),
        "blocks": [
            bk.rich_text(bk.quote(*runs(submission.draft.text, (), EXCERPT, language))),
            _why(label.in_(language), hint.in_(language)),
        ],
    }


def why_all(callback_id: str, chosen: Sequence[Clicked], language: str) -> View:
    """Asks why several drafts are rejected."""
    number = len(chosen)
    title = Message(f"Reject {number} drafts", f"Refuser {number} textes")
    label = Message("Why must these not go out?", "Pourquoi ne doivent-ils pas partir ?")
    hint = Message("Their authors read this.", "Leurs auteurs le liront.")
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": bk.plain(title.in_(language), bk.MAX_MODAL_TITLE),
        "submit": bk.plain(SEND.in_(language), bk.MAX_MODAL_TITLE),
        "close": bk.plain(CANCEL.in_(language), bk.MAX_MODAL_TITLE),
        "private_metadata": json.dumps([[one.id, one.revision, one.sha] for one in chosen], separators=(",", ":")),
        "blocks": [_reason_code(language), _why(label.in_(language), hint.in_(language))],
    }


def all_seen(metadata: str) -> list[Clicked]:
    """What `why_all` was about. Raises ValueError."""
    data = carried(metadata)
    if not isinstance(data, list) or not all(isinstance(one, list) and len(one) == 3 for one in data):
        raise ValueError("not a window of the gate")
    if not all(isinstance(one[1], int) for one in data):
        raise ValueError("not a window of the gate")
    return [Clicked(str(one[0]), one[1], str(one[2])) for one in data]


def edit(clicked: Clicked, submission: Submission, language: str) -> View:
    """Lets a reviewer change the text and approve the result in one go."""
    label = Message("The text as it should go out", "Le texte tel qu'il doit partir")
    hint = Message(
        "The new text is screened again. If something graver is found, it waits here for a second look.",
        "Le nouveau texte est contrôlé. Si quelque chose de plus grave apparaît, il attend ici un second regard.",
    )
    entry = text_input(TEXT_BLOCK, TEXT_ACTION, label.in_(language), submission.draft.text, hint.in_(language))
    return {
        "type": "modal",
        "callback_id": "gate_edit",
        "title": bk.plain(Message("Edit and approve", "Modifier, approuver").in_(language), bk.MAX_MODAL_TITLE),
        "submit": bk.plain(Message("Approve", "Approuver").in_(language), bk.MAX_MODAL_TITLE),
        "close": bk.plain(CANCEL.in_(language), bk.MAX_MODAL_TITLE),
        "private_metadata": clicked.dump(),
        "blocks": [entry],
    }


def text_input(block_id: str, action_id: str, label: str, initial: str = "", hint: str = "") -> bk.Block:
    """A field for a draft's text, which may be as long as Slack lets people type."""
    element = {"type": "plain_text_input", "action_id": action_id, "multiline": True, "max_length": MAX_TYPED}
    if initial:
        element["initial_value"] = initial
    block = {"type": "input", "block_id": block_id, "label": bk.plain(label, 150), "element": element}
    return {**block, "hint": bk.plain(hint, 150)} if hint else block


def told(message: Message, language: str, title: Message = REFUSED, typed: str = "") -> View:
    """A window that only says something; `typed` is what somebody wrote in vain, to copy."""
    blocks = [bk.section(bk.plain(message.in_(language)))]
    if typed:
        label = Message("You wrote:", "Vous aviez écrit :").in_(language)
        blocks += [bk.context(bk.plain(label)), bk.rich_text(bk.quote(bk.run(bk.clip(typed, MAX_TYPED))))]
    return {
        "type": "modal",
        "callback_id": "gate_told",
        "title": bk.plain(title.in_(language), bk.MAX_MODAL_TITLE),
        "close": bk.plain(CLOSE.in_(language), bk.MAX_MODAL_TITLE),
        "blocks": blocks,
    }


def written(view: Mapping[str, Any], block: str = WHY_BLOCK, action: str = WHY_ACTION) -> str:
    """What was typed into a field; by default the reason."""
    return str(_state(view, block, action).get("value") or "").strip()


def chosen_code(view: Mapping[str, Any]) -> str:
    """The reason code that was chosen, or '' for none or one we do not know."""
    code = chosen(view, CODE_BLOCK, CODE_ACTION)
    return code if code in REASON_CODES else ""


def chosen(view: Mapping[str, Any], block: str, action: str) -> str:
    """The value of the option that was chosen, or ''."""
    option = _state(view, block, action).get("selected_option") or {}
    return str(option.get("value") or "") if isinstance(option, dict) else ""


def picked_time(view: Mapping[str, Any], block: str, action: str) -> int | None:
    """The moment that was picked, in seconds since 1970."""
    moment = _state(view, block, action).get("selected_date_time")
    return moment if isinstance(moment, int) and 0 < moment < 10**11 else None


def _state(view: Mapping[str, Any], block: str, action: str) -> Mapping[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    state = (values.get(block) or {}).get(action) or {}
    return state if isinstance(state, dict) else {}


def _why(label: str, hint: str) -> bk.Block:
    entry = {"type": "plain_text_input", "action_id": WHY_ACTION, "multiline": True, "max_length": MAX_WHY}
    return {
        "type": "input",
        "block_id": WHY_BLOCK,
        "label": bk.plain(label, 150),
        "hint": bk.plain(hint, 150),
        "element": {**entry, "focus_on_load": True},
    }


def _reason_code(language: str) -> bk.Block:
    options = [
        {"text": bk.plain(word.in_(language), bk.MAX_BUTTON_TEXT), "value": code} for code, word in REASON_CODES.items()
    ]
    label = Message("Reason", "Motif")
    return {
        "type": "input",
        "block_id": CODE_BLOCK,
        "label": bk.plain(label.in_(language), 150),
        "element": {"type": "radio_buttons", "action_id": CODE_ACTION, "options": options},
    }
