/* The door of an event on a phone: who is in. Each press is put in the phone's own database first and sent when there is
   a network; the line at the top says what has not been sent. Without this file the page is a search and buttons. */
"use strict";

const root = document.getElementById("door");
const words = JSON.parse(document.getElementById("door-words").textContent);
const DOOR = root.dataset.door;
const EVERY = 15000;
const SHOWN = 40;
const AGAIN = 4000;
const CODE = /([2-9A-HJ-NP-Z]{5})-?([2-9A-HJ-NP-Z]{5})$/;

const said = document.getElementById("door-said");
const line = document.getElementById("door-line");
const list = document.getElementById("door-list");
const count = document.getElementById("door-count");
const field = document.getElementById("door-q");
const odd = document.getElementById("door-odd");

let people = new Map();
let queue = [];
let syncedAt = null;
let network = navigator.onLine;
let refused = "";
let sending = false;
let database = null;

/* --- Words ------------------------------------------------------------------------------------------------------- */

function say(name, parts = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_all, part) => parts[part] ?? "");
}

function many(name, n) {
  return say(n === 1 ? `${name}_one` : `${name}_many`, { n });
}

function clock(moment) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", timeZone: words.zone })
    .formatToParts(new Date(moment));
  const of = (type) => parts.find((part) => part.type === type).value;
  return `${Number(of("hour"))}${words.sign}${of("minute")}`;
}

/* --- The phone's own database --------------------------------------------------------------------------------------- */

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("solmu-door", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("lists", { keyPath: "door" });
      asked.result.createObjectStore("presses", { keyPath: "key" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function stored(mode, name, act) {
  if (!database) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode);
    const asked = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(asked && asked.result);
    transaction.onerror = () => reject(transaction.error);
  });
}

async function remember() {
  await stored("readwrite", "lists", (store) => store.put({ door: DOOR, people: [...people.values()], syncedAt }));
}

async function recall() {
  const kept = await stored("readonly", "lists", (store) => store.get(DOOR));
  if (kept) {
    people = new Map(kept.people.map((one) => [one.id, one]));
    syncedAt = kept.syncedAt;
  }
  const presses = await stored("readonly", "presses", (store) => store.getAll());
  queue = (presses || []).filter((one) => one.door === DOOR).sort((a, b) => a.at.localeCompare(b.at));
}

async function forget() {
  people = new Map();
  syncedAt = null;
  await stored("readwrite", "lists", (store) => store.delete(DOOR));
  if (!queue.length && "caches" in window) await caches.delete("solmu-door");
}

/* --- What is known ----------------------------------------------------------------------------------------------- */

/* Since when a person is in, as far as this phone knows: what the server said, and this phone's later presses. */
function since(person) {
  let moment = person.in;
  for (const press of queue) {
    if (press.id !== person.id) continue;
    if (press.act === "undo") moment = null;
    else if (!moment) moment = press.at;
  }
  return moment;
}

function waits(person) {
  return queue.some((press) => press.id === person.id);
}

/* --- Drawing ---------------------------------------------------------------------------------------------------- */

function draw() {
  drawLine();
  const asked = field.value.trim().toLocaleLowerCase();
  const seated = [...people.values()].filter((one) => one.seat);
  const inside = seated.filter((one) => since(one));
  count.textContent = people.size ? say("count", { n: inside.length, of: seated.length }) : "";
  const found = [...people.values()].filter((one) => asked.split(/\s+/).every((word) =>
    `${one.name} ${one.org} ${one.ticket} ${one.code}`.toLocaleLowerCase().includes(word.replace(/-/g, "") || word)));
  list.replaceChildren(...found.slice(0, SHOWN).map(row));
  const note = document.getElementById("door-more");
  note.hidden = found.length <= SHOWN && found.length > 0;
  if (found.length > SHOWN) note.textContent = say("more", { n: found.length - SHOWN });
  else if (!found.length) note.textContent = people.size ? words.nobody : words.empty;
}

