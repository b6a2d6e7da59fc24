// Keeps the page in step: the server sends operations, one a line, for as long as the page stands open.

import { all, atEnd, made, one, say, toast, toEnd } from "./dom.js";
import { keepTyped, showModal, takeModal } from "./modal.js";
import { here, link, place, request } from "./net.js";
import { seen } from "./reading.js";
import { logged } from "./inspector.js";
import { troubled } from "./trouble.js";

let begun = () => {};

const operations = {
  begun: (op) => { link.feed = op.text; begun(); begun = () => {}; },
  append: (op) => append(one(op.target), op),
  put: (op) => put(one(op.target), op),
  message: (op) => again(one(op.target), op),
  replace: (op) => one(op.target)?.replaceWith(made(op.html)),
  remove: (op) => one(op.target)?.remove(),
  home: (op) => refill(one(op.target), op.html),
  modal: (op) => showModal(op.target, op.html),
  unmodal: (op) => takeModal(op.target),
  status: (op) => { if (one("#status")) one("#status").textContent = op.text; },
  notify: (op) => toast(op.text, { title: op.html, href: op.href }),
  trouble: troubled,
  log: (op) => logged(JSON.parse(op.text)),
  reload: () => location.reload(),
};

function append(list, op) {
  if (!list || one(`[data-ts="${op.ts}"]`, list)) return;
  const stay = atEnd(list), fresh = made(op.html);
  if (list.lastElementChild?.dataset.ephemeral !== undefined) one(".grouped", fresh)?.classList.remove("grouped");
  list.append(fresh);
  if (stay || list.lastElementChild.dataset.mine !== undefined) toEnd(list);
  if (op.text) say(op.text);
  seen();
}

/** An ephemeral message: in the place of itself, else at the end. */
function put(list, op) {
  const stands = list && one(`[data-ts="${op.ts}"][data-ephemeral]`, list);
  if (stands) stands.replaceWith(made(op.html));
  else append(list, op);
}

/** A message that stands already. What was typed, opened or said inside it stays, and so does its name above. */
function again(stands, op) {
  if (!stands) return;
  const list = stands.closest(".scroll");
  const stay = list && atEnd(list);
  const fresh = made(op.html).firstElementChild;
  if (stands.classList.contains("grouped")) fresh.classList.add("grouped");
  keepTyped(stands, fresh);
  one(".body", fresh)?.append(...all(".no-answer", stands));
  const focused = focusedControl(stands);
  stands.replaceWith(fresh);
  if (focused) one(focused, fresh)?.focus();
  if (stay) toEnd(list);
}

/** The selector of the control that has the focus, so that it can have it again. */
function focusedControl(inside) {
  const control = inside.contains(document.activeElement) && document.activeElement.closest("[data-action]");
  return control ? `[data-block="${CSS.escape(control.dataset.block)}"][data-action="${CSS.escape(control.dataset.action)}"]` : "";
}

function refill(region, html) {
  if (!region) return;
  const fresh = made(html);
  keepTyped(region, fresh);
  region.replaceChildren(fresh);
}

function apply(line) {
  if (!line) return;
  const op = JSON.parse(line);
  operations[op.op]?.(op);
}

async function follow(version) {
  const given = { ...(version === null ? {} : { version }), ...(here.thread ? { thread: here.thread } : {}) };
  if (!one("#inspector").hidden) given.log = "1";
  const answer = await request(`/page/live?${place(given)}`);
  if (answer.status === 401 || answer.status === 404) return location.reload();
  linked(true);
  const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await lines.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    parts.forEach(apply);
  }
}

function linked(yes) {
  const state = one("#link-state");
  if (yes && state.textContent) return location.reload(); // what happened meanwhile is not on this page
  state.textContent = yes ? "" : "Not connected. Trying again …";
}

/** Follow for ever; after a break, try again soon and then more seldom. `ready` is called once it follows. */
export async function begin(ready) {
  begun = ready;
  let version = here.version;
  for (let pause = 250; ; pause = Math.min(pause * 2, 5000)) {
    try {
      await follow(version);
      pause = 250;
    } catch {
      // the break is told below
    }
    version = null;
    linked(false);
    await new Promise((done) => setTimeout(done, pause));
  }
}
