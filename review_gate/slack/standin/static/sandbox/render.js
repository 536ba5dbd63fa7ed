// Draws Block Kit. Everything is built from text nodes: nothing that somebody wrote is ever read as HTML.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && key !== "list") node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function safeLink(url, ...children) {
  const fine = /^(https?:\/\/|\/)/i.test(url || "");
  return fine ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children) : el("span", {}, ...children);
}

const unescapeText = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

export function timeText(seconds, pattern, language) {
  const date = new Date(seconds * 1000);
  const parts = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", weekday: "short" }).formatToParts(date);
  const first = (part) => language.startsWith("fr") && part.type === "day" && part.value === "1"; // in French: 1er
  const day = parts.map((part) => (first(part) ? "1er" : part.value)).join("");
  const time = date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  return pattern.replace(/\{date[a-z_]*\}/g, day).replace(/\{time[a-z_]*\}/g, time);
}

const TOKEN = /<([^<>\n]+)>|`([^`\n]+)`|(?<![\p{L}\p{N}])\*([^*\n]+)\*(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_([^_\n]+)_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])~([^~\n]+)~(?![\p{L}\p{N}])/u;

export function mrkdwn(text, names, language) {
  const out = [];
  let rest = text;
  while (rest) {
    const match = TOKEN.exec(rest);
    if (!match) break;
    if (match.index) out.push(unescapeText(rest.slice(0, match.index)));
    const [whole, angle, code, bold, italic, strike] = match;
    if (angle !== undefined) out.push(angled(angle, names, language));
    else if (code !== undefined) out.push(el("code", {}, unescapeText(code)));
    else if (bold !== undefined) out.push(el("strong", {}, ...mrkdwn(bold, names, language)));
    else if (italic !== undefined) out.push(el("em", {}, ...mrkdwn(italic, names, language)));
    else if (strike !== undefined) out.push(el("s", {}, ...mrkdwn(strike, names, language)));
    rest = rest.slice(match.index + whole.length);
  }
  if (rest) out.push(unescapeText(rest));
  return out;
}

function angled(inner, names, language) {
  const [target, label] = inner.split("|");
  if (target.startsWith("!date^")) {
    const [, seconds, pattern] = target.split("^");
    return el("time", {}, timeText(Number(seconds), pattern, language));
  }
  if (target.startsWith("@")) return el("span", { class: "mention" }, "@" + (names[target.slice(1)] || label || target.slice(1)));
  if (target.startsWith("#") || target.startsWith("!")) return el("span", { class: "mention" }, label || target);
  return safeLink(unescapeText(target), unescapeText(label || target));
}

function textObject(object, context) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, context.names, context.language) : [object.text];
}

function richRun(run, context) {
  if (run.type === "link") return safeLink(run.url, run.text || run.url);
  if (run.type === "user") return el("span", { class: "mention" }, "@" + (context.names[run.user_id] || run.user_id));
  if (run.type === "date") return el("time", {}, timeText(run.timestamp, run.format, context.language));
  let node = document.createTextNode(run.text || "");
  const style = run.style || {};
  for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]]) {
    if (style[name]) node = el(tag, {}, node);
  }
  return node;
}

function richElement(element, context) {
  const runs = () => element.elements.map((run) => richRun(run, context));
  if (element.type === "rich_text_list") {
    return el(element.style === "ordered" ? "ol" : "ul", {}, element.elements.map((item) => el("li", {}, item.elements.map((run) => richRun(run, context)))));
  }
  if (element.type === "rich_text_quote") return el("blockquote", {}, runs());
  if (element.type === "rich_text_preformatted") return el("pre", {}, runs());
  return el("p", {}, runs());
}

function button(element, block, context) {
  const classes = ["button", element.style].filter(Boolean).join(" ");
  if (element.url) {
    const link = safeLink(element.url, element.text.text);
    link.className = classes;
    return link;
  }
  return el("button", { type: "button", class: classes, onclick: (event) => context.click(event.currentTarget, element.action_id) }, element.text.text);
}

function overflow(element, context) {
  const options = element.options.map((option) => el("option", { value: option.value }, option.text.text));
  const menu = el("select", { class: "button more", "aria-label": context.say("more") }, el("option", { value: "" }, "⋯"), options);
  menu.addEventListener("change", () => {
    const option = menu.value;
    menu.selectedIndex = 0;
    if (option) context.click(menu, element.action_id, option);
  });
  return menu;
}

function checkboxes(element) {
  return el("div", { class: "boxes" }, element.options.map((option) => el("label", { class: "choice" },
    el("input", { type: "checkbox", value: option.value }), " ", option.text.text,
    option.description ? el("small", {}, option.description.text) : null)));
}

function actionElement(element, block, context) {
  if (element.type === "overflow") return overflow(element, context);
  return element.type === "checkboxes" ? checkboxes(element) : button(element, block, context);
}

function input(block, context) {
  const element = block.element;
  const id = "input-" + block.block_id;
  const error = (context.errors || {})[block.block_id];
  const hint = block.hint ? el("small", { class: "hint" }, block.hint.text) : null;
  const wrong = error ? el("small", { class: "wrong", role: "alert" }, error) : null;
  const label = el("span", { class: "label" }, block.label.text, block.optional ? el("small", {}, " " + context.say("optional")) : null);
  if (element.type === "plain_text_input") {
    const field = element.multiline ? el("textarea", { rows: 4 }) : el("input", { type: "text" });
    Object.assign(field, { id, name: block.block_id, maxLength: element.max_length || 3000, value: element.initial_value || "" });
    field.placeholder = element.placeholder ? element.placeholder.text : "";
    return el("label", { class: "field", htmlFor: id }, label, field, hint, wrong);
  }
  if (element.type === "datetimepicker") {
    return el("label", { class: "field", htmlFor: id }, label, el("input", { type: "datetime-local", id, name: block.block_id }), hint, wrong);
  }
  const initial = element.initial_option ? element.initial_option.value : undefined;
  if (element.type === "static_select") {
    const options = element.options.map((option) => el("option", { value: option.value, selected: option.value === initial }, option.text.text));
    if (block.optional) options.unshift(el("option", { value: "" }, "–"));
    return el("label", { class: "field", htmlFor: id }, label, el("select", { id, name: block.block_id }, options), hint, wrong);
  }
  const choices = (element.options || []).map((option) =>
    el("label", { class: "choice" }, el("input", { type: "radio", name: block.block_id, value: option.value, checked: option.value === initial }), " ", option.text.text));
  return el("fieldset", { class: "field" }, el("legend", {}, label), choices, hint, wrong);
}

function block(item, context) {
  switch (item.type) {
    case "header": return el("h3", {}, item.text.text);
    case "section": {
      const fields = (item.fields || []).map((field) => el("div", {}, ...textObject(field, context)));
      const text = item.text ? el("div", { class: "words" }, ...textObject(item.text, context)) : null;
      const accessory = item.accessory && item.accessory.type === "button" ? button(item.accessory, item, context) : null;
      return el("div", { class: "section" }, text, fields.length ? el("div", { class: "fields" }, fields) : null, accessory);
    }
    case "context": return el("div", { class: "context" }, item.elements.map((object) => el("span", {}, ...textObject(object, context))));
    case "rich_text": return el("div", { class: "rich" }, item.elements.map((element) => richElement(element, context)));
    case "actions": return el("div", { class: "actions" }, item.elements.map((one) => actionElement(one, item, context)));
    case "input": return input(item, context);
    case "image": return el("p", { class: "context" }, `▣ ${item.alt_text}`);
    case "divider": return el("hr");
    default: return null;
  }
}

export function blocks(items, context) {
  return items.map((item) => block(item, context));
}
