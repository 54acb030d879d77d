/* The host's board: a meeting is dragged to where it should be, and the page of what would follow opens. The links and
   the keyboard do the same without this file. */
"use strict";

let dragged = "";

document.addEventListener("dragstart", (event) => {
  const cell = event.target.closest?.("[data-meeting]");
  if (!cell) return;
  dragged = cell.dataset.meeting;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged);
});

function placeOf(event) {
  return dragged ? event.target.closest?.("td[data-slot]") : null;
}

document.addEventListener("dragover", (event) => {
  const place = placeOf(event);
  for (const one of document.querySelectorAll(".drop")) if (one !== place) one.classList.remove("drop");
  if (!place) return;
  event.preventDefault();
  place.classList.add("drop");
});

document.addEventListener("dragend", () => {
  dragged = "";
  for (const one of document.querySelectorAll(".drop")) one.classList.remove("drop");
});

document.addEventListener("drop", (event) => {
  const place = placeOf(event);
  if (!place) return;
  event.preventDefault();
  const address = document.querySelector("[data-move]").dataset.move.replace(/0\/$/, `${dragged}/`);
  location.assign(`${address}?slot=${place.dataset.slot}&table=${place.dataset.table}`);
});
