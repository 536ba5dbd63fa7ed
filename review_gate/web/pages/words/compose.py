"""Words of the writing page."""

from __future__ import annotations

from review_gate.domain.message import Message

WORDS = {
    "compose_title": Message("Write a draft", "Écrire un brouillon"),
    "compose_revise": Message("Revise your draft", "Réviser votre brouillon"),
    "compose_lead": Message(
        "What the screening sees is underlined while you type. Nothing is handed in until you say so.",
        "Ce que voit le contrôle est souligné pendant la frappe. Rien n'est déposé sans votre accord.",
    ),
    "compose_text": Message("Text", "Texte"),
    "compose_placeholder": Message("What shall go out?", "Que voulez-vous publier ?"),
    "compose_kind": Message("Kind", "Type"),
    "compose_channel": Message("Channel", "Canal"),
    "compose_market": Message("Market", "Marché"),
    "compose_lang": Message("Language", "Langue"),
    "compose_lang_auto": Message("detect it", "à détecter"),
    "compose_planned_at": Message("Goes out on", "Publication le"),
    "compose_zone": Message("your time zone: {zone}", "votre fuseau : {zone}"),
    "compose_in_reply_to": Message("The customer's message", "Le message du client"),
    "compose_media": Message("Pictures and films", "Images et films"),
    "compose_media_url": Message("Address (https://…)", "Adresse (https://…)"),
    "compose_media_alt": Message(
        "What it shows, for people who cannot see it", "Ce qu'on y voit, pour qui ne la voit pas"
    ),
    "compose_media_choose": Message("Upload a picture", "Déposer une image"),
    "compose_media_drop": Message(
        "Upload JPEG, PNG, GIF or WebP files of up to {mebibytes} MiB, or drop them here; or name an address.",
        "Déposez des fichiers JPEG, PNG, GIF ou WebP de {mebibytes} Mio au plus, ou glissez-les ici ; ou indiquez une "
        "adresse.",
    ),
    "upload_sending": Message("Uploading…", "Envoi en cours…"),
    "upload_done": Message("Uploaded. Now say what it shows.", "Image déposée. Dites maintenant ce qu'elle montre."),
    "upload_failed": Message(
        "The picture did not arrive: choose it once more.", "L'image n'est pas arrivée : choisissez-la à nouveau."
    ),
    "upload_known": Message(
        "Uploaded, but it looks like a picture that was rejected on {day}: it will be held for that.",
        "Image déposée, mais elle ressemble à une image refusée le {day} : elle sera retenue pour cela.",
    ),
    "compose_media_add": Message("Add a picture or film", "Ajouter une image ou un film"),
    "compose_media_remove": Message("Remove", "Retirer"),
    "compose_more": Message("When, and with what", "Quand, et avec quoi"),
    "compose_not_chosen": Message("not chosen", "non choisi"),
    "compose_send": Message("Hand in for review", "Déposer pour relecture"),
    "compose_send_revision": Message("Hand in the new version", "Déposer la nouvelle version"),
    "compose_left": Message("{count} left", "encore {count}"),
    "compose_over": Message("{count} too many for {channel}", "{count} de trop pour {channel}"),
    "compose_count": Message("{count} characters", "{count} caractères"),
    "compose_day": Message("On that day", "Ce jour-là"),
    "compose_day_none": Message(
        "Nothing else is planned, and no rule knows the day.",
        "Rien d'autre de prévu, et aucune règle ne connaît ce jour.",
    ),
    "compose_kept": Message("Kept in this browser", "Gardé dans ce navigateur"),
    "compose_unsent": Message("Unsent drafts in this browser", "Brouillons non déposés dans ce navigateur"),
    "compose_open": Message("Go on", "Reprendre"),
    "compose_discard": Message("Discard", "Jeter"),
    "compose_says": Message("The screening", "Le contrôle"),
    "compose_idle": Message(
        "Start writing: what it finds appears here.", "Commencez à écrire : ce qu'il trouve s'affiche ici."
    ),
    "compose_checking": Message("Looking…", "Lecture…"),
    "compose_clean": Message(
        "Nothing found. A person looks at it all the same.", "Rien trouvé. Une personne le relit quand même."
    ),
    "compose_found": Message("Found: {count}", "Trouvé : {count}"),
    "compose_lang_seen": Message("language: {lang}", "langue : {lang}"),
    "compose_show": Message("Show in the text", "Montrer dans le texte"),
    "compose_replace": Message("Replace by “{word}”", "Remplacer par « {word} »"),
    "compose_suggestion": Message("Suggestion", "Suggestion"),
    "compose_failed": Message(
        "The screening did not answer. You can hand in the draft: it is screened then.",
        "Le contrôle n'a pas répondu. Vous pouvez déposer le brouillon : il sera contrôlé alors.",
    ),
    "compose_preview": Message("How it will look", "À quoi cela ressemblera"),
    "compose_preview_note": Message(
        "A likeness, not the network itself. Only pictures uploaded here are shown.",
        "Une imitation, pas le réseau lui-même. Seules les images déposées ici sont montrées.",
    ),
    "compose_brand": Message("Your brand", "Votre marque"),
    "compose_handle": Message("@yourbrand", "@votremarque"),
    "compose_now": Message("now", "maintenant"),
    "compose_fold": Message("… more", "… plus"),
    "compose_customer": Message("Customer", "Client"),
    "compose_chat": Message("Chat", "Chat"),
    "compose_problems": Message("This has to be put right first:", "À corriger d'abord :"),
    "compose_copied": Message(
        "This draft is open in another tab: this one goes on with a copy.",
        "Ce brouillon est ouvert dans un autre onglet : celui-ci continue avec une copie.",
    ),
}
