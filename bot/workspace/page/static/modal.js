// Modals of apps: a stack of dialogs, the topmost in use. What was typed stays while the app changes what is around it.

import { all, made, one, say, toast, untoast } from "./dom.js";
import { act } from "./net.js";
import { fill } from "./rich.js";
import { entered } from "./values.js";

const focus = new Map();

export function begin() {
  for (const dialog of all("#modals dialog")) open(dialog);
}

/** A modal that was opened or pushed, or one that stands and looks different now. */
export function showModal(target, html) {
  const fresh = made(html).firstElementChild;
  const stands = one(target);
  if (!stands) {
    focus.set(fresh.id, document.activeElement);
    one("#modals").append(fresh);
    return open(fresh);
  }
  keepTyped(stands, fresh);
  const named = document.activeElement?.closest?.("[data-action]")?.dataset;
  stands.replaceChildren(...fresh.childNodes);
  ready(stands);
  if (named) one(`[data-block="${CSS.escape(named.block)}"][data-action="${CSS.escape(named.action)}"]`, stands)?.focus();
}

export function takeModal(target) {
  const dialog = one(target);
  if (!dialog) return;
  dialog.leaving = true;
  dialog.close();
  dialog.remove();
  focus.get(dialog.id)?.focus?.();
  focus.delete(dialog.id);
}

function open(dialog) {
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(dialog); });
  dialog.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) leave(dialog, event.target.closest(".modal-foot") ? "one" : "all"); });
  dialog.addEventListener("submit", (event) => { event.preventDefault(); submit(dialog); });
  dialog.showModal();
  ready(dialog);
  say(`${one("h2", dialog).textContent}, dialog`);
}

function ready(dialog) {
  fill(dialog);
  (one("[autofocus]", dialog) ?? one(".modal-body :is(input, textarea, button, [tabindex])", dialog) ?? one("[type=submit]", dialog))?.focus();
}

const viewOf = (dialog) => one(".view", dialog).dataset.view;

/** The cross closes the whole stack, as in Slack; the button at the foot goes one back. */
async function leave(dialog, how = "one") {
  await act("close", { view: viewOf(dialog), everything: how === "all" });
}

async function submit(dialog) {
  const button = one("[type=submit]", dialog);
  if (!button || button.getAttribute("aria-busy") === "true") return;
  for (const box of all(".input-box.wrong", dialog)) wrong(box, "");
  one(".modal-error", dialog).textContent = "";
  button.setAttribute("aria-busy", "true");
  const said = await act("submit", { view: viewOf(dialog), entered: entered(one(".view", dialog)) });
  button.removeAttribute("aria-busy");
  if (said.ok) return;
  const boxes = Object.entries(said.errors ?? {}).map(([block, text]) => [one(`[data-input="${CSS.escape(block)}"]`, dialog), text]).filter(([box]) => box);
  for (const [box, text] of boxes) wrong(box, text);
  if (boxes.length) one("input, textarea, button, [contenteditable]", boxes[0][0])?.focus();
  else if (dialog.isConnected) refused(dialog, said.text || "That did not work. What you typed is still here; try again.");
  else toast(said.text || "That did not work. Try again.", { trouble: true });
}

function refused(dialog, text) {
  untoast(text);
  one(".modal-error", dialog).textContent = text;
}

function wrong(box, text) {
  box.classList.toggle("wrong", Boolean(text));
  one(".error", box).textContent = text;
  for (const control of all("input, textarea, .select-button, .rich-field", box)) {
    if (text) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
  }
}

/** What was typed, opened or chosen in the old markup goes on in the new, where the same block and action are there. */
export function keepTyped(old, fresh) {
  for (const control of all("[data-action]", old)) {
    const { block, action, type } = control.dataset;
    const same = one(`[data-block="${CSS.escape(block)}"][data-action="${CSS.escape(action)}"][data-type="${CSS.escape(type ?? "")}"]`, fresh);
    if (same) carry(control, same);
  }
  for (const details of all("details", old)) {
    const index = all("details", old).indexOf(details);
    const same = all("details", fresh)[index];
    if (same) same.open = details.open;
  }
}

function carry(control, same) {
  if (control.matches("input:not([type=file]), textarea")) {
    if (control.value !== control.defaultValue) same.value = control.value;
  } else if (control.matches(".rich-field") && control.textContent) {
    same.innerHTML = control.innerHTML;
    delete same.dataset.initial;
  } else if (control.matches(".choices")) {
    const ticked = new Set(all("input:checked", control).map((box) => box.value));
    for (const box of all("input", same)) box.checked = ticked.has(box.value);
  } else if (control.matches(".select")) {
    const chosen = all(".chip, .chosen", control);
    const known = new Set(all("[role=option]", same).map((line) => line.dataset.value));
    if (chosen.length && (same.dataset.source || chosen.every((face) => known.has(face.dataset.value)))) one(".select-button", same).replaceChildren(...chosen.map((face) => face.cloneNode(true)));
  }
}
