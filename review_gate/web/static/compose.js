// Writing: screening while one types, finds underlined in place, nothing lost.
import { ask, csrf, localise } from "./page.js";
import { lengthOf, toUnits } from "./counting.js";
import { current, forget, keep, own, read, setCurrent, unsent } from "./keeping.js";
import { channelFacts, previewing } from "./preview.js";
import { showPicture, uploading } from "./uploading.js";

const WAIT = 250;
const form = document.getElementById("draft");
const words = form.elements.text;
const backdrop = document.querySelector(".backdrop");
const says = document.getElementById("says");
const finds = document.getElementById("finds");
const level = document.getElementById("level");
const mediaList = document.getElementById("media");
const severityName = (word) => document.querySelector(`#severities [data-severity="${word}"]`).textContent;
const NAMES = ["text", "kind", "channel", "market", "lang", "in_reply_to", "planned_at"];

let key = form.dataset.key;
let checked = { text: "", reasons: [] }; // the last answer, with spans in UTF-16 units of its text
let running = null;
let timer = 0;

// --- the draft as it stands

function fields() {
  const rows = [...mediaList.querySelectorAll(".media-row")];
  const media = rows.map((row) => ({ url: row.querySelector("[name=media_url]").value.trim(), alt: row.querySelector("[name=media_alt]").value.trim() }));
  return { ...Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value])), media };
}

function body() {
  const { planned_at: planned, media, ...plain } = fields();
  const draft = Object.fromEntries(Object.entries(plain).filter(([, value]) => value));
  if (draft.kind !== "reply") delete draft.in_reply_to;
  if (planned) draft.planned_at = new Date(planned).toISOString();
  const named = media.filter((item) => item.url).map((item) => ({ url: item.url, alt: item.alt || null }));
  if (named.length) draft.media = named;
  return draft;
}

// --- finds in place

