// Asks once a second what changed since the last look, and shows the page anew where something did. Without this
// script a reload does the same.

const EVERY = 1000;
const state = document.getElementById("state");
const said = document.getElementById("said");
const since = document.body.dataset.since;
let last = Number(document.body.dataset.last);
let timer = 0;

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(`/office/changes?since=${last}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const { last: newest, sentences } = await answer.json();
    if (newest !== last) {
      await renew();
      last = newest;
      said.textContent = sentences.join(" ");
    }
    state.textContent = "Kept up to date";
  } catch {
    state.textContent = "The bot does not answer. It is asked again every second.";
  }
  timer = setTimeout(look, EVERY);
}

async function renew() {
  const address = new URL(location.href);
  address.searchParams.set("since", since);
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.getAttribute("href");
  document.getElementById("content").replaceWith(page.getElementById("content"));
  const links = [...document.querySelectorAll("#content a")];
  if (focused) links.find((link) => link.getAttribute("href") === focused)?.focus({ preventScroll: true });
}

document.addEventListener("visibilitychange", look);
look();
