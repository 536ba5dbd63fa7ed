"""Words of the queue, the item and one's own drafts."""

from __future__ import annotations

from review_gate.domain.message import Message

WORDS = {
    "item_proof": Message("Proof of human review:", "Preuve de relecture humaine :"),
    "item_proof_none": Message(
        "Nobody has decided yet: there is no proof of human review.",
        "Personne n'a encore décidé : il n'y a pas de preuve de relecture humaine.",
    ),
    "item_proof_pdf": Message("PDF", "PDF"),
    "item_proof_json": Message("JSON", "JSON"),
    "ev_erased": Message("erased texts and author's name", "a effacé les textes et le nom de l'auteur"),
    "queue_title": Message("Waiting for a person", "En attente d'une personne"),
    "queue_count": Message("{count} waiting", "{count} en attente"),
    "queue_count_of": Message("{count} of {all} waiting", "{count} sur {all} en attente"),
    "queue_order": Message("the earliest due first", "l'échéance la plus proche d'abord"),
    "queue_empty": Message("Nothing waits.", "Rien n'attend."),
    "queue_empty_lead": Message(
        "New drafts appear here by themselves. Hand one in to see how it looks.",
        "Les nouveaux brouillons apparaissent ici d'eux-mêmes. Déposez-en un pour voir.",
    ),
    "queue_none": Message("Nothing waits that fits these filters.", "Rien n'attend avec ces filtres."),
    "queue_none_lead": Message(
        "Take a filter away to see what else is there.", "Retirez un filtre pour voir le reste."
    ),
    "queue_changed": Message("The queue has changed: {count} waiting.", "La file a changé : {count} en attente."),
    "filters": Message("Filters", "Filtres"),
    "filter_channel": Message("Channel", "Canal"),
    "filter_market": Message("Market", "Marché"),
    "filter_severity": Message("Severity, at least", "Gravité, au moins"),
    "filter_due": Message("Due", "Échéance"),
    "filter_kind": Message("Kind", "Type"),
    "filter_with": Message("Claimed by", "Pris en charge par"),
    "with_me": Message("me", "moi"),
    "with_nobody": Message("nobody", "personne"),
    "bulk_title": Message("Decide about several", "Décider en lot"),
    "bulk_pick": Message("Tick", "Cocher"),
    "bulk_lead": Message(
        "Tick drafts in the list. Each is decided on its own; what the screening would hold is not approved this way.",
        "Cochez des brouillons dans la liste. Chacun est décidé à part ; ce que le contrôle retiendrait ne s'approuve"
        " pas ainsi.",
    ),
    "bulk_read": Message("I have read each of them (needed to approve)", "Je les ai tous lus (pour approuver)"),
    "bulk_none": Message(
        "Tick the drafts first. Nothing was decided.", "Cochez d'abord les brouillons. Rien n'a été décidé."
    ),
    "bulk_read_first": Message(
        "Say that you have read each of them. Nothing was decided.",
        "Confirmez que vous les avez tous lus. Rien n'a été décidé.",
    ),
    "bulk_done": Message("{done} of {all} decided.", "{done} décisions sur {all}."),
    "due_late": Message("overdue", "en retard"),
    "due_4h": Message("in 4 hours", "d'ici 4 heures"),
    "due_24h": Message("in 24 hours", "d'ici 24 heures"),
    "due_week": Message("in a week", "d'ici une semaine"),
    "due": Message("due", "à publier"),
    "late": Message("late: due", "en retard : à publier"),
    "waiting_since": Message("handed in", "déposé"),
    "by": Message("by", "par"),
    "claimed_by": Message("with {name}", "chez {name}"),
    "escalated": Message("escalated", "chez les responsables"),
    "approvals": Message("{count} of {needed} approvals", "{count} approbation(s) sur {needed}"),
    "still_needed": Message("Still needed: {whose}", "Il faut encore : {whose}"),
    "revision": Message("version {number}", "version {number}"),
    "bot": Message("bot {name}", "bot {name}"),
    "shortcuts": Message("Keyboard shortcuts", "Raccourcis clavier"),
    "shortcuts_on": Message("Use one-letter shortcuts", "Utiliser les raccourcis d'une lettre"),
    "key_next": Message("next item", "suivant"),
    "key_previous": Message("previous item", "précédent"),
    "key_open": Message("open it", "ouvrir"),
    "key_help": Message("this help", "cette aide"),
    "key_back": Message("back to the queue", "retour à la file"),
    "key_comment": Message("write a comment", "écrire un commentaire"),
    "item_text": Message("The text", "Le texte"),
    "item_what": Message("What the screening says", "Ce que dit le contrôle"),
    "item_clean": Message(
        "Nothing found. A person decides all the same.", "Rien trouvé. La décision revient quand même à une personne."
    ),
    "item_suggestion": Message("Suggestion:", "Suggestion :"),
    "quoted": Message("“{words}”", "« {words} »"),
    "item_sure": Message("score {score}", "score {score}"),
    "item_earlier": Message("See that rejection", "Voir ce refus"),
    "item_evidence": Message("Said before", "Déjà dit"),
    "item_customer": Message("The customer wrote", "Le client a écrit"),
    "item_whole_picture": Message("Download the original", "Télécharger l'original"),
    "item_not_looked": Message(
        "Not looked at yet: what the gate finds appears here within seconds.",
        "Pas encore examinée : ce que le contrôle y trouve apparaît ici en quelques secondes.",
    ),
    "item_never_looked": Message("The gate has not looked at it.", "Le contrôle ne l'a pas examinée."),
    "item_look_yourself": Message("Look at it yourself.", "Regardez-la vous-même."),
    "item_not_read": Message(
        "Nothing here reads text in pictures: read it yourself.",
        "Rien ne lit ici le texte des images : lisez-le vous-même.",
    ),
    "item_words": Message("In the picture stands:", "Dans l'image, on lit :"),
    "item_no_words": Message("No text was read in it.", "Aucun texte n'y a été lu."),
    "ev_looked": Message("looked at a picture", "a examiné une image"),
    "item_before": Message("Said before in this conversation", "Déjà dit dans cette conversation"),
    "way_out": Message("went out", "est partie"),
    "way_held": Message("was held", "a été retenue"),
    "item_media": Message("Pictures and films", "Images et films"),
    "item_no_alt": Message(
        "No description for people who cannot see it.", "Pas de description pour qui ne la voit pas."
    ),
    "item_versions": Message("Versions", "Versions"),
    "item_diff": Message("Changed from version {old} to {new}", "Changements de la version {old} à la {new}"),
    "item_no_diff": Message(
        "The text is the same; something else changed.", "Le texte est le même ; autre chose a changé."
    ),
    "item_gone": Message("removed:", "retiré :"),
    "item_new": Message("added:", "ajouté :"),
    "item_history": Message("History", "Historique"),
    "item_shadow": Message("Rules on trial also saw", "Des règles à l'essai ont aussi vu"),
    "item_facts": Message("Facts", "Éléments"),
    "item_screened": Message("Screened by", "Contrôlé par"),
    "item_packs": Message("{count} packs", "{count} packs de règles"),
    "item_hash": Message("Hash of the text", "Empreinte du texte"),
    "item_conversation": Message("Conversation", "Conversation"),
    "item_submitted_by": Message("handed in by {name}", "déposé par {name}"),
    "item_language": Message("Language", "Langue"),
    "decide": Message("Decide", "Décider"),
    "nothing_to_do": Message("Nothing left to do here.", "Plus rien à faire ici."),
    "over_approved": Message(
        "Exactly this text may go out. A new text would need a new approval.",
        "Ce texte, et lui seul, peut partir. Un nouveau texte demanderait une nouvelle approbation.",
    ),
    "over_changes_requested": Message(
        "Its author's turn: the new text comes back here.", "Au tour de son auteur : le nouveau texte reviendra ici."
    ),
    "over_rejected": Message(
        "It does not go out. Its author can start anew from this text.",
        "Il ne part pas. Son auteur peut repartir de ce texte.",
    ),
    "over_expired": Message(
        "Nobody decided before the planned time: it does not go out. Its author can start anew from this text, with a"
        " later time.",
        "Personne n'a décidé avant l'heure prévue : il ne part pas. Son auteur peut repartir de ce texte, à une heure"
        " à venir.",
    ),
    "over_withdrawn": Message(
        "It was withdrawn: it does not go out. Its author can start anew from this text.",
        "Il a été retiré : il ne part pas. Son auteur peut repartir de ce texte.",
    ),
    "own_draft": Message(
        "This is your own draft: somebody else decides about it.",
        "C'est votre brouillon : la décision revient à quelqu'un d'autre.",
    ),
    "comment": Message("Comment", "Commentaire"),
    "comment_hint": Message(
        "The author reads it. Needed to ask for changes or to reject.",
        "L'auteur le lira. Nécessaire pour demander des changements ou refuser.",
    ),
    "comment_needed": Message(
        "Say why, in a sentence, so that the author can do something about it.",
        "Dites pourquoi, en une phrase, pour que l'auteur puisse agir.",
    ),
    "reason_code": Message("Reason", "Motif"),
    "no_reason": Message("No reason chosen", "Aucun motif choisi"),
    "edit_title": Message("Edit and approve", "Modifier et approuver"),
    "edit_hint": Message(
        "Your text is screened again and becomes a new version; you approve exactly that.",
        "Votre texte est contrôlé de nouveau et devient une nouvelle version ; c'est elle que vous approuvez.",
    ),
    "edit_send": Message("Save and approve", "Enregistrer et approuver"),
    "edit_same": Message(
        "The text is the same as before: use Approve, or change something.",
        "Le texte est inchangé : utilisez Approuver, ou modifiez-le.",
    ),
    "edit_look_again": Message(
        "Your text is saved as a new version, and the screening found something graver in it. Look at it, then decide.",
        "Votre texte est une nouvelle version, mais le contrôle y voit plus grave. Regardez, puis décidez.",
    ),
    "revise": Message("Revise", "Réviser"),
    "withdraw": Message("Withdraw", "Retirer"),
    "withdraw_sure": Message("Really withdraw? This cannot be undone.", "Retirer vraiment ? C'est définitif."),
    "copy_new": Message("Start a new draft from this text", "Repartir de ce texte"),
    "stale_title": Message("Nothing was decided", "Rien n'a été décidé"),
    "changed_meanwhile": Message("This has changed meanwhile.", "Ceci a changé entre-temps."),
    "reload": Message("Show it as it is now", "Afficher l'état actuel"),
    "said_approve": Message("Approved.", "Approuvé."),
    "said_approved_once": Message(
        "Your approval counts; one more is needed.", "Votre approbation compte ; il en faut une autre."
    ),
    "said_request_changes": Message("Sent back for changes.", "Renvoyé pour modification."),
    "said_reject": Message("Rejected.", "Refusé."),
    "said_claim": Message(
        "It is yours for a while: others see that.", "C'est à vous pour un moment : les autres le voient."
    ),
    "said_hand_back": Message("Handed back.", "Rendu."),
    "said_escalate": Message("Escalated to the leads.", "Transmis aux responsables."),
    "said_withdraw": Message("Withdrawn.", "Retiré."),
    "said_comment": Message("Your note is kept.", "Votre note est enregistrée."),
    "ev_commented": Message("noted for reviewers", "a noté pour la relecture"),
    "note": Message("Internal note", "Note interne"),
    "note_hint": Message(
        "Reviewers read it here and in Slack; the author does not.",
        "Les relecteurs la lisent ici et dans Slack ; pas l'auteur.",
    ),
    "note_send": Message("Keep the note", "Enregistrer la note"),
    "note_empty": Message(
        "Write the note first: nothing was kept.", "Écrivez d'abord la note : rien n'a été enregistré."
    ),
    "said_edit": Message("Your version is saved and approved.", "Votre version est enregistrée et approuvée."),
    "said_submitted": Message(
        "Handed in. A person looks at it; you see the answer here.",
        "Déposé. Une personne le relit ; la réponse s'affichera ici.",
    ),
    "said_revised": Message("The new version is handed in.", "La nouvelle version est déposée."),
    "next_item": Message("Next in the queue: {words}", "Suivant dans la file : {words}"),
    "queue_done": Message("The queue is empty", "La file est vide"),
    "mine_title": Message("My drafts", "Mes brouillons"),
    "mine_lead": Message(
        "What you wrote or handed in, newest first.", "Ce que vous avez écrit ou déposé, du plus récent au plus ancien."
    ),
    "mine_empty": Message("You have not handed in a draft yet.", "Vous n'avez pas encore déposé de brouillon."),
    "mine_empty_lead": Message(
        "Write one: the screening helps while you type.", "Écrivez-en un : le contrôle aide pendant la frappe."
    ),
    "mine_write": Message("Write a draft", "Écrire un brouillon"),
    "mine_state": Message("State", "État"),
    "ev_held": Message("handed it in", "a déposé"),
    "ev_revised": Message("handed in a new version", "a déposé une nouvelle version"),
    "ev_approve": Message("approved", "a approuvé"),
    "ev_request_changes": Message("asked for changes", "a demandé des changements"),
    "ev_reject": Message("rejected", "a refusé"),
    "ev_claimed": Message("claimed it", "a pris en charge"),
    "ev_handed_back": Message("handed it back", "a rendu"),
    "ev_escalated": Message("escalated it", "a transmis aux responsables"),
    "ev_withdrawn": Message("withdrew it", "a retiré"),
    "ev_expired": Message("let it expire: nobody decided in time", "l'a laissé expirer : personne n'a décidé à temps"),
    "ev_recalled": Message("called it back: it waits again", "a rappelé : cela attend de nouveau"),
    "ev_released": Message("used its release token to publish it", "s'est servi du jeton pour le publier"),
    "ev_published": Message("put it out", "l'a publié"),
    "ev_not_published": Message("could not put it out", "n'a pas pu le publier"),
    "see_post": Message("See the post", "Voir la publication"),
    "the_gate": Message("The gate", "Le portail"),
}
