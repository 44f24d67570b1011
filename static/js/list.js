/* Lists and documents: selected rows, the row under the cursor and its drawer, keys, menus, filters, the file. */
(() => {
  "use strict";
  const { $, $$, on, fire, busy, get } = lonja, doc = document, body = doc.body;

  /* --- selection --- */
  let last = null;
  const boxes = () => $$("tbody input[name=select]");
  const count = () => {
    const all = boxes(), n = all.filter(box => box.checked).length, head = $("[data-select-all]");
    $$("[data-selected]").forEach(el => { el.textContent = n; });
    if (head) { head.checked = n > 0 && n === all.length; head.indeterminate = n > 0 && n < all.length; }
  };
  on("change", e => {
    if (e.target.matches("[data-select-all]")) boxes().forEach(box => { box.checked = e.target.checked; });
    if (e.target.matches("[data-select-all],input[name=select]")) count();
  });
  on("reset", () => setTimeout(count));
  on("htmx:afterSwap", count);
  on("click", e => {
    const box = e.target.closest("tbody input[name=select]");
    if (!box) return;
    const all = boxes();
    if (e.shiftKey && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach(one => { one.checked = box.checked; });
      count();
    }
    last = box;
  });

  /* --- rows: cursor and drawer --- */
  const current = () => $("tr.is-cursor");
  const cursor = row => {
    current()?.classList.remove("is-cursor");
    if (!row) return;
    row.classList.add("is-cursor");
    if (!$("dialog[open]")) $(".t-link", row)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const move = by => {
    const rows = $$("tr[data-href]");
    if (rows.length) cursor(rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(current()) + by))]);
  };
  const peek = row => row?.dataset.peek && get(row.dataset.peek, "#peek");
  on("click", e => {
    const row = e.target.closest("tr[data-href]");
    if (!row || e.target.closest("a,button,input,label") || String(getSelection())) return;
    cursor(row);
    row.dataset.peek ? peek(row) : location.assign(row.dataset.href);
  });

  /* --- keys --- */
  on("keydown", e => {
    const t = e.target, k = e.key, row = current();
    if (t.matches?.("[data-list-search]")) {
      if (k === "Escape") { if (t.value) { t.value = ""; fire(t, "input"); } else t.blur(); }
      if (k === "ArrowDown" || k === "Enter") { e.preventDefault(); move(1); }
      return;
    }
    const inside = $("#peek_drawer[open]");
    if (e.defaultPrevented || busy(e)) return;
    if (k === "Enter" && row && (inside ? !t.closest("a,button") : t === body || t.closest(".t-link"))) { e.preventDefault(); location.assign(row.dataset.href); }
    if (k === " " && row && (t === body || t.closest(".t-link,tr"))) { e.preventDefault(); inside ? inside.close() : peek(row); }
    if (doc.documentElement.dataset.keys === "off") return;
    if (k === "j" || k === "k") { e.preventDefault(); move(k === "j" ? 1 : -1); if (inside) peek(current()); }
    const box = k === "x" && row && $("input[name=select]", row);
    if (box) { box.checked = !box.checked; count(); }
  });

  /* --- menus and forms that stay on their page --- */
  /* An opened menu stands under its button also where the browser cannot anchor it. */
  on("toggle", e => {
    const menu = e.target;
    if (e.newState !== "open" || !menu.matches(".menu:not(.menu-me)") || CSS.supports("position-anchor", "auto")) return;
    const at = $(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
    menu.classList.add("is-placed");
    menu.style.left = Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8)) + "px";
    menu.style.top = Math.max(8, Math.min(at.bottom, innerHeight - menu.offsetHeight - 14)) + "px";
  }, true);
  /* Sent, such a form is empty again, and acts again. */
  on("htmx:afterRequest", e => {
    const form = e.target;
    if (!form.matches("[data-clear]") || !e.detail.successful) return;
    form.reset();
    form.elements.form_key.value = Math.random() + "." + Date.now();
  });

  /* --- filters: the buttons count what is ticked behind them --- */
  on("input", e => {
    const menu = e.target.closest(".menu-filter");
    if (!menu) return;
    const opener = $(`[popovertarget="${menu.id}"]`);
    const n = $$(":checked", menu).length + $$("input[type=date]", menu).filter(one => one.value).length;
    let badge = $(".count", opener);
    if (!badge) { badge = doc.createElement("b"); badge.className = "count"; opener.lastElementChild.before(badge); }
    badge.textContent = n; badge.hidden = !n;
  });

  /* --- the file is of the list as it is now filtered and sorted, also where only its rows were swapped --- */
  on("click", e => {
    const link = e.target.closest("[data-export]"), query = new URLSearchParams(location.search);
    if (!link) return;
    for (const [name, value] of new URL(link.href).searchParams) if (name === "export") query.set(name, value);
    query.delete("after"); query.delete("before");
    link.search = query;
  }, true);
})();
