"""Words about bots: what may repeat, the switches, the daily look, the approved templates."""

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
    "dig_title": Message(
        "The day until {day}",
        "La journée jusqu'au {day}",
    ),
    "dig_now": Message(
        "The day so far",
        "La journée jusqu'ici",
    ),
    "dig_so_far": Message(
        "So far",
        "Jusqu'ici",
    ),
    "dig_sent": Message(
        "Went out unseen",
        "Parties sans relecture",
    ),
    "dig_sent_hint": Message(
        "bots' replies",
        "réponses de bots",
    ),
    "dig_held": Message(
        "held",
        "retenues",
    ),
    "dig_held_tile": Message("Held for a person", "Retenues pour relecture"),
    "dig_late": Message(
        "decided late or never: {count}",
        "décidés tard ou jamais : {count}",
    ),
    "dig_precision": Message(
        "Held rightly",
        "Retenues à raison",
    ),
    "dig_recall": Message(
        "Caught of what should be held",
        "Repérées parmi celles à retenir",
    ),
    "dig_interval": Message(
        "between {low} and {high} %, from {of} looks",
        "entre {low} et {high} %, d'après {of} relectures",
    ),
    "dig_unknown": Message(
        "nothing to go by yet",
        "pas encore de quoi en juger",
    ),
    "dig_month": Message(
        "Daily looks: {days}. Sampled replies marked: {marked} of {looked}; of these should have been held: "
        "{missed}. The bounds hold nine times out of ten.",
        "Points du jour : {days}. Réponses marquées : {marked} sur {looked} ; parmi elles, à retenir : {missed}. "
        "Les bornes valent neuf fois sur dix.",
    ),
    "dig_by_bot": Message(
        "By bot",
        "Par bot",
    ),
    "dig_bot": Message(
        "Bot",
        "Bot",
    ),
    "dig_out": Message(
        "went out",
        "parties",
    ),
    "dig_quiet": Message(
        "No bot said anything.",
        "Aucun bot n'a rien dit.",
    ),
    "dig_why": Message(
        "What was held, and why",
        "Ce qui a été retenu, et pourquoi",
    ),
    "dig_nothing_held": Message(
        "Nothing was held.",
        "Rien n'a été retenu.",
    ),
    "dig_sample": Message(
        "Replies nobody saw",
        "Réponses que personne n'a vues",
    ),
    "dig_sample_lead": Message(
        "From every bot and range of scores. Say of each whether it was fine: that is how you learn what "
        "slips through.",
        "De chaque bot et de chaque niveau de score. Dites pour chacune si c'était correct : c'est ainsi "
        "que l'on apprend ce qui passe à tort.",
    ),
    "dig_sample_live": Message(
        "A foretaste: the sample to mark is drawn when the day is over.",
        "Un avant-goût : l'échantillon à marquer est tiré en fin de journée.",
    ),
    "dig_no_sample": Message(
        "No automatic reply went out.",
        "Aucune réponse automatique n'est partie.",
    ),
    "dig_fine": Message(
        "Fine",
        "Correct",
    ),
    "dig_should": Message(
        "Should have been held",
        "À retenir",
    ),
    "dig_by": Message(
        "marked by {name}",
        "marqué par {name}",
    ),
    "limit_title": Message(
        "Another limit, tried first",
        "Un autre seuil, d'abord à l'essai",
    ),
    "limit_suggested": Message(
        "By the marks, holding from a toxicity score of {limit} would have caught four fifths of what slipped through.",
        "D'après les marques, retenir dès un score de toxicité de {limit} aurait attrapé quatre "
        "cinquièmes de ce qui est passé à tort.",
    ),
    "limit_none": Message(
        "The marks suggest no other limit so far. You may try one all the same.",
        "Les marques ne suggèrent pas d'autre seuil. Vous pouvez tout de même en essayer un.",
    ),
    "limit_from": Message(
        "Hold from a score of",
        "Retenir dès un score de",
    ),
    "limit_try": Message(
        "Try it on 30 days",
        "Essayer sur 30 jours",
    ),
    "limit_bad": Message(
        "Write a score from 0.01 to 1, such as 0.4.",
        "Écrivez un score de 0,01 à 1, comme 0,4.",
    ),
    "limit_lead": Message(
        "What it would have held over {days} daily looks, besides what was held. Nothing changes by trying.",
        "Ce qu'il aurait retenu sur {days} points du jour, en plus du reste. Essayer ne change rien.",
    ),
    "limit_empty": Message(
        "No days to try it on yet.",
        "Pas encore de journée pour l'essayer.",
    ),
    "limit_empty_lead": Message(
        "Each daily look keeps the scores of what went out.",
        "Chaque point du jour garde les scores de ce qui est parti.",
    ),
    "limit_held": Message(
        "Held besides",
        "Retenues en plus",
    ),
    "limit_of": Message(
        "of {sent} that went out: {share} %",
        "sur {sent} parties : {share} %",
    ),
    "limit_a_day": Message(
        "More looks a day",
        "Relectures en plus par jour",
    ),
    "limit_caught": Message(
        "Caught",
        "Attrapées",
    ),
    "limit_caught_hint": Message(
        "of those marked “should have been held”",
        "de celles marquées « à retenir »",
    ),
    "limit_disturbed": Message(
        "Held for nothing",
        "Retenues pour rien",
    ),
    "limit_disturbed_hint": Message(
        "of those marked “fine”",
        "de celles marquées « correct »",
    ),
    "limit_days": Message(
        "By day",
        "Par jour",
    ),
    "limit_bots": Message(
        "By bot",
        "Par bot",
    ),
    "limit_nobody": Message(
        "No reply of any bot.",
        "Aucune réponse d'aucun bot.",
    ),
    "limit_examples": Message(
        "For instance, from the samples",
        "Par exemple, dans les échantillons",
    ),
    "limit_no_examples": Message(
        "No sampled reply scored that high.",
        "Aucune réponse de l'échantillon n'a un tel score.",
    ),
    "limit_take": Message(
        "To take it",
        "Pour l'adopter",
    ),
    "limit_take_lead": Message(
        "A lead puts these lines into the policy file and raises its version; the service reads it when it starts.",
        "Un responsable met ces lignes dans le fichier de politique et augmente sa version ; le service "
        "le lit au démarrage.",
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
