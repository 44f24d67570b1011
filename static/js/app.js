/* What the browser does by itself: keys, dialogs, toasts, selection, the live question.
   Listeners are delegated, so they survive every swap; the server does the rest. */
(() => {
  "use strict";
  const doc = document, body = doc.body, say = doc.getElementById("words").dataset;
  const $ = (q, root = doc) => root.querySelector(q), $$ = (q, root = doc) => [...root.querySelectorAll(q)];
  const on = (type, act, capture) => doc.addEventListener(type, act, capture);
  const fire = (el, type, detail) => el?.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  const typing = el => el.closest?.("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
  const get = (url, target) => htmx.ajax("GET", url, { source: target, target, swap: "innerHTML" });

  const lang = doc.documentElement.lang, [thousand, decimal] = lang.startsWith("es") ? [".", ","] : [",", "."];
  const number = text => +(/^[1-9]\d{0,2}([.,]\d{3})+(\D|$)/.test(text) ? text.replaceAll(thousand, "") : text).replace(decimal, ".") || 0;
  const written = value => value.toLocaleString(lang, { maximumFractionDigits: 3, useGrouping: "always" });

  /* --- dialogs, drawers, menus --- */
  const open = id => {
    const box = doc.getElementById(id);
    if (!box || box.open) return;
    box.showModal();
    if (id === "palette") { const q = $("#palette_q"); q.value = ""; fire(q, "palette-open"); }
  };
  const refreshList = () => { const form = $("[data-filters]"), box = form && doc.getElementById(form.id.replace(/_filter$/, "")); box ? get(location.href, box) : location.reload(); };
  on("click", e => {
    const t = e.target, opener = t.closest("[data-open]");
    if (opener) return open(opener.dataset.open);
    if (t.closest("[data-close]")) return t.closest("dialog")?.close();
    if (t.nodeName === "DIALOG" && e.detail) return t.close();
    if (t.closest("[data-toast-close]")) return t.closest(".toast").remove();
    const option = t.closest("[role=option][data-value]");
    if (option) return pick(option);
    const step = t.closest("[data-step]");
    if (step) { const input = $("input", step.parentElement); input.value = written(Math.max(+(input.min || 0), Math.min(+(input.max || 1e9), number(input.value) + +step.dataset.step))); fire(input, "input"); fire(input, "change"); return; }
    const row = t.closest("tr[data-href]");
    if (row && !t.closest("a,button,input,label") && !String(getSelection())) { cursor(row); row.dataset.peek ? peek(row) : location.assign(row.dataset.href); }
  });
  /* The file is of the list as it is now filtered and sorted, also where only its rows were swapped. */
  on("click", e => {
    const link = e.target.closest("[data-export]"), query = new URLSearchParams(location.search);
    if (!link) return;
    for (const [name, value] of new URL(link.href).searchParams) if (name === "export") query.set(name, value);
    query.delete("after"); query.delete("before");
    link.search = query;
  }, true);
  /* An opened menu stands under its button also where the browser cannot anchor it. */
  on("toggle", e => {
    const menu = e.target;
    if (e.newState !== "open" || !menu.matches(".menu:not(.menu-me)") || CSS.supports("position-anchor", "auto")) return;
    const at = $(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
    menu.classList.add("is-placed");
    menu.style.left = Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8)) + "px";
    menu.style.top = Math.max(8, Math.min(at.bottom, innerHeight - menu.offsetHeight - 14)) + "px";
  }, true);

  /* --- toasts --- */
  const shelf = $("#toasts");
  shelf.popover = "manual";
  const fade = toast => { let left = setTimeout(() => toast.remove(), $(".toast-undo", toast) ? 9000 : 5000); toast.onmouseenter = toast.onfocusin = () => clearTimeout(left); toast.onmouseleave = () => left = setTimeout(() => toast.remove(), 3000); };
  const raise = () => { if (shelf.matches(":popover-open")) shelf.hidePopover(); if (shelf.children.length) shelf.showPopover(); };
  const button = (css, text) => { const b = doc.createElement("button"); b.type = "button"; b.className = css; b.append(text); return b; };
  const toast = ({ text, kind = "success", undo }) => {
    const box = doc.createElement("div"), words = doc.createElement("span");
    box.className = "toast toast-" + kind; words.textContent = text; box.append(words);
    if (undo) { const b = button("toast-undo", say.sayUndo); b.onclick = () => { box.remove(); htmx.ajax("POST", undo, { source: body, swap: "none" }).then(refreshList); }; box.append(b); }
    const x = button("toast-close", "×"); x.ariaLabel = say.sayClose; x.dataset.toastClose = ""; box.append(x);
    shelf.append(box); while (shelf.children.length > 3) shelf.firstElementChild.remove();
    raise(); fade(box);
  };
  $$(".toast").forEach(fade); raise();
  /* The order grid says by itself that it tries again. */
  const retries = e => e.target.matches("[data-grid]") && !(e.detail.xhr.status >= 400 && e.detail.xhr.status < 429);
  on("toast", e => (e.detail.toasts || [e.detail]).forEach(toast));
  on("htmx:responseError", e => {
    if (retries(e)) return;
    const status = e.detail.xhr.status;
    if (status === 401 || status === 403) return location.reload();
    toast({ text: status === 400 ? say.sayUnreadable : status === 404 || status === 410 ? say.sayMissing : status === 429 ? say.sayAgain : say.sayError, kind: "error" });
  });
  for (const type of ["htmx:sendError", "htmx:timeout"]) on(type, e => retries(e) || toast({ text: say.sayOffline, kind: "error" }));

  /* --- htmx --- */
  /* A request replaced by a newer one is no error, and a failed one is told once. */
  htmx.logger = (_el, name, detail) => { if (/^htmx:(sendAbort|afterRequest|oobErrorNoTarget)$/.test(name)) delete detail.error; };
  addEventListener("unhandledrejection", e => { if (e.reason === undefined) e.preventDefault(); });
  on("htmx:configRequest", e => { e.detail.headers["X-CSRFToken"] = say.csrf; });
  /* With Ctrl, Shift or the middle button a link stays a link. */
  on("click", e => { if ((e.ctrlKey || e.metaKey || e.shiftKey) && e.target.closest("a[href]")) e.stopImmediatePropagation(); }, true);
  on("htmx:afterSwap", e => {
    const id = e.target.id;
    if (id === "peek") open("peek_drawer");
    if (id === "palette_results") mark($("#palette_q"), $("[role=option]", e.target));
    const input = id && $(`[data-suggest="#${id}"]`);
    if (input && (e.detail.requestConfig.parameters[input.name] !== input.value || input !== doc.activeElement)) e.target.replaceChildren();
    else if (input) mark(input, $("[role=option]", e.target));
    count();
  });
  addEventListener("pageshow", e => { if (e.persisted) { $$("[data-sent]").forEach(form => delete form.dataset.sent); refreshList(); } });
  /* A form that was sent is not sent again by a second click. */
  on("submit", e => {
    const form = e.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return e.preventDefault();
    form.dataset.sent = "1"; setTimeout(() => delete form.dataset.sent, 8000);
  });
  /* A form that stays on its page is empty again, and acts again. */
  on("htmx:afterRequest", e => {
    if (!e.target.matches("[data-clear]") || !e.detail.successful) return;
    e.target.reset();
    e.target.elements.form_key.value = Math.random() + "." + Date.now();
  });

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
  on("click", e => {
    const box = e.target.closest("tbody input[name=select]");
    if (!box) return;
    const all = boxes();
    if (e.shiftKey && all.includes(last)) { const [i, j] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b); all.slice(i, j + 1).forEach(one => { one.checked = box.checked; }); count(); }
    last = box;
  });

  /* --- rows: cursor and drawer --- */
  const current = () => $("tr.is-cursor");
  const cursor = row => { current()?.classList.remove("is-cursor"); if (!row) return; row.classList.add("is-cursor"); if (!$("dialog[open]")) $(".t-link", row)?.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); };
  const move = by => { const rows = $$("tr[data-href]"); if (rows.length) cursor(rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(current()) + by))]); };
  const peek = row => row?.dataset.peek && get(row.dataset.peek, "#peek");

  /* --- filters: the buttons count what is ticked behind them --- */
  on("input", e => {
    const menu = e.target.closest(".menu-filter");
    if (!menu) return;
    const opener = $(`[popovertarget="${menu.id}"]`), n = $$(":checked", menu).length + $$("input[type=date]", menu).filter(one => one.value).length;
    let badge = $(".count", opener);
    if (!badge) { badge = doc.createElement("b"); badge.className = "count"; opener.lastElementChild.before(badge); }
    badge.textContent = n; badge.hidden = !n;
  });

  /* --- suggestions: the palette, any input[data-suggest="#list"] --- */
  let ids = 0;
  const listOf = input => input.id === "palette_q" ? $("#palette_results") : input.dataset?.suggest ? $(input.dataset.suggest) : null;
  const mark = (input, option) => {
    $$("[aria-selected=true]", listOf(input)).forEach(one => one.setAttribute("aria-selected", "false"));
    input.setAttribute("aria-expanded", String(!!option));
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.id ||= "option_" + ++ids; option.setAttribute("aria-selected", "true"); option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  /* Enter takes only what was found for the words that stand there now. */
  on("input", e => { if (listOf(e.target)) mark(e.target, null); });
  const pick = option => {
    const list = option.closest("[role=listbox]"), input = $(`[data-suggest="#${list.id}"]`);
    input.value = option.dataset.value;
    const key = input.dataset.suggestId && $(input.dataset.suggestId);
    if (key) key.value = option.dataset.id;
    list.replaceChildren(); mark(input, null); fire(input, "picked", option.dataset);
    const next = input.dataset.next && $(input.dataset.next); next?.focus(); next?.select?.();
  };
  const suggesting = (e, input, list) => {
    const options = $$("[role=option]", list), at = options.findIndex(one => one.getAttribute("aria-selected") === "true");
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { if (!options.length) return; e.preventDefault(); mark(input, options[(at + (e.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]); return true; }
    if (e.key === "Enter" && options[at]) { e.preventDefault(); const o = options[at]; if (!o.href) pick(o); else if (e.ctrlKey || e.metaKey) window.open(o.href, "_blank"); else location.assign(o.href); return true; }
    if (e.key === "Escape" && options.length && input.dataset.suggest) { e.preventDefault(); list.replaceChildren(); mark(input, null); return true; }
  };
  on("focusout", e => { const list = e.target.dataset?.suggest && $(e.target.dataset.suggest); if (list) setTimeout(() => { if (!list.contains(doc.activeElement)) list.replaceChildren(); }, 180); });

  /* --- the scanner: keys less than 35 ms apart, ended by Enter; form[data-scan] takes the code --- */
  let burst = "", at = 0, before = null;
  on("keydown", e => {
    const form = $("form[data-scan]");
    if (!form) return;
    const now = performance.now(), fast = now - at < 35; at = now;
    if (e.key === "Enter" && fast && burst.length > 3) {
      e.preventDefault(); e.stopImmediatePropagation();
      if (before) before[0].value = before[1];
      form.elements.scan.value = burst; burst = ""; form.requestSubmit(); return;
    }
    if (e.key.length !== 1) return;
    if (!fast) { burst = ""; before = typing(e.target) ? [e.target, e.target.value] : null; }
    burst += e.key;
  }, true);

  /* --- keys --- */
  let went = 0;
  on("keydown", e => {
    const t = e.target, k = e.key, mod = e.ctrlKey || e.metaKey, list = listOf(t);
    if (e.defaultPrevented) return;
    if (mod && k.toLowerCase() === "k") { e.preventDefault(); return open("palette"); }
    if (list && suggesting(e, t, list)) return;
    if (mod && k === "Enter" && t.form) { e.preventDefault(); return t.form.requestSubmit(); }
    if (t.matches?.("[data-list-search]")) {
      if (k === "Escape") { if (t.value) { t.value = ""; fire(t, "input"); } else t.blur(); }
      if (k === "ArrowDown" || k === "Enter") { e.preventDefault(); move(1); }
      return;
    }
    if (k === "Escape" && !$("dialog[open],:popover-open:not(#toasts)")) { const out = $("[data-esc]"); if (out) { e.preventDefault(); return out.click(); } }
    const inside = $("#peek_drawer[open]");
    if (typing(t) || mod || e.altKey || $("dialog[open]:not(#peek_drawer)")) return;
    if (k === "Enter") { const row = current(); if (row && (inside ? !t.closest("a,button") : t === body || t.closest(".t-link"))) { e.preventDefault(); location.assign(row.dataset.href); } return; }
    if (k === " ") { const row = current(); if (row && (t === body || t.closest(".t-link,tr"))) { e.preventDefault(); inside ? inside.close() : peek(row); } return; }
    if (doc.documentElement.dataset.keys === "off") return;
    if (went && e.timeStamp - went < 1000) { went = 0; const to = { o: "orders:order_list", c: "customers:customer_list", i: "billing:invoice_list" }[k]; const link = to && $(`[data-count="${to}"]`)?.closest("a"); if (link) return location.assign(link.href); }
    if (k === "g") went = e.timeStamp;
    else if (k === "/") { const q = $("[data-list-search]"); if (q) { e.preventDefault(); q.focus(); q.select(); } else open("palette"); }
    else if (k === "?") open("help");
    else if (k === "n") { const link = $("[data-key-new]"); if (link) location.assign(link.href); }
    else if (k === "j" || k === "k") { e.preventDefault(); move(k === "j" ? 1 : -1); if (inside) peek(current()); }
    else if (k === "x") { const box = $("input[name=select]", current() || body); if (box && current()) { box.checked = !box.checked; count(); } }
  });

  /* --- live: asks what changed, while the page is seen; slower while nobody answers --- */
  let version = "", wait = 4000, timer = 0;
  const show = counts => { for (const [name, value] of Object.entries(counts || {})) $$(`[data-count="${name}"]`).forEach(el => { el.textContent = value; el.hidden = !value; }); };
  const ask = async () => {
    clearTimeout(timer);
    if (doc.hidden) return;
    try {
      const answer = await fetch(`${say.live}?v=${encodeURIComponent(version)}`), events = JSON.parse(answer.headers.get("HX-Trigger") || "{}");
      if (answer.status === 401 || answer.status === 403 || answer.redirected) return;
      wait = 4000;
      for (const [type, detail] of Object.entries(events)) {
        if (type !== "live") { fire(body, type, detail); continue; }
        version = detail.v; show(detail.counts); sessionStorage.counts = JSON.stringify(detail.counts);
      }
    } catch { wait = Math.min(wait * 2, 60000); }
    timer = setTimeout(ask, wait);
  };
  if (say.live) {
    try { show(JSON.parse(sessionStorage.counts || "{}")); } catch { /* an old session's leftovers */ }
    ask(); // at once: what changes before the first question is never heard of
    on("visibilitychange", () => { if (!doc.hidden) { wait = 4000; ask(); } });
  } else sessionStorage.removeItem("counts");
})();
