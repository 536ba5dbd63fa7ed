import { blocks, el, mrkdwn, timeText } from "./render.js";
import { WORDS } from "./words.js";

const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const remembered = (key, otherwise) => { try { return localStorage.getItem(key) || otherwise; } catch { return otherwise; } };
const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };

const names = Object.fromEntries(all("[data-person]").map((button) => [button.dataset.person, button.dataset.name]));
const asked = new URLSearchParams(location.search);
const now = {
  person: names[asked.get("person")] ? asked.get("person") : remembered("person", all("[data-person]")[1].dataset.person),
  place: "channel",
  language: asked.get("lang") || remembered("language", navigator.language.startsWith("fr") ? "fr" : "en"),
  version: -1,
  modal: null,
};
if (!names[now.person]) now.person = all("[data-person]")[1].dataset.person;

const say = (word, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), WORDS[now.language][word] || word);

function showFrame() {
  document.documentElement.lang = now.language;
  for (const node of all("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of all("[data-language]")) node.setAttribute("aria-pressed", String(node.dataset.language === now.language));
  for (const node of all("[data-person]")) node.setAttribute("aria-checked", String(node.dataset.person === now.person));
  for (const node of all("[data-place]")) node.setAttribute("aria-current", String(node.dataset.place === now.place));
  find("#words").placeholder = say("placeholder");
  find("#composer").hidden = now.place === "home";
}

async function getJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function trouble(text) {
  const node = find("#trouble");
  node.hidden = !text;
  node.textContent = text || "";
}

async function refresh(force = false) {
  const wanted = `${now.person} ${now.place}`;
  const version = force ? -1 : now.version;
  const place = now.place === "direct" ? "direct" : "channel";
  const state = await getJson(`/sandbox/state?person=${now.person}&place=${place}&version=${version}`);
  if (wanted !== `${now.person} ${now.place}` || !("messages" in state)) return;
  now.version = state.version;
  for (const node of all("[data-weather]")) node.setAttribute("aria-pressed", String(node.dataset.weather === state.weather));
  showStream(state);
  showModal(state.modal);
}

async function act(wish, button) {
  if (button) { button.disabled = true; button.classList.add("busy"); }
  trouble("");
  try {
    const body = JSON.stringify({ person: now.person, place: now.place, ...wish });
    const sent = await fetch("/sandbox/act", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (!sent.ok) throw new Error(String(sent.status));
    const { answer } = await sent.json();
    for (let waited = 0; waited < 120; waited += 1) {
      const done = await getJson(`/sandbox/answers/${answer}`);
      if ("status" in done) {
        if (done.status !== 200) trouble(say("trouble", { status: done.status }));
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
    await refresh(true);
  } catch {
    trouble(say("away"));
  } finally {
    if (button) { button.disabled = false; button.classList.remove("busy"); }
  }
}

function messageNode(message, threaded) {
  const human = names[message.user];
  const context = { names, language: now.language, say, click: (button, actionId, option) => act({ kind: "click", ts: message.ts, action_id: actionId, option }, button) };
  const body = message.blocks ? blocks(message.blocks, context) : [el("p", { class: "words" }, ...mrkdwn(message.text || "", names, now.language))];
  const people = all("[data-person]").map((button) => button.dataset.person);
  const tint = human ? `tint-${people.indexOf(message.user) + 1}` : "bot";
  const menu = human && now.place === "channel"
    ? el("button", { type: "button", class: "quiet", onclick: (event) => act({ kind: "shortcut", ts: message.ts, callback_id: "gate_shortcut" }, event.currentTarget) }, say("shortcut"))
    : null;
  return el("article", { class: `message${message.ephemeral ? " private" : ""}${threaded ? " threaded" : ""}`, "data-ts": message.ts },
    el("span", { class: `avatar ${tint}`, "aria-hidden": "true" }, human ? human[0] : "✓"),
    el("div", { class: "body" },
      message.ephemeral ? el("small", { class: "only" }, say("onlyYou")) : null,
      el("div", { class: "by" }, el("strong", {}, human || "Review Gate"), human ? null : el("span", { class: "app" }, say("app")),
        el("time", {}, timeText(Number(message.ts), "{time}", now.language)), menu),
      el("div", { class: message.blocks ? "card" : "plain" }, body)));
}

function replyForm(ts) {
  const field = el("input", { type: "text", maxLength: 2000, placeholder: say("reply"), "aria-label": say("reply") });
  return el("form", { class: "reply", onsubmit: (event) => {
    event.preventDefault();
    if (field.value.trim()) act({ kind: "say", text: field.value, thread_ts: ts });
    field.value = "";
  } }, field);
}

function showStream(state) {
  const stream = find("#stream");
  const typing = document.activeElement && stream.contains(document.activeElement) ? document.activeElement : null;
  if (typing && typing.type !== "checkbox" && typing.value) return; // never take away what somebody is writing
  const ticked = new Set([...stream.querySelectorAll("input:checked")].map((box) => box.value));
  const atEnd = stream.scrollHeight - stream.scrollTop - stream.clientHeight < 80;
  if (now.place === "home") {
    const context = { names, language: now.language, say, click: (button, actionId) => act({ kind: "view_click", surface: "home", action_id: actionId, ticked: [...stream.querySelectorAll("input:checked")].map((box) => box.value) }, button) };
    stream.replaceChildren(state.home ? el("div", { class: "card home" }, blocks(state.home.blocks, context)) : el("p", { class: "empty" }, say("emptyHome")));
    for (const box of stream.querySelectorAll("input[type=checkbox]")) box.checked = ticked.has(box.value);
    return;
  }
  const top = state.messages.filter((message) => !message.thread_ts);
  const nodes = top.flatMap((message) => {
    const replies = state.messages.filter((one) => one.thread_ts === message.ts);
    const threadable = now.place === "channel" ? message.metadata : !names[message.user];
    return [messageNode(message, false), ...replies.map((one) => messageNode(one, true)), threadable ? replyForm(message.ts) : null];
  }).filter(Boolean);
  stream.replaceChildren(...(nodes.length ? nodes : [el("p", { class: "empty" }, say(now.place === "direct" ? "emptyDirect" : "empty"))]));
  if (atEnd) stream.scrollTop = stream.scrollHeight;
}

function showModal(view) {
  const dialog = find("#modal");
  if (!view) {
    now.modal = null;
    if (dialog.open) dialog.close();
    return;
  }
  const mark = view.hash + JSON.stringify(view.errors || {});
  if (now.modal === mark && dialog.open) return;
  const kept = Object.fromEntries([...dialog.querySelectorAll("input[type=text], textarea")].map((field) => [field.name, field.value]));
  now.modal = mark;
  const context = { names, language: now.language, say, errors: view.errors, click: (button, actionId) => act({ kind: "view_click", surface: "modal", action_id: actionId }, button) };
  const form = el("form", { class: "card", onsubmit: (event) => {
    event.preventDefault();
    const typed = ([key, value]) => [key, form.elements[key].type === "datetime-local" && value ? String(new Date(value).getTime() / 1000) : String(value)];
    const values = Object.fromEntries([...new FormData(form)].map(typed));
    act({ kind: "submit", values }, form.querySelector("[type=submit]"));
  } },
  el("h2", {}, view.title.text), ...blocks(view.blocks, context),
  el("div", { class: "actions end" },
    el("button", { type: "button", class: "button", onclick: () => act({ kind: "close" }) }, view.close ? view.close.text : say("cancel")),
    view.submit ? el("button", { type: "submit", class: "button primary" }, view.submit.text) : null));
  dialog.replaceChildren(form);
  if (Object.keys(view.errors || {}).length) {
    for (const field of form.querySelectorAll("input[type=text], textarea")) if (kept[field.name]) field.value = kept[field.name];
  }
  if (!dialog.open) dialog.showModal();
}

find("#modal").addEventListener("cancel", (event) => { event.preventDefault(); act({ kind: "close" }); });
find("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = find("#words");
  if (field.value.trim()) act({ kind: "say", text: field.value }, event.submitter);
  field.value = "";
});

function change(key, value) {
  now[key] = value;
  now.version = -1;
  if (key !== "place") remember(key, value);
  showFrame();
  if (now.place === "home") act({ kind: "home" });
  refresh(true).catch(() => trouble(say("away")));
}
for (const node of all("[data-weather]")) node.addEventListener("click", () => act({ kind: "weather", text: node.dataset.weather }, node));
for (const key of ["person", "place", "language"]) {
  for (const node of all(`[data-${key}]`)) node.addEventListener("click", () => change(key, node.dataset[key]));
}

showFrame();
(async function poll() {
  let pause = 700;
  try {
    await refresh();
    if (find("#trouble").textContent === say("away")) trouble("");
  } catch {
    trouble(say("away"));
    pause = 2500;
  }
  setTimeout(poll, document.hidden ? 4000 : pause);
})();
