/* Everything here is optional: each page works without it. No inline handlers, no eval. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  /* An error summary takes the focus, so that the reader starts where the mending starts. */
  const focusSummary = () => document.querySelector("[data-focus]")?.focus({ preventScroll: false });

  /* Characters used: "54 / 1 000 merkkiä"; the words come from the page, in its language. */
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, "\u00a0");
  const count = (area) => {
    const counter = document.getElementById(`${area.id}_counter`);
    if (!counter) return;
    const limit = Number(area.dataset.limit || area.maxLength);
    counter.querySelector("[data-used]").textContent = grouped(area.value.length);
    counter.classList.toggle("over", limit > 0 && area.value.length > limit);
  };

  /* Leaving with unsaved changes: only forms that ask for it with data-guard. */
  let dirty = false;
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });

  /* Autosave: a form with hx-post and data-autosave tells its state in [data-saved]. */
  const saved = () => document.querySelector("[data-saved]");
  const say = (key) => {
    const place = saved();
    if (!place || !place.dataset[key]) return;
    place.textContent = place.dataset[key];
    place.classList.toggle("failed", key === "failed");
  };

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.matches("textarea[maxlength], textarea[data-limit]")) count(field);
    if (field.closest("form[data-guard]")) dirty = true;
    if (field.closest("form[data-autosave]")) say("typing");
  });
  document.addEventListener("submit", () => {
    dirty = false;
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-select-all]")) {
      for (const box of document.querySelectorAll(event.target.dataset.selectAll)) box.checked = event.target.checked;
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  /* A presentation: arrow and page keys do what the links to the previous and the next screen do. */
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, summary, .scroll")) return;
    const way = { ArrowRight: "next", PageDown: "next", ArrowLeft: "prev", PageUp: "prev" }[event.key];
    if (!way) return;
    const link = document.querySelector(`.slide-nav a[rel="${way}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest?.("form[data-autosave]")) say("saving");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.target.closest?.("form[data-autosave]")) return;
    if (event.detail.successful) dirty = false;
    else say("failed");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    for (const area of event.target.querySelectorAll?.("textarea[maxlength]") ?? []) count(area);
  });

  const start = () => {
    for (const area of document.querySelectorAll("textarea[maxlength], textarea[data-limit]")) count(area);
    focusSummary();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
