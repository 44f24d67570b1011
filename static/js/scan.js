/* The scanner: keys less than 35 ms apart, ended by Enter; form[data-scan] takes the code, whatever has the focus. */
(() => {
  "use strict";
  const { $, on, typing } = lonja;
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
})();
