// Forms: ask before a step that is hard to take back, warn before typed text is lost, send once.
//
// <form method="post" data-confirm="Void this customer?" data-confirm-yes="Void" data-confirm-no="Cancel">
// <form method="post" data-guard>: warns when the page is left with unsaved changes.
// Without JavaScript both are plain forms; the server asks or refuses where it must.

const guarded = new Set();

function ask(form, submitter) {
  const dialog = document.createElement("dialog");
  const text = document.createElement("p");
  text.id = "confirm-text";
  text.textContent = form.dataset.confirm;
  const actions = document.createElement("div");
  actions.className = "dialog-actions";
  const button = (label, style) => {
    const element = document.createElement("button");
    element.type = "button";
    element.className = `btn ${style}`;
    element.textContent = label;
    actions.append(element);
    return element;
  };
  const chinese = document.documentElement.lang.startsWith("zh");
  const no = button(form.dataset.confirmNo || (chinese ? "取消" : "Cancel"), "");
  const yes = button(form.dataset.confirmYes || submitter?.textContent.trim() || (chinese ? "确定" : "OK"), "btn-primary");
  dialog.setAttribute("aria-labelledby", text.id);
  dialog.append(text, actions);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    form.dataset.confirmed = "yes";
    dialog.close();
    form.requestSubmit(submitter ?? undefined);
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    submitter?.focus();
  });
  dialog.showModal();
  no.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && form.dataset.confirmed !== "yes" && window.HTMLDialogElement) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form, event.submitter);
    return;
  }
  delete form.dataset.confirmed;
  if (form.getAttribute("method")?.toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes"; // a second click sends nothing twice
  guarded.delete(form);
}, true);

// Coming back by the browser's button revives the page as it was left.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) guarded.add(form);
});

window.addEventListener("beforeunload", (event) => {
  for (const form of guarded) {
    if (form.isConnected) {
      event.preventDefault();
      return;
    }
  }
});
