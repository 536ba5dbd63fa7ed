"""Words of the frame, of signing in and of errors."""

from __future__ import annotations

from review_gate.domain.message import Message

WORDS = {
    "brand": Message("Review Gate", "Review Gate"),
    "skip": Message("Skip to the content", "Aller au contenu"),
    "nav": Message("Main", "Principale"),
    "nav_queue": Message("Queue", "À relire"),
    "nav_compose": Message("Write", "Écrire"),
    "nav_mine": Message("My drafts", "Mes brouillons"),
    "nav_calendar": Message("Calendar", "Calendrier"),
    "nav_figures": Message("Figures", "Chiffres"),
    "nav_outcomes": Message("Outcomes", "Bilans"),
    "nav_incidents": Message("Incidents", "Incidents"),
    "nav_rules": Message("Rules", "Règles"),
    "nav_audit": Message("Audit log", "Journal"),
    "language": Message("Language", "Langue"),
    "account": Message("Your account", "Votre compte"),
    "sign_out": Message("Sign out", "Se déconnecter"),
    "sign_in": Message("Sign in", "Se connecter"),
    "sign_in_lead": Message(
        "Nothing goes out under the brand's name until it has passed the gate.",
        "Rien ne part au nom de la marque sans être passé par le portail.",
    ),
    "sign_in_company": Message("Sign in with the company's account", "Se connecter avec le compte de l'entreprise"),
    "sign_in_or": Message("or with an account of the gate", "ou avec un compte du portail"),
    "email": Message("E-mail", "E-mail"),
    "password": Message("Password", "Mot de passe"),
    "no_account": Message(
        "No account yet? An administrator makes one with", "Pas encore de compte ? L'administration en crée un avec"
    ),
    "choose_password": Message("Choose a password", "Choisissez un mot de passe"),
    "must_change": Message(
        "The password you were given works once. Choose your own to go on.",
        "Le mot de passe reçu ne sert qu'une fois. Choisissez le vôtre pour continuer.",
    ),
    "old_password": Message("Present password", "Mot de passe actuel"),
    "given_password": Message("The password you were given", "Mot de passe reçu"),
    "new_password": Message("New password", "Nouveau mot de passe"),
    "password_hint": Message(
        "12 characters or more; a few words in a row are easy to remember.",
        "12 caractères ou plus ; quelques mots à la suite se retiennent bien.",
    ),
    "save": Message("Save", "Enregistrer"),
    "role_author": Message("author", "rédaction"),
    "role_reviewer": Message("reviewer", "relecture"),
    "role_lead": Message("lead", "responsable"),
    "role_rule_owner": Message("rule owner", "gestion des règles"),
    "role_admin": Message("administrator", "administration"),
    "said_password": Message("Your new password counts from now on.", "Votre nouveau mot de passe est enregistré."),
    "said_out": Message("You are signed out.", "Vous êtes déconnecté(e)."),
    "error_title": Message("That did not work", "Cela n'a pas marché"),
    "error_404": Message("There is nothing at this address.", "Il n'y a rien à cette adresse."),
    "error_too_large": Message(
        "That is more than 1 MiB: nothing was taken. Send it in smaller pieces.",
        "Cela dépasse 1 Mio : rien n'a été pris. Envoyez-le en plus petits morceaux.",
    ),
    "error_nul": Message(
        "A field holds a NUL character (U+0000). Nothing was done: take it out and repeat it.",
        "Un champ contient un caractère NUL (U+0000). Rien n'a été fait : retirez-le et recommencez.",
    ),
    "error_csrf": Message(
        "This form was too old or did not come from here. Nothing was done: load the page again and repeat it.",
        "Ce formulaire était trop ancien ou ne venait pas d'ici. Rien n'a été fait : rechargez la page et recommencez.",
    ),
    "error_role": Message(
        "Your roles do not open this page. An administrator can give you the one it needs.",
        "Vos rôles n'ouvrent pas cette page. L'administration peut vous donner celui qu'il faut.",
    ),
    "error_signed_out": Message("Sign in again to go on.", "Reconnectez-vous pour continuer."),
    "error_method": Message("This page cannot be asked that way.", "Cette page ne se demande pas ainsi."),
    "back_home": Message("Go to the start", "Aller à l'accueil"),
    "nothing_chosen": Message("All", "Tous"),
    "any": Message("Any", "Peu importe"),
    "apply": Message("Filter", "Filtrer"),
    "clear": Message("Clear the filters", "Effacer les filtres"),
    "more": Message("Next page", "Page suivante"),
    "offline": Message("The gate does not answer. Trying again…", "Le portail ne répond pas. Nouvel essai…"),
    "pair": Message("{what}: {value}", "{what} : {value}"),
    "optional": Message("optional", "facultatif"),
    "close": Message("Close", "Fermer"),
}
