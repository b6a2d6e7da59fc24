// The page comes alive: each part hears its own events; then the page follows what happens.

import { begin as composer } from "./composer.js";
import { list, picker } from "./dialogs.js";
import { all, made, on, one, toast, toEnd } from "./dom.js";
import { begin as elements } from "./elements.js";
import { begin as inspector, toggle as inspect } from "./inspector.js";
import { begin as keyboard, go, help } from "./keyboard.js";
import { begin as live } from "./live.js";
import { begin as messages } from "./messages.js";
import { begin as modal } from "./modal.js";
import { act, here, read } from "./net.js";
import { begin as reading } from "./reading.js";
import { begin as rich } from "./rich.js";

const opens = {
  side: () => side(!document.body.classList.contains("side-open")),
  switch: go,
  help,
  inspector: inspect,
  theme,
  members: () => list("members"),
  pins: () => list("pins"),
  browse: () => list("browse"),
  write: () => list("write"),
  shortcuts,
};

function theme() {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = root.dataset.theme ?? (dark ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

/** On a narrow page the sidebar lies over the messages while it is open. */
function side(open) {
  document.body.classList.toggle("side-open", open);
  one('[data-open="side"]').setAttribute("aria-expanded", String(open));
  if (open) one("#side [aria-current=page]")?.focus();
}

async function shortcuts() {
  const chosen = await picker("shortcuts", "Find a shortcut", "No app offers a shortcut here.");
  if (!chosen) return;
  const [app, ...name] = chosen.split(" ");
  const said = await act("shortcut", { app, callback_id: name.join(" ") });
  if (!said.ok) toast(said.text, { trouble: true });
}

// --- acting as somebody else ------------------------------------------------------------------------------------------

function who() {
  const button = one("#who-button"), menu = one("#who-menu");
  const show = (yes) => {
    menu.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) one("[aria-checked=true]", menu)?.focus();
  };
  button.addEventListener("click", () => show(menu.hidden));
  document.addEventListener("pointerdown", (event) => { if (!menu.hidden && !one("#who").contains(event.target)) show(false); });
  menu.addEventListener("keydown", (event) => {
    const people = all("[role=menuitemradio]", menu), at = people.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: people.length - 1 }[event.key];
    if (event.key === "Escape") { event.stopPropagation(); show(false); button.focus(); }
    if (to === undefined) return;
    event.preventDefault();
    people[(to + people.length) % people.length].focus();
  });
  for (const person of all("[data-act-as]", menu)) {
    // The same place, as somebody else; the server takes them elsewhere where they may not see it.
    person.href = `/as/${person.dataset.actAs}/${location.pathname.split("/")[3] ?? ""}`;
  }
}

async function older(line) {
  const list = line.parentElement, before = list.scrollHeight;
  line.remove();
  list.prepend(made(await read("older", { before: line.dataset.before })));
  list.scrollTop += list.scrollHeight - before;
  watchOlder();
}

/** Older messages come when the reader is about to reach them. */
function watchOlder() {
  const line = one(".older");
  if (!line) return;
  const watch = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting)) { watch.disconnect(); older(line); }
  }, { root: line.parentElement, rootMargin: "400px" });
  watch.observe(line);
}

/** Go where an act leads, or say why it came to nothing. */
function onward(said, to = location.pathname) {
  if (said.ok) location.assign(to); else toast(said.text, { trouble: true });
}

/** A link to a message of this workspace stays in this window, and with the person of this page. */
function follow(event) {
  const link = event.target.closest?.("a[href]"), to = link && new URL(link.href);
  if (!to || to.host !== location.host || !to.pathname.startsWith("/archives/")) return;
  to.searchParams.set("as", here.name);
  link.href = to;
  if (!link.matches(".button")) link.target = "_self";
}

/** Show the message that a link led to. */
function aim(ts) {
  const message = one(`#replies [data-ts="${ts}"]`) ?? one(`#messages [data-ts="${ts}"]`);
  message?.classList.add("aimed");
  message?.scrollIntoView({ block: message.offsetHeight > innerHeight * 0.6 ? "start" : "center" });
}

async function openHome() {
  if (here.home) await act("home", { app: here.home, tab: "home" });
  else if (one(".tabs")) await act("home", { app: one(".tabs").getAttribute("aria-label"), tab: "messages" });
}

function begin() {
  const kept = localStorage.getItem("theme");
  if (kept) document.documentElement.dataset.theme = kept;
  on("click", "[data-open]", (_event, button) => opens[button.dataset.open]?.());
  on("click", "[data-join]", async (_event, button) => onward(await act("join", { channel: button.dataset.join })));
  on("click", "[data-leave]", async (_event, button) => onward(await act("leave", { channel: button.dataset.leave })));
  on("submit", "[data-create]", async (event, form) => {
    event.preventDefault();
    const given = { name: form.elements.name.value, private: form.elements.private.checked };
    onward(await act("create_channel", given), `/as/${here.name}/${given.name}`);
  });
  document.addEventListener("click", follow, { capture: true });
  document.addEventListener("auxclick", follow, { capture: true });
  on("click", "#side a", () => side(false));
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest('#side, [data-open="side"]')) side(false); });
  on("keydown", "#side", (event) => { if (event.key === "Escape") { side(false); one('[data-open="side"]').focus(); } });
  rich();
  elements();
  composer();
  messages();
  keyboard();
  who();
  inspector();
  const scroll = one("#messages");
  if (scroll) { const first = one(".new-line", scroll); if (first) first.scrollIntoView({ block: "center" }); else toEnd(scroll); }
  if (one("#replies")) toEnd(one("#replies"));
  if (here.message) aim(here.message);
  watchOlder();
  modal();
  live(() => { // not before: what the page itself does would be news to it
    reading();
    openHome();
    document.documentElement.dataset.ready = "yes";
  });
}

begin();
