// The search box of every page: "/" goes there, arrow keys walk the hits, Enter opens one.

const input = document.querySelector("input[data-search]");
const list = input && document.getElementById("app-search-hits");

if (list) {
  let current = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${input.id}"]`).textContent);

  const show = (visible) => {
    list.hidden = !visible;
    input.setAttribute("aria-expanded", String(visible));
    if (!visible) mark(-1);
  };
  const mark = (index) => {
    current = index;
    options().forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const chosen = options()[index];
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  list.addEventListener("htmx:afterSwap", () => {
    options().forEach((option, i) => {
      option.id = `app-search-hit-${i}`;
      option.tabIndex = -1;
    });
    mark(-1);
    // A message without options is not a listbox.
    list.setAttribute("role", options().length ? "listbox" : "status");
    show(document.activeElement === input && input.value.trim() !== "" && list.childElementCount > 0);
  });
  input.addEventListener("htmx:beforeRequest", (event) => {
    if (input.value.trim() === "") {
      event.preventDefault();
      show(false);
    }
  });
  input.addEventListener("focus", () => show(input.value.trim() !== "" && list.childElementCount > 0));
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".app-search")) show(false);
  });
  input.closest("form").addEventListener("focusout", (event) => {
    if (event.relatedTarget && !event.relatedTarget.closest(".app-search")) show(false);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    } else if (!list.hidden && all.length && event.key === "ArrowDown") {
      event.preventDefault();
      mark((current + 1) % all.length);
    } else if (!list.hidden && all.length && event.key === "ArrowUp") {
      event.preventDefault();
      mark((current - 1 + all.length) % all.length);
    } else if (event.key === "Enter" && current >= 0 && !event.isComposing) {
      event.preventDefault();
      window.location.assign(all[current].href);
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}
