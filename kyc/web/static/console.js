// SPDX-License-Identifier: Apache-2.0
// The console's conveniences: keys, next open point, counters, finding in the queue, the end of a session.
// Every page works without them, and no single key sends anything.
"use strict";

const main = document.getElementById("main");
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const shown = (element) => element.getClientRects().length > 0;

// ------------------------------------------------------------------ going to a thing

function reveal(element) {
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

function goTo(element) {
  if (!element) return;
  reveal(element);
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "start", behavior: "auto" });
}

function goToHash() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const target = wanted && document.getElementById(wanted);
  if (target && target.matches("[tabindex='-1']")) goTo(target);
}
window.addEventListener("hashchange", goToHash);
if (document.querySelector("[data-focus]") === null) goToHash();

// A message that was shown once is not shown again by reloading.
if (document.querySelector("[data-done]")) {
  const clean = new URL(location.href);
  clean.searchParams.delete("done");
  history.replaceState(null, "", clean);
}

// ------------------------------------------------------------------ the next open point

function points() {
  const documents = all("[data-document][data-opened='no']", document.getElementById("docs") ?? document.createElement("ul"));
  return [...documents, ...all("[data-point]")].sort((a, b) =>
    a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
}

function nextPoint() {
  const open = points();
  if (open.length === 0) {
    goTo(document.getElementById("decide"));
    return;
  }
  const here = document.activeElement;
  const after = open.find(
    (point) => point !== here && !point.contains(here) && here.compareDocumentPosition(point) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  const point = (here === document.body ? undefined : after) ?? open[0];
  goTo(point);
  const fold = point.querySelector(":scope > details.settle");
  if (fold) fold.open = true;
}
all("[data-next-point]").forEach((button) => button.addEventListener("click", nextPoint));

// ------------------------------------------------------------------ rows: j, k, Enter, e

let row = null;
const rows = () => all("[data-row]").filter(shown);

function step(distance) {
  const every = rows();
  if (every.length === 0) return;
  const at = every.findIndex((each) => each.contains(document.activeElement) || each === row);
  const next = every[Math.min(every.length - 1, Math.max(0, at < 0 ? 0 : at + distance))];
  row = next;
  const target = next.querySelector("[data-open], [data-evidence]") ?? next;
  if (target === next) next.tabIndex = -1;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function evidence() {
  const here = document.activeElement.closest("[data-row]") ?? row;
  (here?.querySelector("[data-evidence]") ?? document.querySelector("[data-evidence]"))?.click();
}

function write() {
  const fields = all("[data-writing]");
  const here = document.activeElement.closest("[data-row], form, section");
  const near = here?.querySelector("[data-writing]");
  const field = near ?? fields.find((each) => shown(each)) ?? fields[0];
  if (!field) return;
  reveal(field);
  field.focus();
  field.scrollIntoView({ block: "center" });
}

// ------------------------------------------------------------------ keys

const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const go = (path) => location.assign(path);
const keys = {
  "?": () => go("/console/help"),
  j: () => step(1),
  k: () => step(-1),
  x: () => document.querySelector(".case") && nextPoint(),
  o: () => document.dispatchEvent(new CustomEvent("console:open-next")),
  "[": () => document.dispatchEvent(new CustomEvent("console:page", { detail: -1 })),
  "]": () => document.dispatchEvent(new CustomEvent("console:page", { detail: 1 })),
  e: evidence,
  n: write,
  "/": () => document.getElementById("find")?.focus(),
};
const afterG = { q: () => go("/console"), l: () => go("/console/lists") };
let waiting = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "g") {
    waiting = Date.now();
    return;
  }
  const action = Date.now() - waiting < 1500 && afterG[event.key] ? afterG[event.key] : keys[event.key];
  waiting = 0;
  if (action) {
    event.preventDefault();
    action();
  }
});

// ------------------------------------------------------------------ finding in the queue, without sending names anywhere

const find = document.getElementById("find");
const cases = document.getElementById("cases");
if (find && cases) {
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const told = document.getElementById("found");
  find.addEventListener("input", () => {
    const words = fold(find.value).split(/\s+/).filter(Boolean);
    let number = 0;
    all("[data-row]", cases).forEach((each) => {
      const fits = words.every((word) => fold(each.dataset.text).includes(word));
      each.hidden = !fits;
      number += fits ? 1 : 0;
    });
    told.textContent = words.length ? (number === 1 ? told.dataset.one : told.dataset.other).replace("#", number) : "";
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    rows()[0]?.querySelector("[data-open]")?.focus();
  });
}

// ------------------------------------------------------------------ writing: counters, what the merchant will read

all("[data-counter]").forEach((field) => {
  const told = document.getElementById(field.dataset.counter);
  const minimum = Number(field.dataset.minimum);
  const count = () => {
    const length = [...field.value.trim()].length;
    told.textContent = told.dataset.text.replace("#", length);
    told.classList.toggle("is-short", length > 0 && length < minimum);
    told.classList.toggle("is-enough", length >= minimum);
  };
  field.addEventListener("input", count);
  count();
});

all("[data-reads]").forEach((select) => {
  const told = document.getElementById(select.dataset.reads);
  const tick = select.closest("li").querySelector("input[type=checkbox]");
  const say = () => {
    const text = select.selectedOptions[0]?.dataset.text ?? "";
    told.hidden = text === "";
    told.textContent = text ? `${told.dataset.label} ${text}` : "";
  };
  select.addEventListener("change", () => {
    tick.checked = select.value !== "";
    say();
  });
  say();
});

// Choosing a reason chooses what the reason is for.
all(".choice__more select").forEach((select) => {
  select.addEventListener("change", () => {
    const choice = select.closest(".choice__more").parentElement.querySelector("input[type=radio]");
    if (select.value && choice) choice.checked = true;
  });
});

// A button that is closed says why (its section does) and sends nothing.
all("[data-closed]").forEach((button) => {
  button.form?.addEventListener("submit", (event) => event.stopImmediatePropagation(), { once: true });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(document.getElementById("blocked"));
  });
});

// ------------------------------------------------------------------ the end of a session is announced, and can wait

const idle = document.getElementById("idle");
if (idle && main.dataset.idleMinutes) {
  const limit = Number(main.dataset.idleMinutes) * 60_000;
  const warning = Math.min(5 * 60_000, limit / 2);
  const text = document.getElementById("idle-text");
  let told = Date.now();
  let active = false;
  const alive = async () => {
    active = false;
    const answer = await fetch("/console/alive", { redirect: "error" }).catch(() => null);
    if (answer?.ok) {
      told = Date.now();
      idle.hidden = true;
    }
  };
  ["keydown", "pointerdown", "scroll"].forEach((kind) => document.addEventListener(kind, () => (active = true), { passive: true }));
  document.getElementById("idle-stay").addEventListener("click", alive);
  setInterval(() => {
    const silent = Date.now() - told;
    if (active && silent > 60_000) {
      alive();
    } else if (silent > limit - warning) {
      text.textContent = text.dataset.text.replace("#", Math.max(1, Math.ceil((limit - silent) / 60_000)));
      idle.hidden = false;
    }
  }, 20_000);
}
