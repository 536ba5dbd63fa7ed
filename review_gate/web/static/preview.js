// A likeness of the post where it will appear. Nothing is fetched but small copies of pictures that lie here.
import { thumbnail } from "./uploading.js";

const holder = document.getElementById("preview");
const facts = JSON.parse(holder.dataset.facts);
const words = holder.dataset;
const buttons = [...document.querySelectorAll("[data-look]")];
const LINKED = /(https?:\/\/\S+|[#@][\p{L}\p{N}_]+)/gu;
let chosen = null;

function make(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

function rich(text) {
  const line = make("p", "look-text");
  for (const part of text.split(LINKED)) {
    line.append(LINKED.test(part) ? make("span", "look-link", part) : part);
    LINKED.lastIndex = 0;
  }
  return line;
}

function folded(text, channel) {
  const limit = channel?.folded;
  const points = [...text];
  if (!limit || points.length <= limit) return rich(text);
  const line = rich(points.slice(0, limit).join(""));
  line.append(make("span", "look-fold", words.fold));
  return line;
}

function picture(item) {
  const small = thumbnail(item.url);
  if (!small) return item.alt || item.url.split("/").pop();
  const image = make("img");
  image.src = small;
  image.alt = item.alt;
  return image;
}

function media(items, big) {
  const shown = items.filter((item) => item.url);
  if (!shown.length) return big ? [make("div", "look-picture", "▣")] : [];
  return [make("div", "look-pictures", ...shown.map((item) => make("div", "look-picture", picture(item))))];
}

function head(second) {
  const names = make("div", "", make("strong", "", words.brand), make("span", "soft small", second));
  return make("div", "look-head", make("span", "avatar", words.brand[0]), names);
}

const LOOKS = {
  x: (draft, channel) => [head(`${words.handle} · ${words.now}`), folded(draft.text, channel), ...media(draft.media)],
  instagram: (draft, channel) => [head(""), ...media(draft.media, true), folded(draft.text, channel)],
  linkedin: (draft, channel) => [head(words.now), folded(draft.text, channel), ...media(draft.media)],
  facebook: (draft, channel) => [head(words.now), folded(draft.text, channel), ...media(draft.media)],
  chat: (draft) => [
    ...(draft.in_reply_to ? [make("div", "bubble theirs", make("span", "hidden", words.customer), draft.in_reply_to)] : []),
    make("div", "bubble ours", draft.text), ...media(draft.media),
  ],
};

function draw(draft) {
  const wanted = chosen ?? facts[draft.channel]?.preview ?? (draft.kind === "reply" ? "chat" : "x");
  const look = LOOKS[wanted] ? wanted : "facebook";
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.look === look));
  const channel = facts[draft.channel]?.preview === look ? facts[draft.channel] : facts[look];
  holder.className = `preview look-${look}`;
  holder.replaceChildren(...(draft.text.trim() ? LOOKS[look](draft, channel) : [make("p", "soft", "…")]));
}

export function previewing(read) {
  for (const button of buttons) {
    button.addEventListener("click", () => {
      chosen = button.dataset.look;
      draw(read());
    });
  }
  return () => draw(read());
}

export const channelFacts = (id) => facts[id];
