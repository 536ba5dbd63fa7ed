export const WORDS = {
  en: {
    sandbox: "sandbox", youAre: "You are", places: "Places", direct: "Messages to me", home: "App home",
    author: "author", reviewer: "reviewer", lead: "lead reviewer",
    about: "A local stand-in for Slack. The people are made up; every click is a real signed request to the gate.",
    write: "Message", send: "Send", placeholder: "Write a message, or /gate check and a text",
    empty: "No card yet. Hand in a draft, and it appears here.", emptyDirect: "Nobody has written to you.",
    emptyHome: "Nothing here yet.", onlyYou: "Only you can see this", optional: "(optional)", cancel: "Cancel", more: "More",
    reply: "Reply in thread", replies: "replies", app: "APP", edited: "(edited)", shortcut: "Send through the gate",
    trouble: "The service did not take this click (status {status}). Slack would show a warning sign: try again.",
    away: "The service does not answer. Trying again…",
  },
  fr: {
    sandbox: "bac à sable", youAre: "Vous êtes", places: "Lieux", direct: "Mes messages", home: "Accueil de l'app",
    author: "auteure", reviewer: "relecture", lead: "responsable",
    about: "Un Slack de remplacement, local. Les personnes sont inventées ; chaque clic est une vraie requête signée.",
    write: "Message", send: "Envoyer", placeholder: "Écrivez un message, ou /gate check et un texte",
    empty: "Pas encore de carte. Déposez un brouillon : il apparaît ici.", emptyDirect: "Personne ne vous a écrit.",
    emptyHome: "Rien ici pour l'instant.", onlyYou: "Visible par vous seulement", optional: "(facultatif)", cancel: "Annuler", more: "Plus",
    reply: "Répondre dans le fil", replies: "réponses", app: "APP", edited: "(modifié)", shortcut: "Passer par le portail",
    trouble: "Le service n'a pas pris ce clic (statut {status}). Slack montrerait un avertissement : réessayez.",
    away: "Le service ne répond pas. Nouvel essai…",
  },
};
