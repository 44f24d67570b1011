/* What the browser does by itself on every page: dialogs, toasts, forms, suggestions, keys, the live question.
   Listeners are delegated, so they survive every swap; the server does the rest. What only some pages need stands in
   list.js, scan.js and entry.js, which take the tools at the end of this file; each is sent as one file with it. */
(() => {
  "use strict";
  const doc = document, body = doc.body, say = doc.getElementById("words").dataset, { csrf, live, me } = body.dataset;
  const $ = (q, root = doc) => root.querySelector(q), $$ = (q, root = doc) => [...root.querySelectorAll(q)];
  const on = (type, act, capture) => doc.addEventListener(type, act, capture);
  const fire = (el, type, detail) => el?.dispatchEvent(new CustomEvent(type, { bubbles: true, cancelable: true, detail }));
  const typing = el => el.closest?.("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
  const get = (url, target) => htmx.ajax("GET", url, { source: target, target, swap: "innerHTML" });

  const lang = doc.documentElement.lang, [thousand, decimal] = lang.startsWith("es") ? [".", ","] : [",", "."];
  const number = text =>
    +(/^[1-9]\d{0,2}([.,]\d{3})+(\D|$)/.test(text) ? text.replaceAll(thousand, "") : text).replace(decimal, ".") || 0;
  const written = value => value.toLocaleString(lang, { maximumFractionDigits: 3, useGrouping: "always" });

  /* --- dialogs, drawers, menus --- */
  const open = id => {
    const box = doc.getElementById(id);
    if (!box || box.open) return;
    box.showModal();
    if (id === "palette") { const q = $("#palette_q"); q.value = ""; fire(q, "palette-open"); }
  };
  const refreshList = () => {
    const form = $("[data-filters]"), box = form && doc.getElementById(form.id.replace(/_filter$/, ""));
    box ? get(location.href, box) : location.reload();
  };
  on("click", e => {
    const t = e.target, opener = t.closest("[data-open]");
    if (opener) return open(opener.dataset.open);
    if (t.closest("[data-close]")) return t.closest("dialog")?.close();
    if (t.nodeName === "DIALOG" && e.detail) return t.close();
    if (t.closest("[data-toast-close]")) return t.closest(".toast").remove();
    const option = t.closest("[role=option][data-value]");
    if (option) return pick(option);
    const step = t.closest("[data-step]");
    if (!step) return;
    const input = $("input", step.parentElement), value = number(input.value) + +step.dataset.step;
    input.value = written(Math.max(+(input.min || 0), Math.min(+(input.max || 1e9), value)));
    fire(input, "input"); fire(input, "change");
  });

  /* --- toasts --- */
  const shelf = $("#toasts");
  shelf.popover = "manual";
  const fade = toast => {
    let left = setTimeout(() => toast.remove(), $(".toast-undo", toast) ? 9000 : 5000);
    toast.onmouseenter = toast.onfocusin = () => clearTimeout(left);
    toast.onmouseleave = () => left = setTimeout(() => toast.remove(), 3000);
  };
  const raise = () => { if (shelf.matches(":popover-open")) shelf.hidePopover(); if (shelf.children.length) shelf.showPopover(); };
  const button = (css, text) => {
    const b = doc.createElement("button");
    b.type = "button"; b.className = css; b.append(text);
    return b;
  };
  /* undo: an address to post to, or what to do. */
  const toast = ({ text, kind = "success", undo }) => {
    const box = doc.createElement("div"), words = doc.createElement("span");
    box.className = "toast toast-" + kind; words.textContent = text; box.append(words);
    if (undo) {
      const back = button("toast-undo", say.sayUndo);
      const act = undo.call ? undo : () => htmx.ajax("POST", undo, { source: body, swap: "none" }).then(refreshList);
      back.onclick = () => { box.remove(); act(); };
      box.append(back);
    }
    const x = button("toast-close", "×");
    x.ariaLabel = say.sayClose; x.dataset.toastClose = ""; box.append(x);
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
    const text = { 400: say.sayUnreadable, 404: say.sayMissing, 410: say.sayMissing, 429: say.sayAgain }[status];
    toast({ text: text || say.sayError, kind: "error" });
  });
  for (const type of ["htmx:sendError", "htmx:timeout"]) on(type, e => retries(e) || toast({ text: say.sayOffline, kind: "error" }));

  /* --- htmx --- */
  /* A request replaced by a newer one is no error, and a failed one is told once. */
  htmx.logger = (_el, name, detail) => { if (/^htmx:(sendAbort|afterRequest|oobErrorNoTarget)$/.test(name)) delete detail.error; };
  addEventListener("unhandledrejection", e => { if (e.reason === undefined) e.preventDefault(); });
  on("htmx:configRequest", e => { e.detail.headers["X-CSRFToken"] = csrf; });
  /* With Ctrl, Shift or the middle button a link stays a link. */
  on("click", e => { if ((e.ctrlKey || e.metaKey || e.shiftKey) && e.target.closest("a[href]")) e.stopImmediatePropagation(); }, true);
  on("htmx:afterSwap", e => {
    const id = e.target.id;
    if (id === "peek") open("peek_drawer");
    if (id === "palette_results") mark($("#palette_q"), $("[role=option]", e.target));
    const input = id && $(`[data-suggest="#${id}"]`);
    if (input && (e.detail.requestConfig.parameters[input.name] !== input.value || input !== doc.activeElement)) e.target.replaceChildren();
    else if (input) mark(input, $("[role=option]", e.target));
  });

  /* --- forms: sent once, and what is typed outlives an ended session and a lost connection --- */
  addEventListener("pageshow", e => { if (e.persisted) { $$("[data-sent]").forEach(form => delete form.dataset.sent); refreshList(); } });
  let leaves = false; // a shared computer keeps nothing of who signs out
  on("submit", e => {
    const form = e.target;
    if (form.id === "sign_out") { leaves = true; sessionStorage.clear(); }
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return e.preventDefault();
    form.dataset.sent = "1"; setTimeout(() => delete form.dataset.sent, 8000);
  });
  on("htmx:afterRequest", e => {
    const form = e.target, { successful, xhr } = e.detail;
    if (form.nodeName !== "FORM" || !successful || /login/.test(xhr.getResponseHeader("HX-Redirect"))) return;
    if (!form.matches("[data-grid]")) delete form.dataset.typed;
  });
  const place = form => `kept ${location.pathname} ${form.id || form.getAttribute("action")}`;
  on("input", e => { const form = e.target.form; if (form?.matches("form[method=post]:not([data-select],[data-scan])")) form.dataset.typed = "1"; });
  addEventListener("pagehide", () => me && !leaves && $$("form[data-typed]").forEach(form => {
    const values = [...new FormData(form)].filter(([name, value]) => value.trim && !/^csrf|password/.test(name));
    sessionStorage[place(form)] = JSON.stringify({ me, due: "grid" in form.dataset, values });
  }));
  const fill = (form, values) => {
    for (const el of form.elements) {
      const mine = values.filter(([name]) => name === el.name).map(([, value]) => value);
      if (/^(checkbox|radio)$/.test(el.type)) el.checked = mine.includes(el.value);
      else if (mine.length && el.type !== "file") el.value = mine[0];
    }
    form.dataset.typed = "1";
    const dialog = form.closest("dialog");
    if (dialog) open(dialog.id);
  };
  /* Given back after a login, a reload or Back. A page that follows by itself says that the form was taken. */
  const giveBack = () => {
    const kept = Object.keys(sessionStorage).filter(key => key.startsWith("kept "));
    const again = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
    for (const key of kept) {
      const record = JSON.parse(sessionStorage[key]), form = $$("form").find(one => place(one) === key);
      if (!me) { sessionStorage[key] = JSON.stringify({ ...record, due: true }); continue; }
      if (record.me === me && record.due && !form && key.split(" ")[1] !== location.pathname) continue;
      delete sessionStorage[key];
      if (record.me !== me || !form || !(record.due || again)) continue;
      if (fire(form, "restore", record.values)) fill(form, record.values);
      toast({ text: say.sayRestored, kind: "info" });
    }
  };
  on("DOMContentLoaded", giveBack);

  /* --- suggestions: the palette, any input[data-suggest="#list"] --- */
  let ids = 0;
  const listOf = input =>
    input.id === "palette_q" ? $("#palette_results") : input.dataset?.suggest ? $(input.dataset.suggest) : null;
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
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      if (!options.length) return;
      e.preventDefault();
      mark(input, options[(at + (e.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]);
      return true;
    }
    if (e.key === "Enter" && options[at]) {
      e.preventDefault();
      const option = options[at];
      if (!option.href) pick(option);
      else if (e.ctrlKey || e.metaKey) window.open(option.href, "_blank");
      else location.assign(option.href);
      return true;
    }
    if (e.key === "Escape" && options.length && input.dataset.suggest) { e.preventDefault(); list.replaceChildren(); mark(input, null); return true; }
  };
  on("focusout", e => {
    const list = e.target.dataset?.suggest && $(e.target.dataset.suggest);
    if (list) setTimeout(() => { if (!list.contains(doc.activeElement)) list.replaceChildren(); }, 180);
  });

  /* --- keys --- */
  let went = 0;
  const busy = e => typing(e.target) || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]:not(#peek_drawer)");
  const GOES_TO = { o: "orders:order_list", c: "customers:customer_list", i: "billing:invoice_list" };
  on("keydown", e => {
    const t = e.target, k = e.key, mod = e.ctrlKey || e.metaKey, list = listOf(t);
    if (e.defaultPrevented) return;
    if (mod && k.toLowerCase() === "k") { e.preventDefault(); return open("palette"); }
    if (list && suggesting(e, t, list)) return;
    if (mod && k === "Enter" && t.form) { e.preventDefault(); return t.form.requestSubmit(); }
    if (k === "Escape" && !t.matches?.("[data-list-search]") && !$("dialog[open],:popover-open:not(#toasts)")) {
      const out = $("[data-esc]");
      if (out) { e.preventDefault(); return out.click(); }
    }
    if (busy(e) || doc.documentElement.dataset.keys === "off") return;
    if (went && e.timeStamp - went < 1000) {
      went = 0;
      const link = GOES_TO[k] && $(`[data-count="${GOES_TO[k]}"]`)?.closest("a");
      if (link) return location.assign(link.href);
    }
    if (k === "g") went = e.timeStamp;
    else if (k === "/") { const q = $("[data-list-search]"); if (q) { e.preventDefault(); q.focus(); q.select(); } else open("palette"); }
    else if (k === "?") open("help");
    else if (k === "n") { const link = $("[data-key-new]"); if (link) location.assign(link.href); }
  });

  /* --- live: asks what changed, while the page is seen; slower while nobody answers --- */
  let version = "", wait = 4000, timer = 0;
  const show = counts => {
    for (const [name, value] of Object.entries(counts || {})) $$(`[data-count="${name}"]`).forEach(el => { el.textContent = value; el.hidden = !value; });
  };
  const ask = async () => {
    clearTimeout(timer);
    if (doc.hidden) return;
    try {
      const answer = await fetch(`${live}?v=${encodeURIComponent(version)}`);
      const events = JSON.parse(answer.headers.get("HX-Trigger") || "{}");
      if (answer.status === 401 || answer.status === 403 || answer.redirected) return;
      wait = 4000;
      for (const [type, detail] of Object.entries(events)) {
        if (type !== "live") { fire(body, type, detail); continue; }
        version = detail.v; show(detail.counts); sessionStorage.counts = JSON.stringify(detail.counts);
      }
    } catch { wait = Math.min(wait * 2, 60000); }
    timer = setTimeout(ask, wait);
  };
  if (live) {
    try { show(JSON.parse(sessionStorage.counts || "{}")); } catch { /* an old session's leftovers */ }
    ask(); // at once: what changes before the first question is never heard of
    on("visibilitychange", () => { if (!doc.hidden) { wait = 4000; ask(); } });
  } else sessionStorage.removeItem("counts");

  window.lonja = { $, $$, on, fire, typing, busy, get, toast };
})();