// Where a span of the checked text lies in the present one; null when the edit touched it.
function moved([start, end], before, now) {
  if (before === now) return [start, end];
  const most = Math.min(before.length, now.length);
  let head = 0;
  while (head < most && before[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  if (end <= head) return [start, end];
  if (start >= before.length - tail) return [start + now.length - before.length, end + now.length - before.length];
  return null;
}

const here = (reason) => (reason.units ? moved(reason.units, checked.text, words.value) : null);

function underline() {
  const text = words.value;
  const spans = checked.reasons.map((reason, index) => ({ index, reason, span: here(reason) })).filter((one) => one.span);
  const edges = [...new Set([0, text.length, ...spans.flatMap((one) => one.span)])].sort((a, b) => a - b);
  const pieces = [];
  for (let at = 0; at + 1 < edges.length; at += 1) {
    const [start, end] = [edges[at], edges[at + 1]];
    const over = spans.filter((one) => one.span[0] <= start && end <= one.span[1]);
    const piece = text.slice(start, end);
    if (!over.length) pieces.push(piece);
    else {
      const mark = document.createElement("mark");
      mark.className = over[0].reason.severity; // the gravest comes first
      mark.textContent = piece;
      pieces.push(mark);
    }
  }
  backdrop.replaceChildren(...pieces, "\n");
}

function card(reason, index) {
  const item = document.createElement("li");
  item.className = `find ${reason.severity}`;
  item.dataset.index = index;
  const badge = document.createElement("span");
  badge.className = `badge ${reason.severity}`;
  badge.textContent = severityName(reason.severity);
  const message = document.createElement("p");
  message.textContent = reason.message;
  item.append(badge, message);
  if (reason.suggestion) {
    const advice = document.createElement("details");
    const label = document.createElement("summary");
    label.textContent = finds.dataset.suggestion;
    const text = document.createElement("p");
    text.textContent = reason.suggestion;
    advice.append(label, text);
    item.append(advice);
  }
  const buttons = document.createElement("p");
  buttons.className = "row";
  if (reason.units) buttons.append(button(finds.dataset.show, () => select(reason)));
  if (reason.replacement) {
    buttons.append(button(finds.dataset.replace.replace("{word}", reason.replacement), () => replace(reason)));
  }
  if (buttons.children.length) item.append(buttons);
  return item;
}

function button(label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "link small";
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
}

function select(reason) {
  const span = here(reason);
  if (!span) return;
  words.focus();
  words.setSelectionRange(...span);
}

function replace(reason) {
  const span = here(reason);
  if (!span) return;
  words.focus();
  words.setSelectionRange(...span);
  // Unlike setting the value this can be undone with Ctrl-Z.
  if (!document.execCommand("insertText", false, reason.replacement)) words.setRangeText(reason.replacement, ...span, "end");
  changed();
}

function show(answer) {
  finds.replaceChildren(...checked.reasons.map(card));
  const count = checked.reasons.length;
  const seen = answer.lang ? ` · ${says.dataset.lang.replace("{lang}", answer.lang)}` : "";
  says.textContent = (count ? says.dataset.found.replace("{count}", count) : says.dataset.clean) + seen;
  level.hidden = false;
  level.className = `badge ${answer.severity}`;
  level.textContent = severityName(answer.severity);
  underline();
}

async function check() {
  running?.abort();
  if (!words.value.trim()) {
    checked = { text: "", reasons: [] };
    finds.replaceChildren();
    says.textContent = says.dataset.idle;
    level.hidden = true;
    underline();
    return;
  }
  running = new AbortController();
  const mine = running;
  const text = words.value;
  const answer = await ask(form.dataset.check, {
    method: "POST", body: JSON.stringify(body()), signal: mine.signal,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf() },
  });
  if (mine !== running) return; // a newer question is on its way
  if (!answer?.ok) {
    says.textContent = says.dataset.failed;
    return;
  }
  const verdict = await answer.json();
  if (mine !== running) return;
  const units = toUnits(text);
  checked = { text, reasons: verdict.reasons.map((reason) => ({ ...reason, units: reason.span && units(reason.span) })) };
  show(verdict);
}

// --- the day it goes out on

const day = document.getElementById("day");
let dayShown = "";

async function showDay() {
  const planned = form.elements.planned_at.value;
  const wanted = planned && `?${new URLSearchParams({ at: new Date(planned).toISOString(), market: form.elements.market.value })}`;
  if (wanted === dayShown) return;
  dayShown = wanted;
  day.hidden = !wanted;
  if (!wanted) return;
  const answer = await ask(day.dataset.ask + wanted);
  if (!answer?.ok || wanted !== dayShown) return;
  const body = document.getElementById("day-body");
  body.innerHTML = await answer.text(); // our own server's page, every text in it escaped
  localise(body);
}

// --- length, look, keeping

const draw = previewing(fields);

function count() {
  const line = document.getElementById("count");
  const id = form.elements.channel.value;
  const channel = channelFacts(id);
  const length = lengthOf(words.value, channel?.counting);
  const left = channel ? channel.longest - length : 0;
  const name = form.elements.channel.selectedOptions[0].textContent;
  const template = !channel ? line.dataset.count : left >= 0 ? line.dataset.left : line.dataset.over;
  line.textContent = template.replace("{count}", channel ? Math.abs(left) : length).replace("{channel}", name);
  line.classList.toggle("over", left < 0);
}

function changed() {
  document.getElementById("customer-field").hidden = form.elements.kind.value !== "reply";
  underline();
  count();
  draw();
  showDay();
  document.getElementById("kept").hidden = !keep(key, fields());
  clearTimeout(timer);
  timer = setTimeout(check, WAIT);
}

function fill(kept) {
  for (const name of NAMES) if (kept[name] !== undefined) form.elements[name].value = kept[name];
  const rows = kept.media?.length ? kept.media : [{ url: "", alt: "" }];
  mediaList.replaceChildren(...rows.map(row));
  if (kept.planned_at || kept.media?.some((item) => item.url)) document.querySelector(".extra").open = true;
}

function row(item) {
  const made = document.getElementById("media-row").content.firstElementChild.cloneNode(true);
  made.querySelector("[name=media_url]").value = item.url;
  made.querySelector("[name=media_alt]").value = item.alt;
  showPicture(made);
  return made;
}

function setKey(name) {
  key = name;
  form.elements.key.value = name;
  if (form.dataset.restore === "yes") setCurrent(name);
}

function listUnsent() {
  const box = document.getElementById("unsent");
  const list = box.querySelector("ul");
  const items = unsent(key).map((draft) => {
    const item = document.createElement("li");
    const start = document.createElement("span");
    start.textContent = draft.fields.text.slice(0, 90);
    item.append(start, button(box.dataset.open, () => { setCurrent(draft.key); location.reload(); }),
      button(box.dataset.discard, () => { forget(draft.key); listUnsent(); }));
    return item;
  });
  list.replaceChildren(...items);
  box.hidden = !items.length || form.dataset.restore !== "yes";
}

async function begin() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  form.elements.zone.value = zone;
  const told = document.getElementById("zone");
  told.textContent = ` · ${told.dataset.words.replace("{zone}", zone)}`;
  const planned = form.elements.planned_at;
  if (planned.dataset.iso) {
    const at = new Date(planned.dataset.iso);
    planned.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  const wanted = form.dataset.restore === "yes" ? current() ?? key : key;
  const kept = read(wanted);
  const alone = await own(wanted);
  if (alone) setKey(wanted);
  else setKey(`${crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)}`);
  document.getElementById("copied").hidden = alone || !kept;
  if (kept && form.dataset.problems !== "yes") fill(kept.fields);
  listUnsent();
  changed();
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
words.addEventListener("scroll", () => { backdrop.scrollTop = words.scrollTop; });
document.addEventListener("selectionchange", () => {
  if (document.activeElement !== words) return;
  const at = words.selectionStart;
  for (const item of finds.children) {
    const span = here(checked.reasons[item.dataset.index]);
    const lit = Boolean(span) && span[0] <= at && at <= span[1];
    if (lit && !item.classList.contains("lit")) item.scrollIntoView({ block: "nearest" });
    item.classList.toggle("lit", lit);
  }
});
function addRow() {
  if (mediaList.children.length >= Number(mediaList.dataset.most)) return null;
  const made = row({ url: "", alt: "" });
  mediaList.append(made);
  return made;
}
document.getElementById("media-add").addEventListener("click", () => addRow()?.querySelector("input").focus());
for (const there of mediaList.children) showPicture(there);
uploading(mediaList, addRow, changed);
mediaList.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-remove]");
  if (!remove) return;
  remove.closest(".media-row").remove();
  if (!mediaList.children.length) mediaList.append(row({ url: "", alt: "" }));
  changed();
});
begin();
