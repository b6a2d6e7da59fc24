// What stands in the controls of a message or view: by block and action, as simple values.

import { all, one } from "./dom.js";
import { richValue } from "./rich.js";

const control = "[data-action][data-block]";

/** The element of Slack that a part of the page belongs to, and where it stands. */
export const elementOf = (part) => part.closest(control);
export const placeOf = (part) => part.closest(".message, .view");

/** Where an act happens, as acts want to hear it. */
export function named(place) {
  return place.matches(".view")
    ? { view: place.dataset.view }
    : { channel: place.dataset.channel, ts: place.dataset.ts };
}

/** Everything that is entered into a place: `{block: {action: value}}`. */
export function entered(place) {
  const found = {};
  for (const each of all(control, place)) {
    if (each.matches("button, a, .overflow")) continue;
    const value = valueOf(each);
    if (value !== undefined) (found[each.dataset.block] ??= {})[each.dataset.action] = value;
  }
  return found;
}

/** The value of one element; nothing where it is empty is null, and undefined where it has none by nature. */
export function valueOf(each) {
  const kind = each.dataset.type;
  if (each.matches(".select")) return chosen(each);
  if (kind === "checkboxes") return all("input:checked", each).map((box) => box.value);
  if (kind === "radio_buttons") return one("input:checked", each)?.value ?? null;
  if (kind === "rich_text_input") return richValue(each);
  if (kind === "file_input") return each.uploaded ?? [];
  if (kind === "datetimepicker") return each.value ? Math.floor(new Date(each.value).getTime() / 1000) : null;
  return "value" in each && each.matches("input, textarea") ? each.value || null : undefined;
}

/** What is chosen in a select: external options whole, since only the app knows them; others by their value. */
function chosen(select) {
  const faces = all(".chosen, .chip", select);
  const external = select.dataset.source === "external";
  const values = faces.map((face) =>
    external ? { text: { type: "plain_text", text: face.textContent, emoji: true }, value: face.dataset.value } : face.dataset.value);
  return select.dataset.multiple === undefined ? values[0] ?? null : values;
}
