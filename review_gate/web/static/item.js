// One submission: shortcuts for the buttons, finds and reasons that point to each other, a word when it changed.
import { forget } from "./keeping.js";
import { ask, onKey } from "./page.js";

// The draft has arrived: the copy that this browser kept may go.
const sent = new URLSearchParams(location.search).get("draft");
if (sent) forget(sent);

const press = (key) => () => {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  const form = target.form;
  const comment = form?.elements.comment;
  if ((key === "c" || key === "r") && comment && !comment.value.trim()) {
    comment.focus(); // these need a reason: write it, then press the button
    comment.setAttribute("aria-invalid", "true");
    return;
  }
  target.click();
};
const keys = Object.fromEntries(["a", "c", "r", "g", "e", "n"].map((key) => [key, press(key)]));
keys.w = () => document.getElementById("comment")?.focus();
keys.q = () => document.querySelector(".head .meta a").click();
onKey(keys);

function light(indices, on) {
  for (const index of indices) {
    document.getElementById(`reason-${index}`)?.classList.toggle("lit", on);
    for (const mark of document.querySelectorAll("mark[data-reasons]")) {
      if (mark.dataset.reasons.split(" ").includes(index)) mark.classList.toggle("lit", on);
    }
  }
}
for (const element of document.querySelectorAll("mark[data-reasons], [data-reason]")) {
  const indices = (element.dataset.reasons ?? element.dataset.reason).split(" ");
  element.addEventListener("mouseenter", () => light(indices, true));
  element.addEventListener("mouseleave", () => light(indices, false));
}

const changed = document.getElementById("changed");
async function look() {
  if (document.hidden || !changed.hidden) return;
  const answer = await ask(changed.dataset.pulse);
  if (answer?.ok && String((await answer.json()).version) !== changed.dataset.version) changed.hidden = false;
}
setInterval(look, 4000);
document.addEventListener("visibilitychange", look);

// A second click on a button that is already on its way would only be told that it is stale.
for (const form of document.querySelectorAll("main form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
