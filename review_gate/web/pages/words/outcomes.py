"""Words of what happened after publishing."""

from __future__ import annotations

from review_gate.domain.message import Message

WORDS = {
    "out_title": Message("What happened afterwards", "Et après publication ?"),
    "out_lead": Message(
        "What went out from {since} to {until} and was reported about. Days and hours in UTC.",
        "Ce qui est parti du {since} au {until} et dont on a eu des nouvelles. Jours et heures en UTC.",
    ),
    "out_cut": Message(
        "More than {most} outcomes: these figures cover the latest {most}.",
        "Plus de {most} bilans : ces chiffres portent sur les {most} derniers.",
    ),
    "out_reported": Message("Reports", "Bilans"),
    "out_bad": Message("went badly", "mal passés"),
    "out_fine": Message("went well", "bien passés"),
    "out_bad_tile": Message("Went badly", "Mal passés"),
    "out_complaints": Message("Complaints", "Plaintes"),
    "out_deleted": Message("taken down again", "retiré après coup"),
    "out_deleted_count": Message("taken down again: {count}", "retirés après coup : {count}"),
    "out_csat": Message("Satisfaction (1 to 5)", "Satisfaction (1 à 5)"),
    "out_others": Message("effort {effort} of 7 · recommend {nps} of 10", "effort {effort} sur 7 · NPS {nps} sur 10"),
    "out_bad_means": Message(
        "Badly: a complaint, a deletion, satisfaction of 2 or less, effort of 6 or more, recommendation of 6 or less.",
        "Mal passé : plainte, retrait, satisfaction de 2 ou moins, effort de 6 ou plus, recommandation de 6 ou moins.",
    ),
    "out_hours": Message("By hour of the day", "Selon l'heure"),
    "out_hour": Message("Hour", "Heure"),
    "out_categories": Message("By reason", "Selon le motif"),
    "out_rules": Message("By rule or score", "Selon la règle ou le score"),
    "out_bots": Message("By bot", "Selon le bot"),
    "out_templates": Message("By template", "Selon le modèle"),
    "out_ways": Message("How it got out", "Comment c'est parti"),
    "out_name": Message("What", "Quoi"),
    "out_share": Message("share", "part"),
    "out_nothing": Message("Nothing reported.", "Rien de signalé."),
    "out_missed": Message("Let through, and should not have been", "Parti, et n'aurait pas dû"),
    "out_missed_lead": Message(
        "Newest first. What the screening did not see belongs into a rule: mark it as an incident, and its text becomes"
        " an example.",
        "Du plus récent au plus ancien. Ce que le contrôle n'a pas vu mérite une règle : ouvrez un incident, et son"
        " texte devient un exemple.",
    ),
    "out_missed_none": Message("Nothing that went out went badly.", "Rien de ce qui est parti ne s'est mal passé."),
    "out_missed_more": Message("and {count} more: take the CSV", "et {count} de plus : prenez le CSV"),
    "way_alone": Message("went out by itself", "parti tout seul"),
    "way_unseen": Message("approved, nothing was found", "approuvé, rien n'avait été vu"),
    "way_overruled": Message("approved despite a find", "approuvé malgré un signalement"),
    "out_forgotten": Message("(words no longer known)", "(texte non conservé)"),
    "out_empty": Message("Nothing was reported for these days.", "Rien n'a été signalé pour ces jours-là."),
    "out_empty_lead": Message(
        "Import a sheet below, let your tools POST outcomes, or choose other days.",
        "Importez un tableau ci-dessous, laissez vos outils envoyer les bilans, ou choisissez d'autres jours.",
    ),
    "out_import": Message("Import a sheet", "Importer un tableau"),
    "out_import_lead": Message(
        "CSV in UTF-8, first line: submission or reply (the id), and any of bot, published_at, complaints, deleted,"
        " csat, effort, nps, note. Importing it again changes nothing.",
        "CSV en UTF-8, première ligne : submission ou reply (l'identifiant), puis au choix bot, published_at,"
        " complaints, deleted, csat, effort, nps, note. Le réimporter ne change rien.",
    ),
    "out_file": Message("CSV file", "Fichier CSV"),
    "out_import_send": Message("Import", "Importer"),
    "out_no_file": Message("Choose a CSV file first.", "Choisissez d'abord un fichier CSV."),
    "out_bad_sheet": Message(
        "Nothing was taken. Put these lines right and import again:",
        "Rien n'a été pris. Corrigez ces lignes et importez de nouveau :",
    ),
    "out_taken": Message(
        "{new} taken, {known} known already, {refused} refused.", "{new} pris, {known} déjà connus, {refused} refusés."
    ),
    "out_refused_line": Message("line {line}: {why}", "ligne {line} : {why}"),
    "out_item": Message("What happened afterwards", "Et après publication ?"),
    "out_item_none": Message("Nothing reported yet.", "Aucune nouvelle pour l'instant."),
    "out_item_report": Message("Report", "Signaler"),
    "out_item_complaints": Message("Complaints", "Plaintes"),
    "out_item_deleted": Message("It was taken down", "Il a été retiré"),
    "out_item_csat": Message("Satisfaction, 1 to 5", "Satisfaction, de 1 à 5"),
    "out_item_effort": Message("Effort for the customer, 1 to 7", "Effort pour le client, de 1 à 7"),
    "out_item_nps": Message("Would recommend, 0 to 10", "Recommanderait, de 0 à 10"),
    "out_item_note": Message("In words", "En quelques mots"),
    "out_item_wrong": Message(
        "Report at least one thing, numbers within their range. Nothing was written.",
        "Signalez au moins une chose, avec des nombres dans leur intervalle. Rien n'a été enregistré.",
    ),
    "said_outcome": Message("Noted: it counts in the outcomes.", "Noté : cela compte dans les bilans."),
    "ev_outcome": Message("reported what happened", "a signalé la suite"),
    "yes": Message("yes", "oui"),
    "no": Message("no", "non"),
}
