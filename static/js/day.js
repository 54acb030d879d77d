/* One's own day: the timer, the line that says when the network is away, and what is said without a network. The host's
   board uses the timer. Without this file the pages are pages. */
"use strict";

const mine = document.getElementById("my-day");

/* --- The timer ---------------------------------------------------------------------------------------------------- */

/* The phone's clock may be wrong: what the server's showed when the part was made is the truth. A page that was kept is
   older than it looks, and then the difference that was found before is. */
const CLOCK = "solmu-clock";
let ahead = 0;
let known = "";

function setClock(made) {
  if (made === known) return;
  known = made;
  const found = Date.now() / 1000 - Number(made);
  const before = localStorage.getItem(CLOCK);
  ahead = before !== null && found > Number(before) + 30 ? Number(before) : found;
  localStorage.setItem(CLOCK, String(ahead));
}

function tick() {
  const part = document.getElementById("day-live") || document.querySelector(".timer");
  if (!part) return;
  setClock(part.dataset.made);
  const now = Date.now() / 1000 - ahead;
  const timer = document.querySelector(".timer");
  if (timer) countDown(timer, now);
  if (mine) advance(now);
}

function countDown(timer, now) {
  const slots = timer.dataset.slots.split(",").map((slot) => slot.split("-").map(Number));
  const on = slots.find(([begins, ends]) => begins <= now && now < ends);
  const next = slots.find(([begins]) => begins > now && begins - now < 3600);
  timer.hidden = !on && !next;
  if (timer.hidden) return;
  const left = Math.ceil((on ? on[1] : next[0]) - now);
  timer.firstElementChild.textContent = on ? timer.dataset.ends : timer.dataset.begins;
  timer.lastElementChild.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  timer.classList.toggle("soon", Boolean(on) && left <= 120);
}

/* Time passes on an open page, too, and without a network: what is now and next is known beforehand. */
function advance(now) {
  const shown = document.getElementById("day-now");
  const entries = [...document.querySelectorAll("#day-live [data-begins]")];
  const coming = entries.find((one) => Number(one.dataset.ends) > now);
  for (const one of entries) {
    const isOn = Number(one.dataset.begins) <= now && now < Number(one.dataset.ends);
    one.classList.toggle("now", isOn);
    one.classList.toggle("done", Number(one.dataset.begins) <= now);
  }
  if (shown.dataset.shown !== (coming?.dataset.pk || "")) {
    shown.dataset.shown = coming?.dataset.pk || "";
    shown.replaceChildren(...(coming ? [coming.querySelector("template").content.cloneNode(true)] : []));
  }
  const isOn = Boolean(coming) && Number(coming.dataset.begins) <= now;
  for (const word of shown.querySelectorAll("[data-when]")) word.hidden = (word.dataset.when === "now") !== isOn;
}

setInterval(tick, 1000);
tick();

/* What is unfolded stays so when the part is made anew. */
let unfolded = [];
document.addEventListener("htmx:oobBeforeSwap", () => {
  unfolded = [...document.querySelectorAll("#day-live details[open]")].map((one) => one.id);
});
document.addEventListener("htmx:oobAfterSwap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  tick();
});

/* --- The network -------------------------------------------------------------------------------------------------- */

function clock(seconds) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", timeZone: mine.dataset.zone })
    .formatToParts(new Date(seconds * 1000));
  const of = (type) => parts.find((part) => part.type === type).value;
  return `${Number(of("hour"))}${mine.dataset.sign}${of("minute")}`;
}

const WAITING = "solmu-day-late";
let connected = true;

function waiting() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(WAITING) || "null");
    return kept && kept.owner === mine.dataset.owner ? kept : null;
  } catch {
    return null;
  }
}

function showLine() {
  const line = document.getElementById("day-line");
  const made = Number(document.getElementById("day-live").dataset.made);
  const parts = [];
  if (!connected) parts.push(mine.dataset.offline.replace("{time}", clock(made)));
  if (waiting()) parts.push(mine.dataset.waits);
  line.hidden = !parts.length;
  const text = parts.join(" ");
  if (line.textContent !== text) line.textContent = text;
}

function cookie(name) {
  return document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) || "";
}

/* "I am late" is said when there is least network: it waits in this window, and is counted from when it was said. */
async function sendLate() {
  const kept = waiting();
  if (!kept) return;
  const body = new URLSearchParams({ minutes: kept.minutes, ago: Math.round((Date.now() - kept.at) / 1000) });
  try {
    const response = await fetch(kept.action, {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": cookie("csrftoken") },
    });
    if (response.status >= 500) return;
    sessionStorage.removeItem(WAITING);
    location.reload();
  } catch {
    /* still no network */
  }
}

function listen() {
  const socket = document.getElementById("day-socket");
  for (const [name, is] of [["htmx:wsOpen", true], ["htmx:wsClose", false], ["htmx:wsError", false]]) {
    socket.addEventListener(name, () => {
      connected = is;
      showLine();
      if (is) sendLate();
    });
  }
  window.addEventListener("offline", () => { connected = false; showLine(); });
  window.addEventListener("online", sendLate);
  document.getElementById("late-form")?.addEventListener("submit", (event) => {
    if (navigator.onLine && connected) return;
    event.preventDefault();
    const { action, elements } = event.target;
    const kept = { owner: mine.dataset.owner, action, minutes: elements.minutes.value, at: Date.now() };
    sessionStorage.setItem(WAITING, JSON.stringify(kept));
    showLine();
    sendLate();
  });
  connected = navigator.onLine;
  showLine();
}

/* --- At hand ------------------------------------------------------------------------------------------------------ */

/* Until then it is the one before that answers, which may be another person's. */
function activated(worker) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(new Error("redundant"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

async function putAtHand() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  const here = location.pathname;
  try {
    const address = `${mine.dataset.worker}?owner=${mine.dataset.owner}`;
    const made = await navigator.serviceWorker.register(address, { scope: here });
    await activated(made.installing || made.waiting || made.active);
    const response = await fetch(here, { credentials: "same-origin" });
    if (!response.ok || response.headers.get("X-Day-Owner") !== mine.dataset.owner) return;
    const name = `solmu-day-${mine.dataset.owner}`;
    for (const one of await caches.keys()) {
      if (one.startsWith("solmu-day-") && one !== name) await caches.delete(one);
    }
    const cache = await caches.open(name);
    await cache.put(location.origin + here, response);
    const drawn = performance.getEntriesByType("resource").map((one) => one.name)
      .filter((name) => name.startsWith(`${location.origin}/static/`));
    await Promise.all([...new Set(drawn)].map((address) => cache.add(address)));
    mine.dataset.kept = "yes";
  } catch {
    /* no network, or a browser that keeps nothing */
  }
}

if (mine) {
  listen();
  putAtHand();
}
