/* The order grid: the browser owns what is typed, the server owns what it means. A change posts the whole grid
   (event "commit"); the answer brings facts beside the inputs and never touches what somebody is typing. */
(() => {
  "use strict";
  const { $, $$, on, fire, toast } = lonja, doc = document, form = $("form[data-grid]");

  /* The customer box: what is picked begins the order. */
  on("picked", e => { const to = e.target.dataset.submit; if (to) $(to).requestSubmit(); });
  if (!form) return;

  let busy = false, placing = false, sending = false, serial = 0, gone = null;
  const code = () => $("#new_code"), qty = () => $("#new_qty");
  const commit = () => { typed++; form.dataset.typed = "1"; fire(form, "commit"); };
  const number = () => $$("[data-n]", form).forEach((el, i) => { el.textContent = i + 1; });
  const append = (text, amount, unit, price) => {
    const uid = "n" + Date.now().toString(36) + serial++, box = doc.createElement("template");
    box.innerHTML = $("#entry_row").innerHTML.replaceAll("UID", uid);
    const row = box.content.firstElementChild;
    $("[name=code]", row).value = text; $("[name=qty]", row).value = amount || "1";
    if (unit) $("[name=unit]", row).value = unit;
    if (price) $("[name=price]", row).value = price;
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
    placing = false; sending = true;
    $("#entry_place").disabled = true;
    htmx.ajax("POST", $("#entry_place").getAttribute("formaction"), { source: form, swap: "none" });
  };

  /* --- what is typed and not saved yet: tried again, and kept while the page is away (app.js) --- */
  let typed = 0, sent = 0, saved = 0, failed = false, retry = 0;
  const saveUpTo = n => { saved = n; if (saved === typed) delete form.dataset.typed; };
  on("restore", e => {
    if (e.target !== form) return;
    e.preventDefault();
    const kept = new FormData();
    for (const [name, value] of e.detail) kept.append(name, value);
    $$("[data-line]", form).forEach(row => row.remove());
    const [codes, amounts, units, prices] = ["code", "qty", "unit", "price"].map(name => kept.getAll(name)), last = codes.length - 1;
    codes.forEach((text, i) => i < last && append(text, amounts[i], units[i], prices[i]));
    code().value = codes[last]; qty().value = amounts[last];
    for (const [name, value] of kept) if (form.elements[name] && !/^(key|row|code|qty|unit|price)$/.test(name)) form.elements[name].value = value;
    commit();
  });
  addEventListener("beforeunload", e => { if (failed && typed !== saved) e.preventDefault(); });
  on("input", e => { if (form.contains(e.target)) typed++; });

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
    if (add) { append(add.dataset.add, add.dataset.qty, add.dataset.unit); add.disabled = true; return commit(); }
    if (!out) return;
    e.preventDefault();
    const row = out.closest("tr"), next = row.nextElementSibling;
    gone = { row, next }; row.remove(); number(); commit();
    ($(".entry-cell", next) || code()).focus();
    offer();
  });
  const offer = () => toast({ text: form.dataset.removed, undo: () => {
    const before = gone.next.isConnected ? gone.next : $(".entry-new", form), mark = $("[name=row]", gone.row);
    before.before(gone.row);
    mark.value = mark.value.split(":")[0] + ":";
    number(); commit(); $(".entry-cell", gone.row).focus();
  } });
  on("paste", e => {
    const text = e.clipboardData.getData("text");
    if (!form.contains(e.target) || e.target.id === "paste" || !/[\t\n;]/.test(text.trim())) return;
    e.preventDefault(); $("#paste").value = text; commit();
  });

  /* --- the answer --- */
  const mine = e => e.target === form;
  on("htmx:beforeRequest", e => { if (mine(e)) { clearTimeout(retry); busy = true; sent = typed; if (!failed) $("#entry_state").textContent = form.dataset.saving; } });
  /* Nothing that somebody is choosing or has chosen since the question is overwritten by the answer. */
  const untold = new Set();
  on("change", e => { if (e.target.matches("[data-line] select")) e.target.dataset.at = typed; }, true);
  on("htmx:oobBeforeSwap", e => {
    const { target, fragment } = e.detail, choice = $("select", target), reason = $("#po_override_reason", target);
    if (reason && $("#po_override_reason", fragment) && $("a", target).href === $("a", fragment).href) e.detail.shouldSwap = false;
    if (!target.id.startsWith("unit_") || !choice || (choice !== doc.activeElement && !(choice.dataset.at >= sent))) return;
    e.detail.shouldSwap = false; untold.add(target.id.slice(5));
  });
  const read = () => {
    const news = $("#entry_news"), version = $("[data-version]", news), button = $("#entry_place");
    if (version) { $("#entry_version").value = version.dataset.version; if (button) button.disabled = "blocked" in version.dataset; }
    for (const fact of $$("[data-uid]", news)) {
      const row = doc.getElementById("row_" + fact.dataset.uid);
      if (!row) continue;
      $("[name=row]", row).value = fact.dataset.uid + ":" + (untold.has(fact.dataset.uid) ? "" : fact.dataset.seen);
      const input = $("[name=code]", row);
      "bad" in fact.dataset ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
    }
    news.replaceChildren(); untold.clear(); number();
  };
  on("htmx:afterRequest", e => {
    if (!mine(e)) return;
    const { xhr, successful, requestConfig } = e.detail, conflict = () => $("#entry_conflict [data-over]");
    busy = false; read();
    if (sending) return sentOff(xhr);
    if (successful && !conflict()) { saveUpTo(sent); failed = false; }
    if (conflict()) { placing = false; $("#entry_state").replaceChildren(); }
    if (successful && $("#paste").value === requestConfig.parameters.paste) $("#paste").value = "";
    if (!successful) { placing = false; again(xhr.status); }
    setTimeout(() => { if (placing && !busy) send(); }, 30);
  });
  /* The server is away or busy: what is typed stays, and goes out again. */
  const again = status => {
    if (status && status !== 429 && status < 500) return;
    failed = true;
    $("#entry_state").replaceChildren($("#entry_unsaved").content.cloneNode(true));
    retry = setTimeout(commit, 3000);
  };
  /* An order that was not placed: wrong fields show on the page that comes back, the rest can be pressed again. */
  const sentOff = xhr => {
    sending = false;
    if (xhr.getResponseHeader("HX-Redirect")?.startsWith("/desk/")) return saveUpTo(typed);
    if (xhr.status === 422) { saveUpTo(typed); form.action = $("#entry_place").getAttribute("formaction"); return form.submit(); }
    $("#entry_place").disabled = false;
    $("#entry_state").replaceChildren();
    again(xhr.status);
  };
})();
