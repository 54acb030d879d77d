/* What the pages do beyond HTML. Everything works without this file. */
"use strict";

function focusSummary(root) {
  const summary = root.querySelector(".summary[tabindex]");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => focusSummary(document));
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));

/* Escape closes the menu and gives focus back to its button. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* A form is sent once: the second press waits for the first. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.sent) {
    if (form.dataset.sent) event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  window.setTimeout(() => {
    delete form.dataset.sent;
    if (event.submitter) event.submitter.removeAttribute("aria-busy");
  }, 4000);
});

/* Selects that act at once offer a button without JavaScript, and hide it with it. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});
