// The admin for screen readers: names for the search box and the look-ups, which Django leaves without.

function nameSearch() {
  const search = document.getElementById("searchbar");
  const submit = search?.form.querySelector("[type=submit]");
  if (submit) search.setAttribute("aria-label", submit.value);
}

function nameLookup(container) {
  const select = container.previousElementSibling;
  const label = select?.labels?.[0];
  const box = container.querySelector(".select2-selection");
  if (!label || !box) return;
  label.id ||= `${select.id}_label`;
  box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby")}`);
  box.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", label.id);
}

// Select2 builds its boxes whenever jQuery is ready, so watch for them.
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.classList?.contains("select2-container") && node.querySelector(".select2-selection")) nameLookup(node);
    }
  }
}).observe(document.documentElement, { childList: true, subtree: true });

document.addEventListener("DOMContentLoaded", nameSearch);
