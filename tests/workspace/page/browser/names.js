() => {
  const wrong = [];
  const cut = (each) => each.outerHTML.slice(0, 120);
  const labelled = (each) => each.labels?.length || each.getAttribute("aria-labelledby") || each.placeholder || each.alt;
  const named = (each) => each.ariaLabel || each.textContent.trim() || each.title || labelled(each);
  const usable = "button, a[href], input:not([type=hidden]), textarea, select, [role=combobox], dialog[open]";
  for (const each of document.querySelectorAll(usable)) if (!named(each)) wrong.push(`no name: ${cut(each)}`);
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) wrong.push(`twice: ${id}`);
  for (const name of ["aria-controls", "aria-describedby", "aria-labelledby"]) {
    for (const each of document.querySelectorAll(`[${name}]`)) {
      const lost = each.getAttribute(name).split(" ").filter((id) => id && !document.getElementById(id));
      for (const id of lost) wrong.push(`${name} leads nowhere: ${id}`);
    }
  }
  for (const each of document.querySelectorAll("img:not([alt])")) wrong.push(`no alt: ${cut(each)}`);
  if (document.querySelectorAll("main, [role=main]").length !== 1) wrong.push("not one main");
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  return JSON.stringify(wrong);
}
