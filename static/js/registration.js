/* Questions that depend on an earlier answer or on the ticket are shown when they are asked. Without this file all are
   shown, each saying when it is asked, and the server passes over those that are not. */
"use strict";

for (const form of document.querySelectorAll("[data-register]")) {
  const asks = [...form.querySelectorAll("[data-question]")];
  for (const ask of asks) ask.querySelector(".when-asked")?.setAttribute("hidden", "");

  const chosen = (name) => [...form.elements].filter((one) => one.name === name)
    .filter((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : true)).map((one) => one.value);

  const isAsked = (ask) => {
    if (ask.dataset.tickets) {
      const tickets = form.dataset.ticket === undefined ? chosen("ticket") : [form.dataset.ticket];
      if (!ask.dataset.tickets.split(" ").some((ticket) => tickets.includes(ticket))) return false;
    }
    if (!ask.dataset.after) return true;
    const earlier = asks.find((one) => one.dataset.question === ask.dataset.after);
    if (!earlier || earlier.hidden) return false;
    return ask.dataset.values.split(" ").some((value) => chosen(`q${ask.dataset.after}`).includes(value));
  };

  const show = () => { for (const ask of asks) ask.hidden = !isAsked(ask); };
  form.addEventListener("change", show);
  show();
}

/* A question's form shows the options only where one chooses. */
for (const form of document.querySelectorAll("[data-question-form]")) {
  const kind = form.elements.namedItem("kind");
  const options = [...form.querySelectorAll("[name^=options_]")].map((one) => one.closest(".field"));
  const show = () => { for (const one of options) one.hidden = !["choice", "several"].includes(kind.value); };
  kind.addEventListener("change", show);
  show();
}
