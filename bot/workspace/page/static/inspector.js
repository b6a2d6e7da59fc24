// Everything that goes over the wire, as it goes: calls of apps, deliveries to them, retries and errors, with what they hold.

import { element, on, one, toast } from "./dom.js";
import { here, link, read } from "./net.js";

const lines = new Map();
let chosen = null, wanted = "";

export function begin() {
  if (sessionStorage.getItem("inspector")) open();
  on("click", "#inspector [data-close-inspector]", close);
  on("click", "#inspector [data-line]", (_event, row) => choose(Number(row.dataset.line)));
  on("input", "#inspector [type=search]", (_event, field) => { wanted = field.value.toLowerCase(); redraw(); });
  on("click", "#inspector [data-copy]", copy);
  on("click", "#inspector [data-clear]", () => { lines.clear(); chosen = null; redraw(); });
}

export const toggle = () => (one("#inspector").hidden ? open() : close());

async function open() {
  const pane = one("#inspector");
  sessionStorage.setItem("inspector", "open");
  pane.hidden = false;
  pane.replaceChildren(
    element("header", { class: "pane-head" },
      element("h2", {}, "Inspector"),
      element("input", { type: "search", class: "field", placeholder: "Filter", "aria-label": "Filter the lines" }),
      element("button", { type: "button", class: "tool named", "data-clear": true }, "Clear"),
      element("button", { type: "button", class: "icon-button", "data-close-inspector": true, "aria-label": "Close the inspector" }, "✕")),
    element("div", { class: "wire", role: "list", "aria-label": "Calls and deliveries", tabindex: 0 }),
    element("section", { class: "wire-detail", "aria-label": "Details", hidden: true }));
  for (const line of await read("log", { feed: link.feed, follow: "yes" })) lines.set(line.n, line);
  redraw();
}

function close() {
  sessionStorage.removeItem("inspector");
  const pane = one("#inspector");
  pane.hidden = true;
  pane.replaceChildren();
  read("log", { feed: link.feed });
  one('[data-open="inspector"]').focus();
}

export function logged(line) {
  lines.set(line.n, line);
  if (lines.size > 1000) lines.delete(lines.keys().next().value);
  const list = one(".wire"), stands = one(`[data-line="${line.n}"]`, list ?? document);
  if (!list) return;
  if (stands) stands.replaceWith(row(line));
  else if (fits(line)) list.prepend(row(line));
  if (chosen === line.n) choose(line.n);
}

const fits = (line) => !wanted || `${line.name} ${line.status} ${line.app} ${line.person} ${line.way}`.toLowerCase().includes(wanted);

function redraw() {
  one(".wire")?.replaceChildren(...[...lines.values()].reverse().filter(fits).map(row));
}

const arrows = { call: "→ Slack", delivery: "→ app", note: "·" };
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: here.zone });

function row(line) {
  const good = line.status === "ok" || (line.way === "note" && !line.status), waits = line.open;
  const time = clock.format(line.at * 1000);
  const took = line.ms == null ? "" : `${line.ms.toFixed(line.ms < 10 ? 1 : 0)} ms`;
  const again = line.attempt > 1 ? ` · try ${line.attempt}${line.reason ? ` (${line.reason})` : ""}` : "";
  return element("button", { type: "button", role: "listitem", class: `wire-line ${good ? "good" : waits ? "waits" : "bad"}`, "data-line": line.n, "aria-pressed": String(chosen === line.n) },
    element("span", { class: "soft" }, time), element("span", { class: "way" }, arrows[line.way]),
    element("span", { class: "what" }, line.name), element("span", { class: "state-word" }, (waits ? "…" : line.status || "") + again), element("span", { class: "soft" }, took));
}

function choose(n) {
  const line = lines.get(n), detail = one(".wire-detail");
  if (!line || !detail) return;
  chosen = n;
  const part = (name, value) => (value == null || value === "" ? null : element("details", { open: true }, element("summary", {}, name), element("pre", {}, element("code", {}, typeof value === "string" ? value : JSON.stringify(value, null, 2)))));
  const facts = [["transport", line.transport], ["by", line.person], ["app", line.app]].filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`).join(" · ");
  detail.replaceChildren(element("h3", {}, line.name), element("p", { class: "soft" }, facts),
    line.way === "call" ? element("button", { type: "button", class: "button", "data-copy": n }, "Copy as curl") : "",
    ...[part("Request", line.request), part("Response", line.response)].filter(Boolean));
  detail.hidden = false;
  for (const other of document.querySelectorAll("[data-line]")) other.setAttribute("aria-pressed", String(Number(other.dataset.line) === n));
}

async function copy(_event, button) {
  const line = lines.get(Number(button.dataset.copy));
  const body = JSON.stringify(line.request).replaceAll("'", "'\\''");
  const text = `curl -X POST ${location.origin}/api/${line.name} -H "Authorization: Bearer $SLACK_BOT_TOKEN" -H 'Content-Type: application/json; charset=utf-8' -d '${body}'`;
  await navigator.clipboard.writeText(text);
  toast("Copied. The token is read from SLACK_BOT_TOKEN.");
}
