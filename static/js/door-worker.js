/* Keeps the page of an event's door at hand when the network is away. It keeps that page and what it is drawn with, and
   nothing of people: those the page itself keeps, and forgets. */
"use strict";

const KEPT = "solmu-door";
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function soon(request) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("slow")), PATIENCE);
    fetch(request).then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function answer(request) {
  const cache = await caches.open(KEPT);
  try {
    const response = await soon(request);
    if (response.ok && !response.redirected) await cache.put(request, response.clone());
    return response;
  } catch (problem) {
    const kept = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
    if (kept) return kept;
    throw problem;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isPage = request.mode === "navigate";
  const isDrawing = ["style", "script", "font", "image"].includes(request.destination);
  if (request.method === "GET" && url.origin === self.location.origin && (isPage || isDrawing)) {
    event.respondWith(answer(request));
  }
});
