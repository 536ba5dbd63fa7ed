// Pictures in a draft: chosen or dropped, kept by the gate, shown as a small copy.
import { ask, csrf } from "./page.js";

const OWN = /^(?:https?:\/\/[^/]+)?(\/v1\/media\/[0-9a-f]{64})(?:#.*)?$/;

// The address of the small copy of a picture that lies here; null for all others, which are never fetched.
export function thumbnail(url) {
  const found = OWN.exec(url);
  return found && `${found[1]}/thumb`;
}

export function showPicture(row) {
  const small = thumbnail(row.querySelector("[name=media_url]").value.trim());
  const image = row.querySelector("[data-thumb]");
  image.hidden = !small;
  image.alt = row.querySelector("[name=media_alt]").value.trim();
  if (small && !image.src.endsWith(small)) image.src = small;
  if (!small) image.removeAttribute("src");
}

async function send(row, file, list, changed) {
  const says = row.querySelector("[data-says]");
  says.classList.remove("late");
  says.textContent = list.dataset.sending;
  row.setAttribute("aria-busy", "true");
  const form = new FormData();
  form.append("file", file);
  const answer = await ask(list.dataset.upload, { method: "POST", body: form, headers: { "X-CSRF-Token": csrf() } });
  row.removeAttribute("aria-busy");
  const told = await answer?.json().catch(() => null);
  says.textContent = told?.says ?? list.dataset.failed;
  says.classList.toggle("late", !answer?.ok || Boolean(told.known));
  if (!answer?.ok) return;
  row.querySelector("[name=media_url]").value = told.url;
  showPicture(row);
  changed();
  const alt = row.querySelector("[name=media_alt]");
  if (!alt.value) alt.focus(); // what comes next is to say what it shows
}

// `more` adds an empty row and answers it; null when there are enough.
export function uploading(list, more, changed) {
  const zone = list.closest("fieldset");
  const empty = () => [...list.children].find((row) => !row.querySelector("[name=media_url]").value.trim() && !row.hasAttribute("aria-busy"));
  list.addEventListener("change", (event) => {
    const chooser = event.target.closest("[data-file]");
    if (!chooser?.files.length) return;
    const [file] = chooser.files;
    chooser.value = ""; // so that the same file can be chosen again
    send(chooser.closest(".media-row"), file, list, changed);
  });
  list.addEventListener("input", (event) => {
    const row = event.target.closest(".media-row");
    if (row) showPicture(row);
  });
  const holds = (event) => event.dataTransfer?.types.includes("Files");
  zone.addEventListener("dragover", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("over");
  });
  zone.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    for (const file of event.dataTransfer.files) {
      const row = empty() ?? more();
      if (row) send(row, file, list, changed);
    }
  });
}