function row(person) {
  const item = document.createElement("li");
  const who = document.createElement("div");
  const name = document.createElement("b");
  const rest = document.createElement("p");
  name.textContent = person.name;
  rest.className = "small muted";
  rest.textContent = [person.org !== person.name && person.org, person.ticket].filter(Boolean).join(" · ");
  who.append(name, rest);
  item.append(who);
  const moment = since(person);
  const state = document.createElement("p");
  state.className = "small";
  if (moment) {
    state.textContent = say("in_at", { time: clock(moment) }) + (waits(person) ? ` ${words.not_sent}` : "");
    item.classList.add("in");
    who.append(state);
  } else if (waits(person)) {
    state.textContent = words.not_sent;
    who.append(state);
  }
  if (!person.seat) {
    state.textContent = words.no_seat_short;
    who.append(state);
  } else {
    const button = document.createElement("button");
    button.type = "button";
    button.className = moment ? "btn small quiet" : "btn";
    button.dataset.id = person.id;
    button.dataset.act = moment ? "undo" : "in";
    button.textContent = moment ? words.undo : words.check_in;
    const whom = document.createElement("span");
    whom.className = "vh";
    whom.textContent = `: ${person.name}`;
    button.append(whom);
    item.append(button);
  }
  return item;
}

function drawLine() {
  const parts = [];
  let kind = "ok";
  if (refused) {
    kind = "error";
    parts.push(words[refused]);
  } else if (!network) {
    kind = "warn";
    parts.push(words.offline);
  }
  if (queue.length) {
    if (kind === "ok") kind = "warn";
    parts.push(many(sending ? "sending" : "queued", queue.length));
  }
  if (syncedAt) parts.push(say(queue.length || !network ? "last" : "synced", { time: clock(syncedAt) }));
  else if (!refused) {
    parts.push(words.never);
    kind = "warn";
  }
  const text = parts.join(" ");
  line.className = `note ${kind}`;
  if (line.textContent !== text) line.textContent = text;
}

function tell(kind, text) {
  said.className = `said-now ${kind}`;
  said.textContent = text;
}

/* What a person at the door must look at stays until it is put away. */
function keepOdd(text) {
  const item = document.createElement("li");
  const away = document.createElement("button");
  const words_ = document.createElement("span");
  words_.textContent = text;
  away.type = "button";
  away.className = "btn small quiet";
  away.textContent = words.put_away;
  away.addEventListener("click", () => {
    item.remove();
    odd.parentElement.hidden = !odd.children.length;
  });
  item.append(words_, away);
  odd.append(item);
  odd.parentElement.hidden = false;
}

/* --- Pressing ---------------------------------------------------------------------------------------------------- */

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function press(person, act) {
  const made = { key: newKey(), door: DOOR, id: person.id, name: person.name, act, at: new Date().toISOString() };
  queue.push(made);
  await stored("readwrite", "presses", (store) => store.put(made));
  tell(act === "in" ? "ok" : "warn", say(act === "in" ? "came" : "undone", { name: person.name }));
  draw();
  sync();
}

async function arrive(person) {
  const moment = since(person);
  if (moment) tell("warn", say("already", { name: person.name, time: clock(moment) }));
  else if (!person.seat) tell("error", say("no_seat", { name: person.name }));
  else await press(person, "in");
}

/* A ticket's code, scanned or typed: the end of its address, or the code itself. */
async function arriveByCode(text) {
  const found = CODE.exec(text.trim().toUpperCase().replace(/\/+$/, ""));
  if (!found) return false;
  const code = found[1] + found[2];
  const person = [...people.values()].find((one) => one.code === code);
  if (person) await arrive(person);
  else tell("error", network ? words.unknown : words.unknown_offline);
  return true;
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-id]");
  const person = button && people.get(Number(button.dataset.id));
  if (!person) return;
  press(person, button.dataset.act).then(() => {
    list.querySelector(`button[data-id="${person.id}"]`)?.focus();
  });
});

field.addEventListener("input", draw);
document.getElementById("door-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await arriveByCode(field.value)) field.value = "";
  draw();
});

/* --- Sending ---------------------------------------------------------------------------------------------------- */

function cookie(name) {
  return document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) || "";
}

const REFUSALS = { 401: "sign_in", 403: "reload", 404: "link_over", 410: "link_over" };

async function ask(address, options) {
  const response = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options });
  refused = REFUSALS[response.status] || "";
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

