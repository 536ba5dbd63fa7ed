// Times in the reader's own zone and language; menus that close by themselves. Every page works without it.

// The page's language in the reader's own variety (en-GB, fr-CA): it decides how a date is written.
const page = document.documentElement.lang;
const language = navigator.languages.find((one) => one.startsWith(page)) ?? page;
const near = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const far = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const whole = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
// French writes the first of a month 1er: Intl knows the rule for no language.
const ordinal = (part) => (part.type === "day" && part.value === "1" ? "1er" : part.value);
const told = (format, date) => language.startsWith("fr") ? format.formatToParts(date).map(ordinal).join("") : format.format(date);
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];

function ago(date) {
  const seconds = (date - Date.now()) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, "minute");
}

export function localise(root = document) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    const date = new Date(time.dateTime);
    const month = Math.abs(date - Date.now()) < 30 * 86400 * 1000;
    const exact = told(month ? near : far, date);
    time.textContent = time.dataset.local === "ago" && month ? ago(date) : exact;
    time.title = told(far, date);
  }
  for (const time of root.querySelectorAll("time[data-day]")) {
    time.textContent = told(whole, new Date(`${time.dateTime}T12:00:00Z`));
  }
}

// On a phone the menu is wider than the screen: where one is must be in sight.
const here = document.querySelector(".nav [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;

export const csrf = () => document.querySelector("meta[name=csrf]").content;

// Asks the gate for something small; null when it cannot be reached, which the page says once.
export async function ask(address, options = {}) {
  const offline = document.getElementById("offline");
  try {
    const answer = await fetch(address, { ...options, headers: { "X-Requested-With": "fetch", ...options.headers } });
    if (answer.status === 401) {
      location.reload(); // the session ended: the sign-in page leads back here
      return null;
    }
    offline.hidden = answer.status < 500;
    return answer;
  } catch (error) {
    if (error.name !== "AbortError") offline.hidden = false;
    return null;
  }
}

// One-letter shortcuts only where nobody types, and only while they are switched on (WCAG 2.1.4).
export const shortcutsOn = () => localStorage.getItem("rg:shortcuts") !== "off";

export function onKey(handlers) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const handler = handlers[event.key];
    if (handler) {
      event.preventDefault();
      handler(event);
    }
  });
}

const help = document.getElementById("shortcuts");
if (help) {
  const toggle = help.querySelector("input");
  toggle.checked = shortcutsOn();
  toggle.addEventListener("change", () => localStorage.setItem("rg:shortcuts", toggle.checked ? "on" : "off"));
  document.querySelector("[data-shortcuts]")?.addEventListener("click", () => help.showModal());
  onKey({ "?": () => help.showModal() });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

localise();
