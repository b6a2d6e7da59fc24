// Lists that open below a button: selects of every kind, overflow menus, the menu of people. One is open at a time.

import { all, element, on, one } from "./dom.js";
import { act, read } from "./net.js";
import { elementOf, named, placeOf } from "./values.js";

let open = null;
let asking = 0;

export function begin({ chose }) {
  on("click", ".select-button, .overflow-button", (_event, button) => toggle(button.parentElement));
  on("click", ".popup [role=option]", (_event, line) => choose(line, chose));
  on("click", ".popup [role=menuitem]", (_event, line) => choose(line, chose));
  on("input", ".select-search", (_event, field) => search(field.closest(".select"), field.value));
  on("keydown", ".select, .overflow", keys);
  on("keydown", ".select-button, .overflow-button", (event, button) => {
    if (["ArrowDown", "ArrowUp"].includes(event.key)) { event.preventDefault(); show(button.parentElement); }
  });
  document.addEventListener("pointerdown", (event) => { if (open && !open.contains(event.target)) hide(); });
}

function toggle(holder) {
  if (open === holder) hide(); else show(holder);
}

function show(holder) {
  if (open === holder) return;
  hide();
  open = holder;
  const popup = one(".popup", holder);
  popup.hidden = false;
  one("button", holder).setAttribute("aria-expanded", "true");
  placed(popup, holder);
  mark(one("[aria-selected=true]", popup) ?? lines(popup)[0]);
  const field = one(".select-search", popup);
  (field ?? popup.querySelector("[role=listbox], [role=menu]")).focus?.();
  if (!field) one("[role=menu]", popup)?.setAttribute("tabindex", "-1");
  one("[role=menu]", popup)?.focus();
  if (holder.dataset.source) search(holder, "");
}

/** Below the button or above it, where there is more room inside what scrolls, and no higher than that; not beyond the right edge. */
function placed(popup, holder) {
  popup.classList.remove("above", "left");
  popup.style.maxHeight = "";
  const around = (holder.closest(".scroll, .modal-body") ?? document.documentElement).getBoundingClientRect();
  const button = holder.getBoundingClientRect(), box = popup.getBoundingClientRect();
  const below = Math.min(around.bottom, innerHeight) - button.bottom - 12, above = button.top - Math.max(around.top, 0) - 12;
  const up = box.height > below && above > below;
  popup.classList.toggle("above", up);
  popup.style.maxHeight = `${Math.max(140, Math.min(320, up ? above : below))}px`;
  if (box.right > innerWidth) popup.classList.add("left");
}

export function hide({ focus = false } = {}) {
  if (!open) return;
  const button = one("button", open);
  one(".popup", open).hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (focus) button.focus();
  open = null;
}

const lines = (popup) => all("[role=option]:not([hidden]), [role=menuitem]", popup);

function mark(line) {
  if (!line) return;
  for (const other of all(".active", line.closest(".popup"))) other.classList.remove("active");
  line.classList.add("active");
  line.id ||= `line-${Math.random().toString(36).slice(2)}`;
  const holder = line.closest(".select, .overflow");
  for (const names of [one("button", holder), one(".select-search", holder), line.parentElement]) names?.setAttribute("aria-activedescendant", line.id);
  line.scrollIntoView({ block: "nearest" });
}

function keys(event, holder) {
  if (holder !== open) return;
  const found = lines(one(".popup", holder));
  const at = found.findIndex((line) => line.classList.contains("active"));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: found.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    mark(found[Math.max(0, Math.min(to, found.length - 1))]);
  } else if (event.key === "Enter" || (event.key === " " && !event.target.matches(".select-search"))) {
    event.preventDefault();
    found[at]?.click();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    hide({ focus: true });
  } else if (event.key === "Tab") hide();
}

function choose(line, chose) {
  const holder = line.closest(".select, .overflow");
  if (holder.matches(".overflow")) {
    hide({ focus: true });
    chose(holder, line.dataset.value, line.dataset);
  } else if (holder.dataset.multiple !== undefined) several(line, holder, chose);
  else {
    face(holder, [{ value: line.dataset.value, label: line.dataset.label }]);
    hide({ focus: true });
    chose(holder);
  }
}

function several(line, holder, chose) {
  const now = all(".chip", holder).map((chip) => ({ value: chip.dataset.value, label: chip.textContent }));
  const had = now.findIndex((each) => each.value === line.dataset.value);
  if (had >= 0) now.splice(had, 1);
  else if (now.length < Number(holder.dataset.most ?? Infinity)) now.push({ value: line.dataset.value, label: line.dataset.label });
  face(holder, now);
  chose(holder);
}

/** What stands on the button, and which lines are ticked. */
function face(holder, chosen) {
  const kind = holder.dataset.multiple === undefined ? "chosen" : "chip";
  const button = one(".select-button", holder);
  holder.dataset.placeholder ??= one(".placeholder", button)?.textContent ?? "Choose";
  const shown = chosen.map((each) => element("span", { class: kind, "data-value": each.value }, each.label));
  button.replaceChildren(...(shown.length ? shown : [element("span", { class: "placeholder" }, holder.dataset.placeholder)]));
  const values = new Set(chosen.map((each) => each.value));
  for (const line of all("[role=option]", holder)) line.setAttribute("aria-selected", String(values.has(line.dataset.value)));
}

/** Narrow the lines that are there, or ask for others: the workspace knows people and channels, the app all else. */
async function search(holder, words) {
  const source = holder.dataset.source;
  if (!source) return narrow(holder, words.toLowerCase());
  if (source === "external" && words.length < Number(holder.dataset.minQuery ?? 3)) return fill(holder, [], `Type ${holder.dataset.minQuery ?? 3} letters or more.`);
  const mine = ++asking;
  const found = source === "external" ? await offered(holder, words) : { options: await read("find", { source, q: words }) };
  if (mine === asking && holder === open) fill(holder, found.options ?? [], found.text || "Nothing fits.");
}

async function offered(holder, words) {
  const part = elementOf(holder), place = placeOf(holder);
  return act("suggest", { ...named(place), block_id: part.dataset.block, action_id: part.dataset.action, typed: words });
}

function narrow(holder, words) {
  for (const line of all("[role=option]", holder)) line.hidden = !line.dataset.label.toLowerCase().includes(words);
  mark(lines(one(".popup", holder))[0]);
}

function fill(holder, options, otherwise) {
  const values = new Set(all(".chip, .chosen", holder).map((face) => face.dataset.value));
  const rows = options.flatMap((option) => (option.options ? [heading(option), ...option.options.map(row)] : [row(option)]));
  for (const made of rows) if (made.dataset.value) made.setAttribute("aria-selected", String(values.has(made.dataset.value)));
  const list = one("[role=listbox]", holder);
  list.replaceChildren(...(rows.length ? rows : [element("li", { class: "none", role: "presentation" }, otherwise)]));
  placed(one(".popup", holder), holder);
  mark(lines(one(".popup", holder))[0]);
}

const heading = (group) => element("li", { role: "presentation", class: "group" }, group.label?.text ?? "");

function row(option) {
  const label = option.label ?? option.text?.text ?? "";
  const said = typeof option.description === "string" ? option.description : option.description?.text;
  const more = said ? element("span", { class: "description" }, said) : null;
  return element("li", { role: "option", "data-value": option.value, "data-label": label }, element("span", {}, label), more);
}
