/* What the pages do beyond HTML. Everything works without this file. */
"use strict";

function focusSummary(root) {
  const summary = root.querySelector(".summary[tabindex]");
  if (summary) summary.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  focusSummary(document);
  // A picture that is wider than the screen is seen from its middle.
  for (const box of document.querySelectorAll("[data-centred]")) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
});
document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));

/* What was said of the last deed goes when a form is sent for the next, as it does when a page is loaded. */
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("form[hx-post]")) document.getElementById("messages")?.replaceChildren();
});

/* What htmx replaces keeps the focus: where the pressed one says (data-focus), else on the control that came in place
   of the old one, else on the part that it was in. */
let held = null;

function alike(one, other) {
  if (one.id || other.id) return one.id === other.id;
  const said = (at) => [at.tagName, at.name, at.value, at.getAttribute("href"), at.textContent.trim()].join("\n");
  return said(one) === said(other);
}

for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) {
  document.addEventListener(name, (event) => {
    const at = document.activeElement;
    if (event.detail.target.contains(at) && at !== document.body) held = { at, part: event.detail.target.id };
  });
}

document.addEventListener("htmx:afterSettle", () => {
  const lost = held;
  held = null;
  if (!lost || document.activeElement !== document.body) return;
  const part = document.getElementById(lost.part) || document.getElementById("content");
  const controls = [...part.querySelectorAll("a, button, input, select, textarea, summary")];
  const told = lost.at.dataset.focus && part.querySelector(lost.at.dataset.focus);
  const next = told || controls.find((one) => alike(one, lost.at)) || part;
  if (next === part) part.setAttribute("tabindex", "-1");
  next.focus({ preventScroll: true });
});

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

/* What a phone keeps of one's own day goes at sign-out, and wherever nobody is signed in. */
async function forgetDay() {
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) if (name.startsWith("solmu-day-")) await caches.delete(name);
  for (const one of await navigator.serviceWorker?.getRegistrations() || []) {
    if (one.scope.endsWith("/my-day/")) await one.unregister();
  }
}

if (!document.body.hasAttribute("data-signed-in")) forgetDay();
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-signs-out]")) forgetDay();
});
