/* Keeps one's own day at hand when the network is away: the page of the one who opened it, and what it is drawn with.
   Whose it is stands in this file's own address and in each answer; what is another's, or asks to sign in, empties it. */
"use strict";

const OWNER = new URL(self.location.href).searchParams.get("owner") || "";
const KEPT = `solmu-day-${OWNER}`;
const PATIENCE = 4000;
let isOver = false;

async function forget(all) {
  isOver = isOver || all;
  for (const name of await caches.keys()) {
    if (name.startsWith("solmu-day-") && (all || name !== KEPT)) await caches.delete(name);
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(forget(false).then(() => self.clients.claim())));

function soon(fetched) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("slow")), PATIENCE);
    fetched.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/* A page that is not the owner's, or one that is no longer given to them, leaves nothing behind. */
async function settle(request, response, isPage) {
  if (response.status >= 500) throw new Error(String(response.status));
  if (!isPage) {
    if (response.ok && !isOver) await (await caches.open(KEPT)).put(request, response.clone());
    return response;
  }
  if (response.ok && !isOver && !response.redirected && response.headers.get("X-Day-Owner") === OWNER) {
    await (await caches.open(KEPT)).put(request.url.split("?")[0], response.clone());
  } else {
    await forget(true);
  }
  return response;
}

async function answer(request, isPage) {
  const fetched = fetch(request).then((response) => settle(request, response, isPage));
  try {
    return await soon(fetched);
  } catch (problem) {
    if (await caches.has(KEPT)) {
      const kept = await (await caches.open(KEPT)).match(isPage ? request.url.split("?")[0] : request);
      if (kept) return kept;
    }
    if (problem.message === "slow") return fetched;
    if (/^5\d\d$/.test(problem.message)) return fetch(request);
    throw problem;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isPage = request.mode === "navigate" && url.pathname.endsWith("/my-day/");
  const isDrawing = ["style", "script", "font", "image"].includes(request.destination);
  if (request.method === "GET" && url.origin === self.location.origin && (isPage || isDrawing)) {
    event.respondWith(answer(request, isPage));
  }
});
