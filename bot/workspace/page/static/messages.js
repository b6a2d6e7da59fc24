// What one does with a message: reply, react, edit, delete, pin, copy its link, use a shortcut on it.

import { element, made, on, one, say, toast, toEnd } from "./dom.js";
import { ask, list, picker } from "./dialogs.js";
import { restore } from "./composer.js";
import { act, here, link, read } from "./net.js";
import { fill } from "./rich.js";

const at = (message) => ({ channel: message.dataset.channel, ts: message.dataset.ts });
let tools = null;

export function begin() {
  document.addEventListener("pointerover", (event) => offer(event.target.closest?.(".message")));
  document.addEventListener("focusin", (event) => offer(event.target.closest?.(".message")));
  on("click", "[data-open-thread]", (_event, button) => openThread(button.dataset.openThread));
  on("click", "[data-close-thread]", () => closeThread());
  on("click", ".reaction", (_event, button) => toggle(button.closest(".message"), button.dataset.reaction, button.getAttribute("aria-pressed") === "true"));
  on("click", "[data-person].author", (_event, button) => list(`person:${button.dataset.person}`));
  on("click", ".message-tools [data-do]", (_event, button) => doing[button.dataset.do](button.closest(".message")));
  on("edit-message", ".message", (_event, message) => edit(message));
}

/** The tools stand on the message under the pointer or the focus; ephemeral ones can only be dismissed. */
function offer(message) {
  if (!message || tools?.parentElement === message || message.closest("dialog")) return;
  tools?.remove();
  const tool = (name, label, sign) => element("button", { type: "button", class: "icon-button", "data-do": name, "aria-label": label, title: label }, sign);
  const mine = message.dataset.mine !== undefined;
  const all = message.dataset.ephemeral !== undefined
    ? [tool("dismiss", "Dismiss", "✕")]
    : [tool("react", "Add a reaction", "☺"), tool("reply", "Reply in a thread", "💬"), tool("pin", "Pin or unpin", "📌"), tool("link", "Copy the link", "🔗"),
       ...(mine ? [tool("edit", "Edit", "✎"), tool("remove", "Delete", "🗑")] : []), tool("shortcut", "Shortcuts", "⚡")];
  tools = element("div", { class: "message-tools", role: "toolbar", "aria-label": "Do something with this message" }, ...all);
  message.append(tools);
}

async function done(said, text = "") {
  if (!said.ok) toast(said.text, { trouble: true });
  else if (text) say(text);
}

const doing = {
  reply: (message) => openThread(message.dataset.thread || message.dataset.ts),
  pin: async (message) => {
    const pinned = one(".note.pin", message) !== null;
    done(await act(pinned ? "unpin" : "pin", at(message)), pinned ? "Unpinned" : "Pinned");
  },
  react: async (message) => {
    const name = await picker("emoji", "Find an emoji");
    if (name) toggle(message, name.replaceAll(":", ""), false);
  },
  link: async (message) => {
    const { channel, ts, thread } = message.dataset, root = thread && thread !== ts ? `?thread_ts=${thread}` : "";
    await navigator.clipboard.writeText(`${location.origin}/archives/${channel}/p${ts.replace(".", "")}${root}`);
    toast("The link is copied.");
  },
  edit,
  remove: async (message) => {
    if (await ask("Delete this message?", "It cannot be brought back.", "Delete", "Keep", "danger")) done(await act("delete", at(message)));
  },
  dismiss: async (message) => done(await act("dismiss", at(message))),
  shortcut: async (message) => {
    const chosen = await picker("message-shortcuts", "Find a shortcut", "No app offers a shortcut for messages.");
    const [app, ...name] = chosen.split(" ");
    if (chosen) done(await act("shortcut", { app, callback_id: name.join(" "), ...at(message) }));
  },
};

async function toggle(message, name, stands) {
  done(await act(stands ? "unreact" : "react", { ...at(message), name }));
}

/** The message's own text in a field in its place; Escape leaves it as it was. */
async function edit(message) {
  if (one(".editing", message)) return;
  const { text } = await read("source", at(message));
  const field = element("textarea", { class: "field", "aria-label": "Edit the message", rows: 2 }, text);
  const form = element("form", { class: "editing" }, field, element("div", { class: "modal-foot" },
    element("button", { type: "button", class: "button", "data-stop": true }, "Cancel"), element("button", { class: "button primary" }, "Save")));
  const stop = () => { form.remove(); message.classList.remove("edited-now"); message.focus(); };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = await act("edit", { ...at(message), text: field.value });
    if (said.ok) stop(); else toast(said.text, { trouble: true });
  });
  form.addEventListener("click", (event) => { if (event.target.closest("[data-stop]")) stop(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); stop(); }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); form.requestSubmit(); }
  });
  message.classList.add("edited-now");
  one(".content", message).after(form);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  form.scrollIntoView({ block: "nearest" });
}

// --- the thread beside the channel ----------------------------------------------------------------------------------

export async function openThread(ts) {
  const op = await read("thread", { thread: ts, feed: link.feed });
  if (!op.html) return toast(op.error ?? "This thread is gone.", { trouble: true });
  const pane = one("#thread");
  pane.replaceChildren(made(op.html));
  pane.hidden = false;
  here.thread = ts;
  history.replaceState(null, "", `${location.pathname}?thread=${ts}`);
  fill(pane);
  const form = one(".composer", pane);
  if (form) { restore(form); one("[data-composer]", form).focus(); }
  toEnd(one("#replies"));
}

export async function closeThread() {
  const pane = one("#thread"), ts = here.thread;
  pane.hidden = true;
  pane.replaceChildren();
  delete here.thread;
  history.replaceState(null, "", location.pathname);
  await read("thread", { feed: link.feed });
  one(`[data-open-thread="${ts}"]`)?.focus();
}
