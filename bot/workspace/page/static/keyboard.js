// Everything by keyboard: go somewhere, move between regions and messages, close what is open.

import { all, element, one } from "./dom.js";
import { dialog, picker } from "./dialogs.js";
import { closeThread } from "./messages.js";
import { here } from "./net.js";

const regions = ["#side", "#messages, #home", "#main .composer [data-composer]", "#thread", "#inspector"];
const keys = [
  ["Ctrl K or ⌘ K", "Go to a channel, a person or an app"],
  ["F6, Shift F6", "From one region to the next"],
  ["↑ ↓", "From message to message, once the list has the focus"],
  ["Enter", "Send; Shift Enter begins a new line"],
  ["↑ in an empty field", "Edit your last message"],
  ["/ @ # :", "Commands, people, channels, emoji"],
  ["Esc", "Close what is open"],
  ["?", "These keys"],
];

export function begin() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input, textarea, [contenteditable=true]");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); go(); }
    else if (event.key === "F6") { event.preventDefault(); move(event.shiftKey ? -1 : 1); }
    else if (event.key === "?" && !typing && !one("dialog[open]")) help();
    else if (event.key === "Escape" && here.thread && !one("dialog[open]")) closeThread();
    else if (["ArrowUp", "ArrowDown"].includes(event.key) && !typing) step(event);
  });
}

export async function go() {
  const chosen = await picker("places", "Go to …");
  if (chosen) location.assign(chosen);
}

export function help() {
  const rows = keys.map(([key, said]) => element("tr", {}, element("th", { scope: "row" }, element("kbd", {}, key)), element("td", {}, said)));
  const close = element("form", { method: "dialog", class: "modal-foot" }, element("button", { class: "button" }, "Close"));
  dialog(element("div", { class: "keys" }, element("h2", {}, "Keys"), element("table", {}, element("tbody", {}, ...rows)), close), { label: "Keys" });
}

function move(by) {
  const there = regions.map((selector) => one(selector)).filter((region) => region && !region.hidden);
  const at = there.findLastIndex((region) => region.contains(document.activeElement));
  const next = there[(at + by + there.length) % there.length];
  (next.matches("[tabindex], textarea") ? next : one("a, button, textarea, [tabindex]", next))?.focus();
}

function step(event) {
  const list = event.target.closest?.("#messages, #replies");
  if (!list || event.target.closest(".popup, .select, .overflow")) return;
  const found = all(".message", list).filter((message) => message.checkVisibility()), at = found.indexOf(event.target.closest(".message"));
  const to = at < 0 ? found.length - 1 : at + (event.key === "ArrowDown" ? 1 : -1);
  if (!found[to]) return;
  event.preventDefault();
  found[to].focus();
}
