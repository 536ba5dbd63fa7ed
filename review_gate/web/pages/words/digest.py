"""Words of the daily look at what bots said, and of the limit that it suggests."""

from __future__ import annotations

from review_gate.domain.message import Message

WORDS = {
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
}
