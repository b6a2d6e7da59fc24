// What came to nothing is said once. The window it was done in hears of it twice, as the answer to what was done and
// with the news that every window of the person gets; either may come first, and the later adds nothing.

import { all, element, one, say, toast, untoast } from "./dom.js";

/** Beside what was used, and for whoever hears the page. */
export function unanswered(part, text) {
  const said = text || "That did not work. Try again.";
  if (!part.isConnected) return troubled({ target: `#${part.closest(".message, .view")?.id}`, text: said }); // it has changed meanwhile
  for (const former of all(".no-answer", part.closest(".message, .view"))) former.remove();
  untoast(said);
  (part.closest(".block, .modal-foot") ?? part.parentElement).after(notice(said));
  say(said, { urgent: true });
}

/** With the news: at the end of the message, which may stand in a thread too, or in the corner where it was none. */
export function troubled(op) {
  for (const busy of all("[aria-busy=true]")) busy.removeAttribute("aria-busy");
  const messages = all(`${op.target}, ${op.target.replace("#m-", "#t-")}`);
  const notices = messages.length ? messages.flatMap((each) => all(".no-answer", each)) : all(".view .no-answer, .modal-error");
  if (notices.some((each) => each.textContent === op.text)) return;
  if (!messages.length) return toast(op.text, { trouble: true });
  for (const former of notices) former.remove();
  one(".body", messages[0]).append(notice(op.text));
  say(op.text, { urgent: true });
}

const notice = (text) => element("div", { class: "no-answer", role: "alert" }, text);
