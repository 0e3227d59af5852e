// <select data-lookup-url="/accounts/lookup/">: options come from the server while typing.
//
// The address answers ?q=… with {"results": [{"value": "12", "text": "…", "hint": "…"}]}.
// Tom Select is loaded only where such a field stands. Without JavaScript a text field stands beside
// it (accounts/forms/lookup.py): the form finds the customer it means, or offers those that match.

function library() {
  if (window.TomSelect) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="lookup-library"]').content;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

const escape = (text) => {
  const span = document.createElement("span");
  span.textContent = text ?? "";
  return span.innerHTML;
};

function enhance(select) {
  const chinese = document.documentElement.lang.startsWith("zh");
  const url = select.dataset.lookupUrl;
  new window.TomSelect(select, {
    valueField: "value",
    labelField: "text",
    searchField: [], // the server has already searched, by pinyin too
    maxOptions: 50,
    loadThrottle: 200,
    placeholder: select.dataset.placeholder || "",
    shouldLoad: (query) => query.trim().length > 0,
    score: () => () => 1,
    load(query, callback) {
      this.clearOptions((option) => this.items.includes(String(option.value)));
      fetch(`${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } })
        .then((response) => (response.ok ? response.json() : { results: [] }))
        .then((answer) => callback(answer.results), () => callback());
    },
    render: {
      option: (item) => `<div>${escape(item.text)}${item.hint ? ` <span class="option-hint">${escape(item.hint)}</span>` : ""}</div>`,
      item: (item) => `<div>${escape(item.text)}</div>`,
      no_results: () => `<div class="no-results">${chinese ? "没有符合的" : "No match"}</div>`,
      loading: () => `<div class="loading">${chinese ? "正在查找…" : "Searching…"}</div>`,
      not_loading: () => "",
    },
  });
  select.setAttribute("aria-hidden", "true"); // its label now names the control beside it
}

async function prepare(root) {
  const selects = [...root.querySelectorAll("select[data-lookup-url]:not(.tomselected)")];
  if (!selects.length) return;
  await library();
  selects.forEach(enhance);
}

prepare(document);
document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
