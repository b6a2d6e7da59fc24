// What the reader has seen is read, once the page is in sight and the list stands at its end.

import { atEnd, one } from "./dom.js";
import { act, here } from "./net.js";

let told = "";

export function seen() {
  const list = one("#messages");
  if (!list || !here.channel || document.visibilityState !== "visible" || !atEnd(list)) return;
  const last = [...list.querySelectorAll(".message:not([data-ephemeral])")].at(-1)?.dataset.ts ?? "";
  if (last <= told) return;
  told = last;
  act("read", { channel: here.channel, ts: last });
}

export function begin() {
  document.addEventListener("visibilitychange", seen);
  one("#messages")?.addEventListener("scroll", seen, { passive: true });
  seen();
}
