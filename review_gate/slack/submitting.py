"""The window that takes a draft, and what comes out of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from review_gate.domain.draft import Draft, Kind
from review_gate.domain.message import Message
from review_gate.domain.submission import Submission
from review_gate.slack import blockkit as bk
from review_gate.slack import modals, words
from review_gate.slack.findings import findings, marked_text
from review_gate.slack.setting import Setting

CALLBACK = "gate_submit"
KIND, CHANNEL, MARKET, PLANNED, CUSTOMER = "gate_kind", "gate_channel", "gate_market", "gate_planned", "gate_customer"
VALUE = "value"
DONE = Message("Handed in", "Déposé")
EMPTY = Message("Write the text that should go out.", "Écrivez le texte à publier.")
NO_MARKET = Message("Two letters, as in FR or CA.", "Deux lettres, comme FR ou CA.")


def window(text: str, language: str) -> modals.View:
    """Asks for a draft; `text` is already in it."""

    def say(en: str, fr: str) -> str:
        return Message(en, fr).in_(language)

    initial = text if bk.width(text) <= modals.MAX_TYPED else bk.clip(text, modals.MAX_TYPED)
    kinds = [(Kind.POST.value, words.POST.in_(language)), (Kind.REPLY.value, words.REPLY.in_(language))]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": bk.plain(say("Hand in a draft", "Déposer un brouillon"), bk.MAX_MODAL_TITLE),
        "submit": bk.plain(say("Hand in", "Déposer"), bk.MAX_MODAL_TITLE),
        "close": bk.plain(modals.CANCEL.in_(language), bk.MAX_MODAL_TITLE),
        "blocks": [
            modals.text_input(modals.TEXT_BLOCK, modals.TEXT_ACTION, say("Text", "Texte"), initial),
            _select(KIND, say("Kind", "Type"), kinds, initial=kinds[0]),
            _select(CHANNEL, say("Channel", "Canal"), list(words.CHANNELS.items()), optional=True),
            _line(MARKET, say("Market", "Marché"), say("Country, as in FR", "Pays, comme FR"), 2),
            _when(say("Planned for", "Prévu pour")),
            _line(
                CUSTOMER, say("The customer's message", "Le message du client"), "", modals.MAX_TYPED, multiline=True
            ),
        ],
    }


def read(view: Mapping[str, Any], author: str, language: str) -> tuple[Draft | None, dict[str, str]]:
    """The draft that was typed; or what is wrong, by field."""
    text = modals.written(view, modals.TEXT_BLOCK, modals.TEXT_ACTION)
    market = modals.written(view, MARKET, VALUE).upper()
    errors = {}
    if not text:
        errors[modals.TEXT_BLOCK] = EMPTY.in_(language)
    if market and not (len(market) == 2 and market.isascii() and market.isalpha()):
        errors[MARKET] = NO_MARKET.in_(language)
    if errors:
        return None, errors
    kind = Kind.REPLY if modals.chosen(view, KIND, VALUE) == Kind.REPLY.value else Kind.POST
    channel = modals.chosen(view, CHANNEL, VALUE)
    planned = modals.picked_time(view, PLANNED, VALUE)
    draft = Draft(
        text=text,
        kind=kind,
        channel=channel if channel in words.CHANNELS else None,
        market=market or None,
        planned_at=datetime.fromtimestamp(planned, UTC) if planned is not None else None,
        author=author,
        in_reply_to=modals.written(view, CUSTOMER, VALUE) or None,
    )
    return draft, {}


def handed_in(submission: Submission, setting: Setting) -> modals.View:
    """Says that it waits now, and what the screening found."""
    told = Message(
        "It waits for a reviewer. You will be told here when somebody has decided.",
        "Il attend un relecteur. Vous serez prévenu ici dès que quelqu'un aura décidé.",
    )
    verdict = submission.verdict
    text = marked_text(submission.draft.text, verdict, setting)
    return {
        "type": "modal",
        "callback_id": "gate_told",
        "title": bk.plain(setting.say(DONE), bk.MAX_MODAL_TITLE),
        "close": bk.plain(setting.say(modals.CLOSE), bk.MAX_MODAL_TITLE),
        "blocks": [bk.section(bk.plain(setting.say(told))), text, *findings(verdict, setting)],
    }


def unescaped(text: str) -> str:
    """What somebody typed, from what Slack sends: three characters come as entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _select(
    block_id: str, label: str, options: list[tuple[str, str]], initial: tuple[str, str] | None = None, *,
    optional: bool = False,
) -> bk.Block:  # fmt: skip
    def option(value: str, name: str) -> bk.Block:
        return {"text": bk.plain(name, bk.MAX_BUTTON_TEXT), "value": value}

    element: bk.Block = {"type": "static_select", "action_id": VALUE, "options": [option(*one) for one in options]}
    if initial is not None:
        element["initial_option"] = option(*initial)
    return _input(block_id, label, element, optional=optional)


def _line(block_id: str, label: str, hint: str, most: int, *, multiline: bool = False) -> bk.Block:
    element = {"type": "plain_text_input", "action_id": VALUE, "multiline": multiline, "max_length": most}
    block = _input(block_id, label, element, optional=True)
    return {**block, "hint": bk.plain(hint, 150)} if hint else block


def _when(label: str) -> bk.Block:
    return _input(PLANNED, label, {"type": "datetimepicker", "action_id": VALUE}, optional=True)


def _input(block_id: str, label: str, element: bk.Block, *, optional: bool) -> bk.Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": bk.plain(label, 150),
        "element": element,
        "optional": optional,
    }
