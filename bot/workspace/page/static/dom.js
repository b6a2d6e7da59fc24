// Small things that every script here needs of the document.

export const one = (selector, inside = document) => inside.querySelector(selector);
export const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

/** Markup as an element. It comes from our own server, which has escaped it. */
export function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function element(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** Hear an event on whatever fits a selector, now or later. */
export function on(event, selector, hear, options) {
  document.addEventListener(event, (happened) => {
    const found = happened.target.closest?.(selector);
    if (found) hear(happened, found);
  }, options);
}

/** Tell whoever hears the page instead of seeing it. */
export function say(text, { urgent = false } = {}) {
  const place = one(urgent ? "#urgent" : "#polite");
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = text; });
}

/** A notification in the corner; one that needs something of the reader stays until it is closed. */
export function toast(text, { title = "", href = "", trouble = false } = {}) {
  const close = element("button", { type: "button", class: "icon-button", "aria-label": "Dismiss" }, "✕");
  const words = element("div", {}, title ? element("strong", {}, title) : null, element("div", { class: "said" }, text));
  const inside = href ? element("a", { href }, words) : words;
  const shown = element("div", { class: trouble ? "toast trouble" : "toast" }, inside, close);
  close.addEventListener("click", () => shown.remove());
  const region = one("#toasts");
  if (trouble) untoast(text);
  region.append(shown);
  while (region.children.length > 4) region.firstElementChild.remove();
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover(); // above every dialog, also one that was opened since
  if (!trouble) setTimeout(() => shown.remove(), 8000);
  say(`${title} ${text}`.trim(), { urgent: trouble });
}

/** Take away what says the same, since it is said anew or elsewhere. */
export function untoast(text) {
  for (const said of all("#toasts .trouble .said")) if (said.textContent === text) said.closest(".toast").remove();
}

/** Whether a list stands at its end, so that it should stay there when something is added. */
export const atEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 80;
export const toEnd = (list) => { list.scrollTop = list.scrollHeight; };
