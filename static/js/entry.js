/* The order grid: the browser owns what is typed, the server owns what it means. A change posts the whole grid
   (event "commit"); the answer brings facts beside the inputs and never touches what somebody is typing. */
(() => {
  "use strict";
  const doc = document, form = doc.querySelector("form[data-grid]");
  const $ = (q, root = doc) => root.querySelector(q), $$ = (q, root = doc) => [...root.querySelectorAll(q)];
  const on = (type, act, capture) => doc.addEventListener(type, act, capture);

  /* The customer box: what is picked begins the order. */
  on("picked", e => { const to = e.target.dataset.submit; if (to) $(to).requestSubmit(); });
  /* A note that was taken leaves its box. */
  on("htmx:afterRequest", e => { if (e.detail.successful && e.target.matches("[data-clear]")) e.target.reset(); });
  if (!form) return;

  let busy = false, placing = false, serial = 0, gone = null;
  const code = () => $("#new_code"), qty = () => $("#new_qty");
  const commit = () => form.dispatchEvent(new CustomEvent("commit", { bubbles: true }));
  const number = () => $$("[data-n]", form).forEach((el, i) => { el.textContent = i + 1; });
  const append = (text, amount, unit) => {
    const uid = "n" + Date.now().toString(36) + serial++, box = doc.createElement("template");
    box.innerHTML = $("#entry_row").innerHTML.replaceAll("UID", uid);
    const row = box.content.firstElementChild;
    $("[name=code]", row).value = text; $("[name=qty]", row).value = amount || "1";
    if (unit) $("[name=unit]", row).value = unit;
    $(".entry-new", form).before(row); htmx.process(row); number();
    return row;
  };
  const take = () => {
    const text = code().value.trim();
    if (!text) return code().focus();
    append(text, qty().value.trim());
    code().value = qty().value = ""; $("#product_options").replaceChildren();
    code().focus(); code().closest("tr").scrollIntoView({ block: "nearest" });
    commit();
  };
  const place = () => {
    const button = $("#entry_place");
    if (!button || placing) return;
    if (code().value.trim()) { append(code().value.trim(), qty().value.trim()); code().value = qty().value = ""; }
    placing = true;
    if (doc.activeElement?.matches("#entry .entry-cell, .entry-fields *")) { const last = doc.activeElement; last.blur(); last.focus(); }
    if (!busy) send();
  };
  const send = () => {
    const button = $("#entry_place");
    placing = false;
    form.action = button.getAttribute("formaction");
    form.submit();
    button.disabled = true;
  };

  /* --- keys and clicks --- */
  on("keydown", e => {
    const cell = e.target, mod = e.ctrlKey || e.metaKey;
    if (!form.contains(cell)) return;
    if (e.key === "Enter" && mod) { e.preventDefault(); return place(); }
    const up = e.key === "ArrowUp";
    if ((up || e.key === "ArrowDown") && cell.matches("input.entry-cell") && !$("[role=option]", form)) {
      const row = cell.closest("tr"), near = up ? row.previousElementSibling : row.nextElementSibling, to = near && ($(`[name="${cell.name}"].entry-cell`, near) || $(".entry-cell", near));
      if (to) { e.preventDefault(); to.focus(); to.select?.(); }
      return;
    }
    if (e.key !== "Enter" || cell.matches("textarea,button,summary,a")) return;
    if (cell === code() && $("#product_options [aria-selected=true]")) return;
    e.preventDefault();
    if (cell === code()) { if (cell.value.trim()) { qty().focus(); qty().select(); } return; }
    if (cell === qty()) return take();
    if (cell.matches(".entry-cell")) { const below = $(`[name="${cell.name}"].entry-cell`, cell.closest("tr").nextElementSibling) || code(); below.focus(); below.select?.(); return; }
    if (cell.matches(".entry-fields *")) { cell.dispatchEvent(new Event("change", { bubbles: true })); code().focus(); }
  }, true);
  on("change", e => { if (e.target.closest("#entry .entry-fields, [data-line] .entry-cell")) commit(); });
  on("click", e => {
    const out = e.target.closest("[data-take]"), add = e.target.closest("[data-add]"), over = e.target.closest("[data-over]");
    if (e.target.closest("#entry_place")) { e.preventDefault(); return place(); }
    if (over) { e.preventDefault(); $("#entry_version").value = over.value; return commit(); }
    if (add) { append(add.dataset.add, (+add.dataset.qty).toString(), add.dataset.unit); add.disabled = true; return commit(); }
    if (!out) return;
    e.preventDefault();
    const row = out.closest("tr"), next = row.nextElementSibling;
    gone = { row, next }; row.remove(); number(); commit();
    ($(".entry-cell", next) || code()).focus();
    offer();
  });
  const offer = () => {
    const shelf = $("#toasts"), box = doc.createElement("div"), words = doc.createElement("span"), back = doc.createElement("button");
    box.className = "toast"; words.textContent = form.dataset.removed; back.type = "button"; back.className = "toast-undo"; back.textContent = form.dataset.undo;
    back.onclick = () => { box.remove(); const before = gone.next.isConnected ? gone.next : $(".entry-new", form); before.before(gone.row); const mark = $("[name=row]", gone.row); mark.value = mark.value.split(":")[0] + ":"; number(); commit(); $(".entry-cell", gone.row).focus(); };
    box.append(words, back); shelf.append(box);
    if (!shelf.matches(":popover-open")) shelf.showPopover?.();
    setTimeout(() => box.remove(), 9000);
  };
  on("paste", e => {
    const text = e.clipboardData.getData("text");
    if (!form.contains(e.target) || e.target.id === "paste" || !/[\t\n;]/.test(text.trim())) return;
    e.preventDefault(); $("#paste").value = text; commit();
  });

  /* --- the answer --- */
  const mine = e => e.target === form;
  on("htmx:beforeRequest", e => { if (mine(e)) { busy = true; $("#entry_state").textContent = form.dataset.saving; } });
  const read = () => {
    const news = $("#entry_news"), version = $("[data-version]", news);
    if (version) $("#entry_version").value = version.dataset.version;
    for (const fact of $$("[data-uid]", news)) {
      const row = doc.getElementById("row_" + fact.dataset.uid);
      if (!row) continue;
      $("[name=row]", row).value = fact.dataset.uid + ":" + fact.dataset.seen;
      const input = $("[name=code]", row);
      "bad" in fact.dataset ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
    }
    news.replaceChildren();
  };
  on("htmx:afterRequest", e => {
    if (!mine(e)) return;
    busy = false; read();
    if ($("#entry_conflict [data-over]")) { placing = false; $("#entry_state").replaceChildren(); }
    if (e.detail.successful && e.detail.requestConfig.parameters.paste) $("#paste").value = "";
    if (!e.detail.successful) placing = false;
    setTimeout(() => { if (placing && !busy) send(); }, 30);
  });
})();
