// A field for rich text: marks by its buttons, and what stands in it as Slack's rich text.

import { all, on, one } from "./dom.js";

const commands = { bold: "bold", italic: "italic", strike: "strikeThrough", bullet: "insertUnorderedList", ordered: "insertOrderedList" };

export function begin() {
  on("mousedown", ".rich-input [data-mark]", (event) => event.preventDefault()); // the field keeps the selection
  on("click", ".rich-input [data-mark]", (_event, button) => {
    const field = one(".rich-field", button.closest(".rich-input"));
    field.focus();
    const mark = button.dataset.mark;
    if (mark === "quote") document.execCommand("formatBlock", false, "blockquote");
    else if (mark === "code") wrapCode();
    else document.execCommand(commands[mark]);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  on("paste", ".rich-field", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  fill(document);
}

function wrapCode() {
  const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
  if (!range || range.collapsed) return;
  const code = document.createElement("code");
  code.append(range.extractContents());
  range.insertNode(code);
}

/** Put what an app gave as the first value into fields that are new. */
export function fill(inside) {
  for (const field of all(".rich-field[data-initial]", inside)) {
    field.replaceChildren(...(JSON.parse(field.dataset.initial).elements ?? []).map(shown));
    delete field.dataset.initial;
  }
}

function shown(part) {
  const names = { rich_text_quote: "blockquote", rich_text_preformatted: "pre", rich_text_list: part.style === "ordered" ? "ol" : "ul" };
  const made = document.createElement(names[part.type] ?? "div");
  for (const piece of part.elements ?? []) {
    if (part.type === "rich_text_list") {
      const item = document.createElement("li");
      item.append(...(piece.elements ?? []).map(word));
      made.append(item);
    } else made.append(word(piece));
  }
  return made;
}

const marks = [["bold", "b"], ["italic", "i"], ["strike", "s"], ["code", "code"]];

function word(piece) {
  let made = document.createTextNode(piece.text ?? piece.url ?? (piece.name ? `:${piece.name}:` : ""));
  for (const [name, element] of marks) {
    if (!piece.style?.[name]) continue;
    const around = document.createElement(element);
    around.append(made);
    made = around;
  }
  return made;
}

/** What stands in a field; null where nothing does. */
export function richValue(field) {
  if (!field.textContent.trim()) return null;
  const parts = [];
  let line = [];
  const flush = () => { if (line.length) parts.push({ type: "rich_text_section", elements: line }); line = []; };
  for (const node of field.childNodes) {
    const name = node.nodeName;
    if (name === "UL" || name === "OL") { flush(); parts.push(list(node)); }
    else if (name === "BLOCKQUOTE") { flush(); parts.push({ type: "rich_text_quote", elements: pieces(node) }); }
    else if (name === "DIV" || name === "P") { if (line.length || parts.length) line.push({ type: "text", text: "\n" }); line.push(...pieces(node)); }
    else line.push(...pieces(node));
  }
  flush();
  return { type: "rich_text", elements: parts };
}

const list = (node) => ({
  type: "rich_text_list",
  style: node.nodeName === "OL" ? "ordered" : "bullet",
  elements: all("li", node).map((item) => ({ type: "rich_text_section", elements: pieces(item) })),
});

const styles = { B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code" };

function pieces(node, style = {}) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (!node.textContent) return [];
    return [{ type: "text", text: node.textContent, ...(Object.keys(style).length ? { style } : {}) }];
  }
  if (node.nodeName === "BR") return [{ type: "text", text: "\n" }];
  const inner = styles[node.nodeName] ? { ...style, [styles[node.nodeName]]: true } : style;
  return [...node.childNodes].flatMap((child) => pieces(child, inner));
}
