// Drafts: what is typed into a long form outlives a lost connection, a closed tab, a flat battery.
//
// <form method="post" data-draft="7"> with `includes/_draft.html` inside: kept on this device under
// the person's number and the form's address; put back with a visible notice when the form is opened
// again unsaved; erased once it is saved, and with every other draft when somebody logs out.
// Files, passwords and hidden fields are never kept.

const PREFIX = "draft:";
const LONGEST = 30 * 24 * 3600 * 1000; // ms
const PAUSE = 250; // ms

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function keyOf(form) {
  return `${PREFIX}${form.dataset.draft}:${location.pathname}`;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // full or forbidden: the form works as any other
  }
}

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type),
  );
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

// Several boxes share a name: told apart by their value.
function nameOf(field) {
  return field.type === "checkbox" || field.type === "radio" ? `${field.name}=${field.value}` : field.name;
}

function snapshot(form) {
  return Object.fromEntries(fields(form).map((field) => [nameOf(field), valueOf(field)]));
}

function put(form, values) {
  for (const field of fields(form)) {
    const value = values[nameOf(field)];
    if (value === undefined) continue;
    if (typeof value === "boolean") field.checked = value;
    else if (Array.isArray(value)) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  }
}

function same(one, other) {
  return Object.keys(one).every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]));
}

function keep(form) {
  const key = keyOf(form);
  const fresh = snapshot(form);
  const notice = form.querySelector("[data-draft-notice]");
  const kept = read(key);
  // A refused form comes back with all that was typed: nothing to put back.
  const isRefused = form.dataset.draftRefused !== undefined || document.querySelector(".field.has-errors") !== null;
  if (kept && !isRefused && !same(fresh, kept.values)) {
    put(form, kept.values);
    notice.querySelector("[data-draft-time]").textContent = new Date(kept.at).toLocaleString();
    notice.hidden = false;
    notice.querySelector("[data-draft-discard]").addEventListener("click", () => {
      localStorage.removeItem(key);
      put(form, fresh);
      notice.hidden = true;
    });
  }
  let later;
  const save = () => {
    const values = snapshot(form);
    if (same(fresh, values) && !isRefused) localStorage.removeItem(key);
    else write(key, { at: Date.now(), values });
  };
  form.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(later);
    write(key, { at: Date.now(), values: snapshot(form) });
  });
  window.addEventListener("pagehide", () => {
    if (later) save();
  });
}

// The page after a form says that it was saved: only then is its draft done with.
function forgetSaved() {
  if (!document.referrer || !document.querySelector(".message-success")) return;
  const from = new URL(document.referrer);
  if (from.origin !== location.origin) return;
  for (const key of keys()) if (key.endsWith(`:${from.pathname}`)) localStorage.removeItem(key);
}

function forgetOld() {
  for (const key of keys()) if (!(read(key)?.at > Date.now() - LONGEST)) localStorage.removeItem(key);
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-logout]")) for (const key of keys()) localStorage.removeItem(key);
}, true);

try {
  forgetSaved();
  forgetOld();
  for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
} catch {
  // storage forbidden
}
