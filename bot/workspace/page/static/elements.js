// What happens when something in a message, a modal or a home tab is used: the app is told, and the page says that it waits.

import { all, on, one } from "./dom.js";
import { confirmed } from "./dialogs.js";
import { act, encoded } from "./net.js";
import { begin as beginPopups } from "./popup.js";
import { unanswered } from "./trouble.js";
import { elementOf, entered, named, placeOf, valueOf } from "./values.js";

const typing = new Map();

export function begin() {
  beginPopups({ chose: (holder, value, line) => chosen(holder, value, line) });
  on("click", "button[data-action], a.button[data-action]", (event, button) => {
    if (button.matches("a[data-confirm]")) event.preventDefault(); // it is followed once it was confirmed
    used(button, button.dataset.value ?? null);
  });
  on("change", ".choices[data-action] input, input[type=date], input[type=time], input[type=datetime-local]", (_event, field) => {
    const part = elementOf(field);
    if (part) changed(part);
  });
  on("change", "input[type=file][data-action]", (_event, field) => upload(field));
  on("keydown", ":is(input, textarea, .rich-field)[data-dispatch~=enter]", (event, field) => {
    if (event.key !== "Enter" || event.isComposing || (!field.matches("input") && event.shiftKey)) return;
    event.preventDefault();
    changed(field);
  });
  on("input", "[data-dispatch~=typing]", (_event, field) => {
    clearTimeout(typing.get(field));
    typing.set(field, setTimeout(() => changed(field), 500));
  });
  on("input", ".input-box", (_event, box) => unwrong(box));
  on("change", ".input-box", (_event, box) => unwrong(box));
  on("click", ".data-table th[data-sort] button", (_event, button) => sort(button.closest("th")));
  on("click", ".pager [data-turn]", (_event, button) => turn(button.closest(".pager"), Number(button.dataset.turn)));
  on("click", ".label > span[id]", (_event, label) => one(".rich-field", label.closest(".input-box"))?.focus());
}

function chosen(holder, value, line) {
  if (holder.matches(".overflow")) {
    if (line.url) window.open(line.url, "_blank", "noopener");
    return used(holder, value);
  }
  const box = holder.closest(".input-box");
  if (box) unwrong(box);
  return changed(holder);
}

/** A value was entered. The app hears of it at once only where the element is made so. */
function changed(part) {
  if (part.dataset.dispatch !== undefined) used(part, valueOf(part));
}

async function used(part, value) {
  if (part.getAttribute("aria-busy") === "true" || !(await confirmed(part))) return;
  if (part.matches("a[data-confirm]")) window.open(part.href, "_blank", "noopener");
  if (part.matches("[aria-pressed]")) press(part);
  const place = placeOf(part);
  part.setAttribute("aria-busy", "true");
  one(".no-answer", place)?.remove();
  const said = await act("click", {
    ...named(place), block_id: part.dataset.block, action_id: part.dataset.action, value, entered: entered(place),
  });
  part.removeAttribute("aria-busy");
  if (!said.ok) unanswered(part, said.text);
}

/** Of two buttons, the one that was used stays pressed. */
function press(button) {
  for (const other of all("[aria-pressed]", button.parentElement)) other.setAttribute("aria-pressed", String(other === button));
}

function unwrong(box) {
  box.classList.remove("wrong");
  const error = one(".error", box);
  if (error) error.textContent = "";
  for (const control of all("[aria-invalid]", box)) control.removeAttribute("aria-invalid");
}

/** Files are kept by the workspace as soon as they are chosen; the form sends their names. */
async function upload(field) {
  const most = Number(field.dataset.most ?? 10);
  const files = [...field.files].slice(0, most);
  field.setAttribute("aria-busy", "true");
  const said = await Promise.all(files.map(async (file) => act("upload", await encoded(file))));
  field.removeAttribute("aria-busy");
  field.uploaded = said.filter((one) => one.ok).map((one) => one.file);
  const failed = said.find((one) => !one.ok);
  if (failed) unanswered(field, failed.text);
}

function sort(head) {
  const up = head.getAttribute("aria-sort") !== "ascending";
  const table = head.closest("table"), body = one("tbody", table);
  for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const key = (row) => row.children[Number(head.dataset.sort)]?.dataset.key ?? "";
  const rows = all("tr", body).sort((a, b) => {
    const [x, y] = [key(a), key(b)], numbers = x !== "" && y !== "" && !isNaN(x) && !isNaN(y);
    return (numbers ? x - y : x.localeCompare(y)) * (up ? 1 : -1);
  });
  body.append(...rows);
  const pager = one(".pager", table.closest(".block"));
  if (pager) show(pager, 0);
}

function turn(pager, by) {
  show(pager, Number(pager.dataset.at ?? 0) + by);
}

/** The rows of one page of a table, and where among all rows they stand. */
function show(pager, at) {
  const table = one("table", pager.parentElement), rows = all("tbody > tr", table), size = Number(table.dataset.page);
  const first = at * size, last = Math.min(first + size, rows.length);
  pager.dataset.at = at;
  rows.forEach((row, n) => { row.hidden = n < first || n >= last; });
  one("[role=status]", pager).textContent = `${first + 1}–${last} of ${rows.length}`;
  for (const button of all("[data-turn]", pager)) button.disabled = Number(button.dataset.turn) < 0 ? at === 0 : last === rows.length;
}
