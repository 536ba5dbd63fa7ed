"""Words of incidents and of drafts of rule packs."""

from __future__ import annotations

from review_gate.domain.message import Message

WORDS = {
    "inc_title": Message("Incidents", "Incidents"),
    "inc_lead": Message(
        "What went out and should not have: what happened, why, and what is done about it.",
        "Ce qui est parti et n'aurait pas dû : ce qui s'est passé, pourquoi, et ce qu'on y fait.",
    ),
    "inc_empty": Message("No incident so far.", "Aucun incident jusqu'ici."),
    "inc_empty_lead": Message(
        "Open one from the page of something that was approved, or from the outcomes.",
        "Ouvrez-en un depuis la page d'un texte approuvé, ou depuis les bilans.",
    ),
    "inc_open": Message("open", "ouvert"),
    "inc_closed": Message("closed", "clos"),
    "inc_opened_by": Message("opened by {name}", "ouvert par {name}"),
    "inc_undone": Message("{count} to do", "{count} à faire"),
    "inc_late": Message("{count} late", "{count} en retard"),
    "inc_taught": Message("a rule learned it", "une règle l'a appris"),
    "inc_mark": Message("Mark as an incident", "Ouvrir un incident"),
    "inc_mark_lead": Message(
        "It went out and should not have? Its timeline puts itself together.",
        "C'est parti et n'aurait pas dû ? La chronologie se fait toute seule.",
    ),
    "inc_about": Message("About this text", "À propos de ce texte"),
    "inc_see": Message("See the incident", "Voir l'incident"),
    "inc_text": Message("What went out", "Ce qui est parti"),
    "inc_item": Message("the draft, with everything about it", "le brouillon, avec tout ce qu'on en sait"),
    "inc_timeline": Message("Timeline", "Chronologie"),
    "inc_went_out": Message("It went out", "C'est parti"),
    "inc_went_out_alone": Message("It went out by itself", "C'est parti tout seul"),
    "inc_then": Message("What the screening saw before", "Ce que le contrôle a vu avant"),
    "inc_then_none": Message("Nothing: no rule and no score spoke.", "Rien : aucune règle, aucun score."),
    "inc_then_unknown": Message(
        "Of a reply that went out by itself the verdict is not kept.",
        "Le verdict d'une réponse partie toute seule n'est pas conservé.",
    ),
    "inc_now": Message("What it would see today", "Ce qu'il verrait aujourd'hui"),
    "inc_now_none": Message("Still nothing.", "Toujours rien."),
    "inc_causes": Message("Causes", "Causes"),
    "inc_causes_hint": Message(
        "Ask why until the answer is something that can be changed. No names: what made the mistake easy?",
        "Demandez pourquoi jusqu'à ce que la réponse soit modifiable. Sans noms : qu'est-ce qui a facilité l'erreur ?",
    ),
    "inc_name": Message("Title", "Titre"),
    "inc_tasks": Message("Actions", "Actions"),
    "inc_tasks_none": Message("None yet: add the first one.", "Aucune : ajoutez la première."),
    "inc_task": Message("What is to be done", "Ce qui est à faire"),
    "inc_task_owner": Message("Who does it", "Qui s'en charge"),
    "inc_task_due": Message("By", "Pour le"),
    "inc_task_add": Message("Add", "Ajouter"),
    "inc_task_done": Message("Done", "Fait"),
    "inc_task_undone": Message("Not done after all", "Finalement pas fait"),
    "inc_task_by": Message("done by {name}", "fait par {name}"),
    "inc_teach": Message("Teach a rule", "Apprendre à une règle"),
    "inc_teach_lead": Message(
        "The text becomes an example that the rule must hit. It is written only if the whole pack then still holds.",
        "Le texte devient un exemple que la règle doit signaler. Rien n'est écrit si le pack n'y résiste pas.",
    ),
    "inc_rule": Message("Rule", "Règle"),
    "inc_rules_now": Message("see it today", "le voient aujourd'hui"),
    "inc_harmless": Message(
        "A harmless text with the same words, that must pass", "Un texte anodin avec les mêmes mots, qui doit passer"
    ),
    "inc_harmless_hint": Message(
        "Needed when the rule has as many texts that must hit as texts that must pass.",
        "Nécessaire quand la règle a autant de textes à signaler que de textes à laisser passer.",
    ),
    "inc_teach_send": Message("Add to the pack", "Ajouter au pack"),
    "inc_no_rule": Message("Choose a rule whose pack is in a file.", "Choisissez une règle dont le pack a un fichier."),
    "inc_not_yet": Message(
        "Nothing was written: with this example the pack would not hold. Often the rule does not see the text yet.",
        "Rien n'a été écrit : avec cet exemple le pack ne tiendrait pas. Souvent la règle ne voit pas encore le texte.",
    ),
    "inc_widen": Message("Widen the rule in a draft of its pack", "Élargir la règle dans un projet de pack"),
    "inc_by_hand": Message("The line to add under should_hit:", "La ligne à ajouter sous should_hit :"),
    "inc_taught_line": Message(
        "{rule}, version {version} of its pack, by {name}", "{rule}, version {version} de son pack, par {name}"
    ),
    "inc_save": Message("Save", "Enregistrer"),
    "inc_close": Message("Close the incident", "Clore l'incident"),
    "inc_close_hint": Message(
        "Once the causes are written down and every action is done.",
        "Quand les causes sont écrites et toutes les actions faites.",
    ),
    "inc_reopen": Message("Open it again", "Rouvrir"),
    "inc_said_opened": Message("This is the incident: say why it happened.", "Voici l'incident : dites pourquoi."),
    "inc_said_described": Message("Saved.", "Enregistré."),
    "inc_said_task": Message("The action is on the list.", "L'action est dans la liste."),
    "inc_said_done": Message("Noted.", "Noté."),
    "inc_said_closed": Message("The incident is closed.", "L'incident est clos."),
    "inc_said_reopened": Message("The incident is open again.", "L'incident est rouvert."),
    "inc_said_taught": Message(
        "The rule has learned it: the pack counts within seconds.",
        "La règle l'a appris : le pack compte en quelques secondes.",
    ),
    "ev_incident": Message("opened an incident", "a ouvert un incident"),
    "ev_incident_described": Message("wrote down causes", "a écrit les causes"),
    "ev_task_added": Message("added an action", "a ajouté une action"),
    "ev_task_done": Message("did an action", "a fait une action"),
    "ev_task_undone": Message("took an action up again", "a repris une action"),
    "ev_taught": Message("made it an example of a rule", "en a fait l'exemple d'une règle"),
    "ev_incident_closed": Message("closed the incident", "a clos l'incident"),
    "ev_incident_reopened": Message("opened the incident again", "a rouvert l'incident"),
    "draft_title": Message("Try a draft of a pack", "Essayer un projet de pack"),
    "draft_lead": Message(
        "Paste or change a pack: its mistakes are shown with their places, and what it would have changed in the last"
        " {days} days, against what reviewers decided.",
        "Collez ou modifiez un pack : ses erreurs s'affichent à leur place, et ce qu'il aurait changé ces {days}"
        " derniers jours, face aux décisions de la relecture.",
    ),
    "draft_start": Message("Start from", "Partir de"),
    "draft_load": Message("Load", "Charger"),
    "draft_text": Message("The pack", "Le pack"),
    "draft_try": Message("Check and replay", "Vérifier et rejouer"),
    "draft_save": Message("Put in force", "Mettre en vigueur"),
    "draft_empty": Message("Paste a pack first.", "Collez d'abord un pack."),
    "draft_errors": Message(
        "Mistakes: {count}. This pack cannot be used yet. Nothing was changed.",
        "Erreurs : {count}. Ce pack n'est pas encore utilisable. Rien n'a changé.",
    ),
    "draft_errors_more": Message("and {count} more", "et {count} de plus"),
    "draft_same_version": Message(
        "Give the pack a higher version number: verdicts name the version that made them. Nothing was written.",
        "Augmentez le numéro de version : les verdicts citent la version qui les a faits. Rien n'a été écrit.",
    ),
    "draft_good": Message(
        "All examples hold. {drafts} drafts of the last {days} days replayed.",
        "Tous les exemples tiennent. {drafts} brouillons des {days} derniers jours rejoués.",
    ),
    "draft_cut": Message(
        "There were more: the newest {most} count.", "Il y en avait plus : les {most} derniers comptent."
    ),
    "draft_held": Message("Would be held now", "Seraient retenus"),
    "draft_let_through": Message("Would go through now", "Passeraient"),
    "draft_of_those": Message(
        "reviewers refused {refused}, approved {approved}; {undecided} undecided",
        "refusés par la relecture : {refused}, approuvés : {approved} ; en attente : {undecided}",
    ),
    "draft_same": Message("Nothing would have been different.", "Rien n'aurait été différent."),
    "draft_changes": Message("What would be different", "Ce qui changerait"),
    "draft_rules": Message("The rules of the draft", "Les règles du projet"),
    "draft_hits": Message("hits", "signalements"),
    "draft_refused": Message("refused", "refusés"),
    "draft_approved": Message("approved", "approuvés"),
    "draft_precision": Message("precision", "précision"),
    "draft_now": Message("now", "désormais"),
    "draft_before": Message("before", "avant"),
    "draft_more": Message("and {count} more", "et {count} de plus"),
    "people_refused": Message("people refused it", "refusé par une personne"),
    "people_approved": Message("people approved it", "approuvé par une personne"),
    "people_undecided": Message("nobody has decided", "personne n'a décidé"),
    "said_written": Message(
        "The pack is written: it counts within seconds.", "Le pack est écrit : il compte en quelques secondes."
    ),
    "ev_rules_written": Message("put a rule pack in force", "a mis un pack en vigueur"),
}
