// SPDX-License-Identifier: Apache-2.0
// Small conveniences of every page; each page works without them.
"use strict";

document.documentElement.classList.add("js");

// What went wrong is read out and seen first.
document.querySelector("[data-focus]")?.focus();

// A second click sends nothing twice. The browser's back button makes the form usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", "true"));
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});

// Show or hide a password: <button data-reveal="id" data-show="…" data-hide="…">.
document.querySelectorAll("[data-reveal]").forEach((button) => {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.querySelector("[data-label]").textContent = shown ? button.dataset.show : button.dataset.hide;
  });
});

// <button data-opens="dialog id"> and <button data-closes> for <dialog>.
document.querySelectorAll("[data-opens]").forEach((button) => {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById(button.dataset.opens).showModal();
  });
});
document.querySelectorAll("[data-closes]").forEach((button) => {
  button.addEventListener("click", () => button.closest("dialog").close());
});
