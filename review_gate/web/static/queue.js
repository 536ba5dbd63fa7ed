// The queue follows what happens elsewhere, and can be walked with the keyboard.
import { ask, localise, onKey } from "./page.js";

const list = document.getElementById("list");
const announce = document.getElementById("announce");
const EVERY = 4000;

function move(step) {
  const links = [...list.querySelectorAll(".whole")];
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + step))];
  next?.focus();
  next?.closest("li").scrollIntoView({ block: "nearest" });
}
onKey({ j: () => move(1), k: () => move(-1) });

async function refresh() {
  const focused = document.activeElement?.closest?.("li.waiting")?.id;
  const before = document.getElementById("counted").dataset.count;
  const answer = await ask(location.href, { headers: { "X-Fragment": "list" } });
  if (!answer?.ok) return;
  const ticked = [...list.querySelectorAll(".pick:checked")].map((box) => box.value);
  list.innerHTML = await answer.text(); // our own server's page, every text in it escaped
  for (const box of list.querySelectorAll(".pick")) box.checked = ticked.includes(box.value); // a changed text is not
  localise(list);
  if (focused) document.getElementById(focused)?.querySelector(".whole").focus();
  const count = document.getElementById("counted").dataset.count;
  if (count !== before) announce.textContent = announce.dataset.changed.replace("{count}", count);
}

async function look() {
  if (document.hidden) return;
  const answer = await ask(list.dataset.pulse);
  if (!answer?.ok) return;
  const { position } = await answer.json();
  if (String(position) !== document.getElementById("counted").dataset.position) await refresh();
}

(async function watch() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    await look();
  }
})();
document.addEventListener("visibilitychange", look);
for (const select of document.querySelectorAll(".filters select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
