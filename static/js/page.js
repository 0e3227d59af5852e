// Small behaviours of every page, bound by data-*: menus, print, copy, table boxes, column choice.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open], details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const print = event.target.closest("[data-print]");
  if (print) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy);
});

// A menu that the focus has left does not stay open over the page.
document.addEventListener("focusout", (event) => {
  const menu = event.target.closest("details[data-menu][open], details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const toggle = document.getElementById("app-menu-toggle");
  if (toggle?.checked) {
    toggle.checked = false;
    toggle.focus();
  }
});

// <button data-copy="text" data-copied="Copied" hidden>: shown only where copying can work.
async function copyText(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  const before = button.innerHTML;
  button.textContent = button.dataset.copied || "✓";
  setTimeout(() => { button.innerHTML = before; }, 1500);
}

// <div data-columns="table-id"><label><input type="checkbox" data-column="3">: shows or hides a column
// of the table at once; the form around it keeps the choice on the server.
document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-columns] [data-column]");
  if (!box) return;
  const table = document.getElementById(box.closest("[data-columns]").dataset.columns);
  for (const row of table?.rows ?? []) {
    const cell = row.cells[Number(box.dataset.column)];
    if (cell) cell.hidden = !box.checked;
  }
});

// A select or checkbox that sends its form on change: <select data-submit>. The button stays for others.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// <input type="checkbox" data-all="row">: ticks every <input data-row> of its table.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const box of event.target.closest("table").querySelectorAll("input[data-row]:not(:disabled)")) {
    box.checked = event.target.checked;
  }
});

function prepare(root) {
  for (const button of root.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;
  for (const box of root.querySelectorAll(".table-box")) {
    // A box that scrolls must be reachable by keyboard.
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) {
      box.tabIndex = 0;
      if (!box.hasAttribute("role")) box.setAttribute("role", "group");
    }
  }
  root.querySelector("[data-focus]")?.focus();
}

prepare(document);
document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
