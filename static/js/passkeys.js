/* Passkeys: shown where the browser has them, and a refusal told in words. allauth's own files do the ceremony. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  /* A passkey belongs to a name: at a bare number such as 127.0.0.1 browsers refuse. */
  const number = /^[\d.]+$|:/.test(window.location.hostname);
  const able = Boolean(window.PublicKeyCredential && navigator.credentials && !number);
  for (const part of document.querySelectorAll("[data-passkeys]")) part.hidden = !able;
  for (const part of document.querySelectorAll("[data-no-passkeys]")) part.hidden = able;
});

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const part of document.querySelectorAll("[data-passkey-problem]")) part.hidden = false;
});
