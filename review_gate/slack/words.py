"""The words of the Slack face in both languages."""

from __future__ import annotations

from review_gate.domain.message import Message
from review_gate.domain.submission import Answer, Operation, State
from review_gate.domain.verdict import Severity

BUTTONS = {
    Operation.APPROVE: Message("Approve", "Approuver"),
    Operation.EDIT: Message("Edit and approve", "Modifier et approuver"),
    Operation.REQUEST_CHANGES: Message("Request changes", "Demander des changements"),
    Operation.REJECT: Message("Reject", "Refuser"),
    Operation.CLAIM: Message("Claim", "Prendre en charge"),
    Operation.HAND_BACK: Message("Hand back", "Rendre"),
    Operation.ESCALATE: Message("Escalate", "Faire remonter"),
    Operation.ALLOW_REPEAT: Message("This may repeat", "Peut se répéter"),
}
APPROVE_AS_LEAD = Message("Approve (leads only)", "Approuver (responsables)")
OPEN_PAGE = Message("Open", "Ouvrir")

STATES = {
    State.HELD: Message("Waiting", "En attente"),
    State.APPROVED: Message("Approved", "Approuvé"),
    State.CHANGES_REQUESTED: Message("Sent back for changes", "À modifier"),
    State.REJECTED: Message("Rejected", "Refusé"),
    State.WITHDRAWN: Message("Withdrawn", "Retiré"),
    State.EXPIRED: Message("Expired", "Expiré"),
}
STATE_SIGNS = {
    State.APPROVED: "✅",
    State.CHANGES_REQUESTED: "✏️",
    State.REJECTED: "⛔",
    State.WITHDRAWN: "↩️",
    State.EXPIRED: "⌛",
}
SEVERITIES = {
    Severity.NONE: Message("Nothing found", "Rien trouvé"),
    Severity.NOTE: Message("Note", "À noter"),
    Severity.WARN: Message("Warning", "Attention"),
    Severity.HOLD: Message("Risky", "Risqué"),
    Severity.BLOCK: Message("Blocked", "Bloqué"),
}
SEVERITY_SIGNS = {
    Severity.NONE: "⚪",
    Severity.NOTE: "⚪",
    Severity.WARN: "🟡",
    Severity.HOLD: "🟠",
    Severity.BLOCK: "🔴",
}
ANSWERS = {
    Answer.APPROVE: Message("approved", "a approuvé"),
    Answer.REQUEST_CHANGES: Message("asked for changes", "a demandé des changements"),
    Answer.REJECT: Message("rejected", "a refusé"),
}
POST = Message("post", "publication")
REPLY = Message("reply", "réponse")

CHANNELS = {
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "threads": "Threads",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "whatsapp": "WhatsApp",
    "chat": "Chat",
}

CATEGORIES = {
    "newsjack": Message("tied to bad news", "lié à une mauvaise nouvelle"),
    "solemn_date": Message("solemn date", "date de recueillement"),
    "hashtag_hijack": Message("hashtag of others", "hashtag détourné"),
    "stereotype": Message("stereotype", "stéréotype"),
    "hate": Message("hate", "haine"),
    "profanity": Message("profanity", "grossièreté"),
    "violence": Message("violence", "violence"),
    "history": Message("history", "histoire"),
    "religion": Message("religion", "religion"),
    "politics": Message("politics", "politique"),
    "placeholder": Message("forgotten template", "modèle oublié"),
    "hidden_word": Message("hidden word", "mot caché"),
    "handle": Message("account name", "nom de compte"),
    "repetition": Message("repetition", "répétition"),
    "tone": Message("tone", "ton"),
    "distress": Message("distress", "détresse"),
    "commitment": Message("promise", "engagement"),
    "off_script": Message("off script", "hors script"),
    "personal_data": Message("personal data", "données personnelles"),
    "evasion": Message("disguised spelling", "écriture déguisée"),
    "wrong_language": Message("wrong language", "mauvaise langue"),
    "emoji": Message("emoji", "emoji"),
    "media": Message("media", "média"),
    "disclosure": Message("disclosure", "mention obligatoire"),
    "style": Message("style", "style"),
}

LABELS = {
    "toxicity": Message("toxicity", "toxicité"),
    "severe_toxicity": Message("severe toxicity", "toxicité grave"),
    "insult": Message("insult", "insulte"),
    "identity_attack": Message("attack on a group", "attaque d'un groupe"),
    "threat": Message("threat", "menace"),
    "obscene": Message("obscenity", "obscénité"),
    "sexual_explicit": Message("sexual content", "contenu sexuel"),
    "hate": Message("hate", "haine"),
    "repetition": Message("repetition", "répétition"),
}


def may_repeat(name: str) -> Message:
    """Who said that a bot may say this again."""
    return Message(
        f"{name}: the bot may say this again, to anybody.", f"{name} : le bot peut redire cela, à tout le monde."
    )


def channel_name(channel: str | None, language: str) -> str:
    """The name people use for a channel."""
    if channel is None:
        return Message("no channel named", "canal non précisé").in_(language)
    return CHANNELS.get(channel.lower(), channel)


def label_name(label: str | None, language: str) -> str:
    """A scorer's label in words."""
    known = LABELS.get(label or "")
    return known.in_(language) if known else (label or "").replace("_", " ")


def category_name(category: str | None, language: str) -> str:
    return "" if category is None else category_words(category).in_(language)


def category_words(category: str) -> Message:
    plain = category.replace("_", " ")
    return CATEGORIES.get(category, Message(plain, plain))
