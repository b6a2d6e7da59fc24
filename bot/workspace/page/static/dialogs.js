// Dialogs of the page itself: is this meant, who is here, which keys there are.

import { element, made, one } from "./dom.js";
import { read } from "./net.js";

/** Show a dialog until it is closed; the value of the button that closed it. */
export function dialog(content, { label = "", kind = "" } = {}) {
  const shown = element("dialog", { class: `plain ${kind}`.trim(), "aria-label": label || false }, content);
  document.body.append(shown);
  shown.addEventListener("click", (event) => { if (event.target === shown) shown.close(""); });
  shown.showModal();
  return new Promise((done) => {
    shown.addEventListener("close", () => { shown.remove(); done(shown.returnValue); });
  });
}

/** Whether somebody means what they are about to do, where the app wants them asked. */
export async function confirmed(part) {
  if (!part.dataset.confirm) return true;
  const asks = JSON.parse(part.dataset.confirm);
  const words = (whole) => whole?.text ?? "";
  const danger = asks.style === "danger" ? "danger" : "primary";
  return ask(words(asks.title), words(asks.text), words(asks.confirm) || "Yes", words(asks.deny) || "No", danger);
}

export async function ask(title, text, yes, no, style = "primary") {
  const form = element("form", { method: "dialog" },
    element("h2", {}, title),
    element("p", {}, text),
    element("footer", { class: "modal-foot" },
      element("button", { class: "button", value: "" }, no),
      element("button", { class: `button ${style}`, value: "yes" }, yes)));
  return (await dialog(form, { label: title, kind: "small" })) === "yes";
}

/** A list from the server: members, pins, channels, a person. */
export async function list(what) {
  const content = element("div", { class: "list-dialog" });
  content.append(made(await read("list", { what })));
  const close = element("form", { method: "dialog", class: "modal-foot" }, element("button", { class: "button" }, "Close"));
  const shown = dialog(element("div", {}, content, close), { label: one("h2", content)?.textContent });
  (one(".rows a, .person a", content) ?? one("button", close)).focus(); // and not the list itself, which would be framed
  return shown;
}

/** A field to find something by; the value of the line that was chosen, or nothing. */
export function picker(source, label, none = "Nothing here.") {
  const field = element("input", { type: "text", class: "field", role: "combobox", "aria-expanded": "true", "aria-label": label, placeholder: label, "aria-controls": "picker-list" });
  const lines = element("ul", { role: "listbox", id: "picker-list", "aria-label": label });
  const content = element("div", { class: "picker" }, field, lines);
  let found = [], at = 0;
  const mark = () => [...lines.children].forEach((line, n) => {
    line.setAttribute("aria-selected", String(n === at));
    if (n === at) { field.setAttribute("aria-activedescendant", line.id); line.scrollIntoView({ block: "nearest" }); }
  });
  const fill = async () => {
    const typed = field.value;
    const offers = await read("find", { source, q: typed });
    if (typed !== field.value) return;
    found = offers;
    at = 0;
    lines.replaceChildren(...found.map((offer, n) => element("li", { role: "option", id: `pick-${n}`, "data-n": n },
      element("span", {}, offer.label), element("span", { class: "description" }, offer.description ?? ""))));
    if (!found.length) lines.replaceChildren(element("li", { class: "none" }, typed ? "Nothing fits." : none));
    mark();
  };
  const shown = dialog(content, { label, kind: "small" });
  const close = (n) => content.closest("dialog").close(found[n]?.value ?? "");
  field.addEventListener("input", fill);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") at = Math.min(at + 1, found.length - 1);
    else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
    else if (event.key === "Enter") { event.preventDefault(); return close(at); }
    else return;
    event.preventDefault();
    mark();
  });
  lines.addEventListener("click", (event) => {
    const line = event.target.closest("[data-n]");
    if (line) close(Number(line.dataset.n));
  });
  fill();
  return shown;
}
