// What the page asks of the workspace. Every request proves itself with the token of the page, in a header.

const token = document.querySelector('meta[name="page-token"]').content;
export const here = document.body.dataset;

/** The stream that keeps this page in step, by the name the server gave it. */
export const link = { feed: "" };

/** Where the page stands, as the server wants to hear it. */
export function place(more = {}) {
  const at = location.pathname.split("/");
  return new URLSearchParams({ as: here.name, place: decodeURIComponent(at[3] ?? ""), ...more });
}

export function request(path, options = {}) {
  return fetch(path, { ...options, headers: { ...options.headers, "X-Workspace-Page": token } });
}

/** Do something as the person of this page; what came of it: `{ok, text, errors, options, …}`. */
export async function act(name, given = {}) {
  const body = JSON.stringify({ person: here.person, ...given });
  try {
    const answer = await request(`/act/${name}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const said = await answer.json();
    return said.ok ? said : { ...said, ok: false, text: said.text ?? said.error };
  } catch {
    return { ok: false, text: "The workspace does not answer. Is it still running?" };
  }
}

/** Read something: JSON, or a piece of the page. */
export async function read(name, given = {}) {
  const answer = await request(`/page/${name}?${place(given)}`);
  const kind = answer.headers.get("Content-Type") ?? "";
  return kind.startsWith("application/json") ? answer.json() : answer.text();
}

/** A file as it goes over the wire inside JSON. */
export async function encoded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name, content: btoa(text) };
}