async function sync() {
  if (sending) return;
  sending = true;
  const sent = queue.slice(0, 200);
  try {
    if (sent.length) {
      drawLine();
      const told = await ask(root.dataset.presses, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
        body: JSON.stringify({ sent_at: new Date().toISOString(), presses: sent.map(({ key, id, act, at }) =>
          ({ key, id, act, at })) }),
      });
      await settle(sent, told.outcomes);
    }
    const known = await ask(root.dataset.people);
    people = new Map(known.people.map((one) => [one.id, one]));
    syncedAt = new Date().toISOString();
    network = true;
    await remember();
  } catch (problem) {
    if (refused === "link_over") await forget();
    network = Boolean(refused) || /^\d+$/.test(problem.message);
  } finally {
    sending = false;
  }
  draw();
  if (network && !refused && queue.some((one) => !sent.includes(one))) sync();
}

async function settle(sent, outcomes) {
  for (const one of outcomes) {
    const mine = sent.find((press_) => press_.key === one.key);
    if (!mine) continue;
    if (one.result === "already") {
      keepOdd(say("already_elsewhere", { name: mine.name, time: clock(one.since) }));
    } else if (one.result === "no_seat") {
      keepOdd(say("no_seat", { name: mine.name }));
    } else if (one.result === "unknown") {
      keepOdd(say("gone", { name: mine.name }));
    }
    await stored("readwrite", "presses", (store) => store.delete(one.key));
    queue = queue.filter((press_) => press_.key !== one.key);
    const person = people.get(mine.id);
    if (person) person.in = one.since;
  }
}

window.addEventListener("online", sync);
window.addEventListener("offline", () => { network = false; draw(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });

/* --- The camera ------------------------------------------------------------------------------------------------- */

const scan = document.getElementById("door-scan");
const video = document.getElementById("door-video");
let stream = null;
let last = { text: "", at: 0 };

async function look(detector) {
  if (!stream) return;
  try {
    for (const { rawValue } of await detector.detect(video)) {
      if (rawValue === last.text && Date.now() - last.at < AGAIN) continue;
      last = { text: rawValue, at: Date.now() };
      if (!(await arriveByCode(rawValue))) tell("error", words.unknown);
      if (navigator.vibrate) navigator.vibrate(60);
    }
  } catch {
    /* a frame that cannot be read yet: the next one is tried */
  }
  setTimeout(() => look(detector), 200);
}

function stopScan() {
  for (const track of stream?.getTracks() || []) track.stop();
  stream = null;
  video.hidden = true;
  scan.setAttribute("aria-pressed", "false");
  scan.querySelector("span").textContent = words.scan;
}

async function startScan(detector) {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    tell("error", words.no_camera);
    return;
  }
  video.srcObject = stream;
  video.hidden = false;
  scan.setAttribute("aria-pressed", "true");
  scan.querySelector("span").textContent = words.stop;
  video.play().catch(() => {});
  look(detector);
}

async function offerScan() {
  const can = "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia
    && (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
  if (!can) {
    document.getElementById("door-no-scan").hidden = false;
    return;
  }
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  scan.hidden = false;
  scan.addEventListener("click", () => (stream ? stopScan() : startScan(detector)));
}

/* --- Begin ------------------------------------------------------------------------------------------------------- */

/* The page and what it is drawn with are put at hand, so that it opens without a network too. */
async function putAtHand() {
  const ready = document.getElementById("door-ready");
  if (!("serviceWorker" in navigator) || !("caches" in window)) {
    ready.textContent = words.not_ready;
    return;
  }
  try {
    await navigator.serviceWorker.register(root.dataset.worker, { scope: DOOR });
    await navigator.serviceWorker.ready;
    const cache = await caches.open("solmu-door");
    const drawn = performance.getEntriesByType("resource").map((one) => one.name)
      .filter((name) => name.startsWith(`${location.origin}/static/`));
    await Promise.all([DOOR, ...new Set(drawn)].map((address) => cache.add(address)));
    ready.textContent = words.ready;
  } catch {
    ready.textContent = (await caches.match(DOOR)) ? words.ready : words.not_ready;
  }
}

document.getElementById("door-forget").addEventListener("click", async () => {
  if (queue.length) {
    tell("error", many("queued", queue.length));
    return;
  }
  await forget();
  for (const one of await navigator.serviceWorker?.getRegistrations() || []) {
    if (one.scope.endsWith(DOOR)) await one.unregister();
  }
  location.assign(root.dataset.away);
});

(async () => {
  document.getElementById("plain").hidden = true;
  root.hidden = false;
  try {
    database = await open();
    await recall();
  } catch {
    tell("error", words.no_memory);
  }
  draw();
  await sync();
  offerScan();
  putAtHand();
  setInterval(sync, EVERY);
})();
