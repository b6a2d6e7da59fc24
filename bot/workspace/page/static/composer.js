// Where one writes: Enter sends, Shift+Enter begins a line; commands, names, channels and emoji complete themselves.

import { all, element, on, one, toast } from "./dom.js";
import { act, encoded, here, read } from "./net.js";

const signs = { "@": "mentions", "#": "channel-names", ":": "emoji", "/": "commands" };
const drafts = (form) => `draft ${here.name} ${form.dataset.channel} ${form.dataset.threadTs ?? ""}`;
let completing = 0;

export function begin() {
  on("input", "[data-composer]", (_event, field) => { grown(field); keep(field); complete(field); });
  on("keydown", "[data-composer]", keys);
  on("submit", ".composer", (event, form) => { event.preventDefault(); send(form); });
  on("change", ".composer input[type=file]", (_event, field) => attach(field.closest(".composer"), [...field.files]));
  on("paste", "[data-composer]", (event, field) => {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); attach(field.closest(".composer"), files); }
  });
  on("dragover", "#main, #thread", (event) => event.preventDefault());
  on("drop", "#main, #thread", (event, region) => {
    const form = one(".composer", region);
    if (form && event.dataTransfer.files.length) { event.preventDefault(); attach(form, [...event.dataTransfer.files]); }
  });
  on("click", ".completions [role=option]", (_event, line) => take(line));
  on("click", ".attached button", (_event, button) => button.parentElement.remove());
  for (const form of all(".composer")) restore(form);
}

export function restore(form) {
  const field = one("[data-composer]", form);
  field.value = sessionStorage.getItem(drafts(form)) ?? "";
  grown(field);
}

function keep(field) {
  const name = drafts(field.form);
  if (field.value) sessionStorage.setItem(name, field.value); else sessionStorage.removeItem(name);
}

function grown(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 240)}px`;
}

function keys(event, field) {
  const form = field.form, lines = all(".completions [role=option]", form);
  if (lines.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    mark(form, lines, Math.max(0, Math.min(at + (event.key === "ArrowDown" ? 1 : -1), lines.length - 1)));
  } else if (lines.length && (event.key === "Tab" || event.key === "Enter") && !whole(field, lines)) {
    event.preventDefault();
    take(one(".completions [aria-selected=true]", form));
  } else if (lines.length && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    dismiss(form);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "ArrowUp" && !field.value) editLast(event, form);
}

/** Whether the word is typed out already: Enter then sends it. */
function whole(field, lines) {
  const word = wordAt(field);
  return word !== null && lines.some((line) => line.dataset.value === word.sign + word.typed);
}

function editLast(event, form) {
  const list = one(form.dataset.threadTs ? "#replies" : "#messages");
  const mine = all(".message[data-mine]:not([data-ephemeral])", list).at(-1);
  if (!mine) return;
  event.preventDefault();
  mine.dispatchEvent(new CustomEvent("edit-message", { bubbles: true }));
}

// --- completing ---------------------------------------------------------------------------------------------------

/** The word that is being typed, where its first letter asks for something. */
function wordAt(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = /(?:^|\s)([@#:][\w+'-]*|^\/[\w-]*)$/.exec(before);
  if (!found || (found[1][0] === ":" && found[1].length < 3)) return null;
  return { sign: found[1][0], typed: found[1].slice(1), from: before.length - found[1].length };
}

async function complete(field) {
  const word = wordAt(field), mine = ++completing;
  const found = word ? await read("find", { source: signs[word.sign], q: word.typed }) : [];
  if (mine === completing) offer(field.form, found);
}

/** No suggestions, and none that are still on their way. */
function dismiss(form) {
  completing += 1;
  offer(form, []);
}

function offer(form, found) {
  const field = one("[data-composer]", form);
  const lines = found.map((each, n) => element("li", { role: "option", id: `c-${n}`, "data-value": each.value },
    element("span", {}, each.label), element("span", { class: "description" }, each.description ?? "")));
  const list = element("ul", { role: "listbox", "aria-label": "Suggestions", id: "completion-list" }, ...lines);
  one(".completions", form).replaceChildren(...(lines.length ? [list] : []));
  field.setAttribute("aria-expanded", String(lines.length > 0));
  mark(form, lines, 0);
}

function mark(form, lines, at) {
  lines.forEach((line, n) => line.setAttribute("aria-selected", String(n === at)));
  one("[data-composer]", form).setAttribute("aria-activedescendant", lines[at]?.id ?? "");
  lines[at]?.scrollIntoView({ block: "nearest" });
}

function take(line) {
  const form = line.closest(".composer"), field = one("[data-composer]", form), word = wordAt(field);
  if (!word) return;
  const rest = field.value.slice(field.selectionStart);
  field.value = `${field.value.slice(0, word.from)}${line.dataset.value} ${rest}`;
  const at = word.from + line.dataset.value.length + 1;
  field.setSelectionRange(at, at);
  field.focus();
  keep(field);
  dismiss(form);
}

// --- sending --------------------------------------------------------------------------------------------------------

function attach(form, files) {
  for (const file of files) {
    const chip = element("span", { class: "chip" }, file.name, element("button", { type: "button", "aria-label": `Remove ${file.name}` }, "✕"));
    chip.file = file;
    one(".attached", form).append(chip);
  }
  one("[data-composer]", form).focus();
}

async function send(form) {
  const field = one("[data-composer]", form), text = field.value.trim();
  const chips = all(".attached .chip", form);
  if (!text && !chips.length) return;
  const button = one(".send", form);
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const said = await sent(form, text, chips);
  button.removeAttribute("aria-busy");
  if (!said.ok) return toast(said.text, { trouble: true }); // what was typed stays
  field.value = field.value.trimStart().startsWith(text) ? field.value.trimStart().slice(text.length).trimStart() : field.value;
  keep(field);
  grown(field);
  one(".attached", form).replaceChildren();
  dismiss(form);
}

async function sent(form, text, chips) {
  const at = { channel: form.dataset.channel, thread_ts: form.dataset.threadTs ?? "" };
  const files = [];
  for (const chip of chips) {
    const kept = await act("upload", await encoded(chip.file));
    if (!kept.ok) return kept;
    files.push(kept.file);
  }
  return act("say", { ...at, text, files, broadcast: one("[name=broadcast]", form)?.checked ?? false });
}
