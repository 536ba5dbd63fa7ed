"""Words about bots: what may repeat, the switches, the approved templates."""

from __future__ import annotations

from review_gate.domain.message import Message

WORDS = {
    "repeat_hint": Message(
        "The bot may then say this again, whatever names and numbers are put in. This reply still waits for you.",
        "Le bot pourra redire cela, quels que soient les noms et les nombres. Cette réponse attend toujours.",
    ),
    "may_repeat": Message("{name}: the bot may say this again.", "{name} : le bot peut redire cela."),
    "said_allow_repeat": Message(
        "From now on the bot may say this again. The reply itself still waits for a decision.",
        "Désormais, le bot peut redire cela. La réponse elle-même attend toujours une décision.",
    ),
    "ev_repeat_allowed": Message("said that the bot may repeat this", "a permis au bot de répéter cela"),
    "nav_bots": Message(
        "Bots",
        "Bots",
    ),
    "bots_parts": Message(
        "About bots",
        "Sur les bots",
    ),
    "tab_bots": Message(
        "Switches",
        "Interrupteurs",
    ),
    "tab_digest": Message(
        "Daily look",
        "Point du jour",
    ),
    "tab_templates": Message(
        "Approved texts",
        "Textes approuvés",
    ),
    "bots_title": Message(
        "Bots under control",
        "Les bots sous contrôle",
    ),
    "bots_lead": Message(
        "Who answers by itself, how it did in the last hour, and the switch that stops it.",
        "Qui répond seul, comment s'est passée la dernière heure, et l'interrupteur qui arrête.",
    ),
    "bots_switches": Message(
        "The switches",
        "Les interrupteurs",
    ),
    "bots_none": Message(
        "No bot has called yet. It appears here with its first reply.",
        "Aucun bot n'a encore appelé. Il apparaîtra ici dès sa première réponse.",
    ),
    "bots_hour": Message(
        "last hour, replies: {replies}, held: {held}",
        "dernière heure, réponses : {replies}, retenues : {held}",
    ),
    "bots_since": Message(
        "since",
        "depuis",
    ),
    "bots_reopens": Message(
        "a few replies pass again from",
        "quelques réponses repassent à partir de",
    ),
    "bots_why_short": Message(
        "Why? (on record)",
        "Pourquoi ? (consigné)",
    ),
    "bots_why": Message(
        "Why? Goes on record with your name",
        "Pourquoi ? Consigné avec votre nom",
    ),
    "bots_why_needed": Message(
        "Say why, in a few words: it goes on record. Nothing was switched.",
        "Dites pourquoi, en quelques mots : c'est consigné. Rien n'a changé.",
    ),
    "bots_pause": Message(
        "Stop",
        "Arrêter",
    ),
    "bots_resume": Message(
        "Let in again",
        "Remettre en marche",
    ),
    "bots_leads_only": Message(
        "Only a lead lets a bot in again. Ask one of them.",
        "Seul un responsable remet un bot en marche. Voyez avec l'un d'eux.",
    ),
    "bots_lead_resumes": Message(
        "A lead lets it in again, under watch first.",
        "Un responsable le remet en marche, d'abord sous surveillance.",
    ),
    "state_closed": Message(
        "running",
        "en marche",
    ),
    "state_open": Message(
        "stopped",
        "arrêté",
    ),
    "state_half_open": Message(
        "watched",
        "surveillé",
    ),
    "said_paused": Message(
        "Stopped. From now on every reply of this bot waits for a person.",
        "Arrêté. Désormais, chaque réponse de ce bot attend une personne.",
    ),
    "said_resumed": Message(
        "It may speak again: a few replies under watch, and the first finding stops it.",
        "Il peut reprendre : quelques réponses sous surveillance, et le premier signalement l'arrête.",
    ),
    "said_frozen": Message(
        "Frozen. Nothing goes out until a lead lifts it.",
        "Gelé. Rien ne sort avant qu'un responsable ne lève le gel.",
    ),
    "said_lifted": Message(
        "Lifted. What was called back waits for a decision again.",
        "Levé. Ce qui a été rappelé attend de nouveau une décision.",
    ),
    "freeze_title": Message(
        "Freeze",
        "Geler",
    ),
    "freeze_lead": Message(
        "For a crisis: nothing approved goes out, bots are held, and what was planned waits for a decision again.",
        "En cas de crise : rien d'approuvé ne sort, les bots sont retenus, et le planifié attend une "
        "nouvelle décision.",
    ),
    "freeze_scope": Message(
        "What",
        "Quoi",
    ),
    "freeze_brand": Message(
        "The whole brand",
        "Toute la marque",
    ),
    "freeze_do": Message(
        "Freeze",
        "Geler",
    ),
    "freeze_lift": Message(
        "Lift",
        "Lever",
    ),
    "freeze_lead_lifts": Message(
        "A lead lifts it.",
        "Un responsable le lève.",
    ),
    "freeze_bad_scope": Message(
        "Choose the brand or a market. Nothing was frozen.",
        "Choisissez la marque ou un marché. Rien n'a été gelé.",
    ),
    "clusters_title": Message(
        "Many at once",
        "Pics de signalements",
    ),
    "clusters_lead": Message(
        "More findings of one kind within an hour than the past week explains; the last seven days.",
        "Plus de signalements d'un même type en une heure que la semaine passée ne l'annonçait ; sur sept jours.",
    ),
    "cluster_line": Message(
        "{count} × {kind} within an hour, usually {usual}",
        "{count} × {kind} en une heure, d'habitude {usual}",
    ),
    "clusters_none": Message(
        "Nothing stood out.",
        "Rien ne sort de l'ordinaire.",
    ),
    "templates_title": Message(
        "Approved texts",
        "Textes approuvés",
    ),
    "templates_lead": Message(
        "A bot's reply that is one of these, with its slots filled, goes out without a second look; what "
        "is in the slots is screened.",
        "Une réponse de bot qui est l'un d'eux, emplacements remplis, part sans autre relecture ; le "
        "contenu des emplacements est contrôlé.",
    ),
    "templates_none": Message(
        "No text has been approved yet.",
        "Aucun texte n'a encore été approuvé.",
    ),
    "templates_none_lead": Message(
        "A lead adds one below, or puts a file where REVIEW_GATE_TEMPLATES points.",
        "Un responsable en ajoute un ci-dessous, ou dépose un fichier là où pointe REVIEW_GATE_TEMPLATES.",
    ),
    "templates_replies": Message(
        "For replies",
        "Pour les réponses",
    ),
    "templates_crisis": Message(
        "Prepared for a crisis",
        "Préparés pour une crise",
    ),
    "templates_expired": Message(
        "expired",
        "expiré",
    ),
    "templates_soon": Message(
        "expires soon",
        "expire bientôt",
    ),
    "templates_uses": Message(
        "{count} uses",
        "{count} utilisations",
    ),
    "templates_owner": Message(
        "Owner",
        "Propriétaire",
    ),
    "templates_by": Message(
        "approved by {name}",
        "approuvé par {name}",
    ),
    "templates_until": Message(
        "Good until",
        "Valable jusqu'au",
    ),
    "templates_file": Message(
        "from the file {name}",
        "du fichier {name}",
    ),
    "templates_write": Message(
        "Write with it",
        "Écrire avec",
    ),
    "templates_retire": Message(
        "Retire",
        "Retirer",
    ),
    "templates_add": Message(
        "Approve a text",
        "Approuver un texte",
    ),
    "templates_add_lead": Message(
        "Slots are written {slot}: small letters, digits and _. At least five words must be fixed, and "
        "two for each slot.",
        "Un emplacement s'écrit {slot} : minuscules, chiffres et _. Au moins cinq mots doivent être "
        "fixes, et deux par emplacement.",
    ),
    "templates_name": Message(
        "Name",
        "Nom",
    ),
    "templates_text": Message(
        "Text",
        "Texte",
    ),
    "templates_for_crisis": Message(
        "Prepared for a crisis",
        "Préparé pour une crise",
    ),
    "templates_approve": Message(
        "Approve",
        "Approuver",
    ),
    "templates_missing": Message(
        "A name (letters, digits, dots, dashes), a text and an owner are needed. Nothing was approved.",
        "Il faut un nom (lettres, chiffres, points, tirets), un texte et un propriétaire. Rien n'a été approuvé.",
    ),
    "templates_bad_date": Message(
        "Give a day until which it is good, such as 2027-01-31. Nothing was approved.",
        "Indiquez un jour de validité, comme 2027-01-31. Rien n'a été approuvé.",
    ),
    "said_approved_template": Message(
        "Approved. From now on replies may use it.",
        "Approuvé. Les réponses peuvent désormais l'utiliser.",
    ),
    "said_retired_template": Message(
        "Retired. Replies that use it are screened like any other.",
        "Retiré. Les réponses qui l'utilisent sont contrôlées comme les autres.",
    ),
}
