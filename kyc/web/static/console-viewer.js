// SPDX-License-Identifier: Apache-2.0
// The document viewer: boxes over read values, values beside them, pages, zoom, rotation, two documents at once.
// Positions come from data attributes and are set through CSSOM, as the page's content policy demands.
"use strict";

const ZOOMS = [1, 1.5, 2, 3];

class Viewer {
  constructor(element) {
    this.element = element;
    this.stage = element.querySelector(".stage");
    this.sheets = [...element.querySelectorAll("[data-sheet]")];
    this.zoom = 0;
    this.turns = 0;
    this.page = Number(element.dataset.start || this.sheets[0]?.dataset.sheet || 0);
    element.querySelectorAll("[data-page-step]").forEach((b) => b.addEventListener("click", () => this.step(Number(b.dataset.pageStep))));
    element.querySelectorAll("[data-zoom]").forEach((b) => b.addEventListener("click", () => this.enlarge(Number(b.dataset.zoom))));
    element.querySelector("[data-rotate]")?.addEventListener("click", () => this.rotate());
    element.querySelector("[data-boxes]")?.addEventListener("click", (event) => this.toggleBoxes(event.currentTarget));
    element.querySelectorAll(".box").forEach((box) => this.prepare(box));
    element.querySelectorAll(".values__row").forEach((row) => {
      row.addEventListener("mouseenter", () => this.mark(row.dataset.field));
      row.addEventListener("mouseleave", () => this.mark(this.chosen ?? ""));
    });
    element.querySelectorAll("[data-show-field]").forEach((button) => {
      button.addEventListener("click", () => this.choose(button.dataset.showField));
      button.addEventListener("focus", () => this.mark(button.dataset.showField));
    });
    this.sheets.forEach((sheet) => sheet.querySelector("img").addEventListener("load", () => this.lay()));
    new ResizeObserver(() => this.lay()).observe(this.stage);
  }

  prepare(box) {
    for (const side of ["left", "top", "width", "height"]) box.style.setProperty(side, `${box.dataset[side]}%`);
    const tip = box.querySelector(".box__tip");
    tip.classList.toggle("box__tip--above", Number(box.dataset.top) > 70);
    tip.classList.toggle("box__tip--left", Number(box.dataset.left) > 55);
    box.classList.add("is-placed");
    box.addEventListener("mouseenter", () => this.mark(box.dataset.field, true));
    box.addEventListener("mouseleave", () => this.mark(this.chosen ?? ""));
    box.addEventListener("click", () => this.choose(box.dataset.field));
  }

  load() {
    this.sheets.forEach((sheet) => {
      const picture = sheet.querySelector("img");
      if (picture.dataset.src) {
        picture.src = picture.dataset.src;
        delete picture.dataset.src;
      }
    });
    this.show(this.page);
  }

  show(page) {
    if (this.sheets.length === 0) return;
    this.page = page;
    const numbers = this.sheets.map((sheet) => Number(sheet.dataset.sheet));
    this.sheets.forEach((sheet) => (sheet.hidden = Number(sheet.dataset.sheet) !== page));
    const label = this.element.querySelector("[data-page-label]");
    label.textContent = label.dataset.text.replace("#", numbers.indexOf(page) + 1);
    this.element.querySelectorAll("[data-page-step]").forEach((button) => {
      button.disabled = !numbers.includes(numbers[numbers.indexOf(page) + Number(button.dataset.pageStep)]);
    });
    this.lay();
  }

  step(distance) {
    const numbers = this.sheets.map((sheet) => Number(sheet.dataset.sheet));
    const next = numbers[numbers.indexOf(this.page) + distance];
    if (next !== undefined) {
      this.show(next);
      this.stage.scrollTo(0, 0);
    }
  }

  enlarge(direction) {
    this.zoom = Math.min(ZOOMS.length - 1, Math.max(0, this.zoom + direction));
    this.lay();
  }

  rotate() {
    this.turns = (this.turns + 1) % 4;
    this.lay();
  }

  toggleBoxes(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    this.stage.classList.toggle("no-boxes", !on);
  }

  // A turned page keeps its own width and height; the sheet around it takes the turned ones.
  lay() {
    const sheet = this.sheets.find((each) => !each.hidden);
    const picture = sheet?.querySelector("img");
    if (!picture?.naturalWidth) return;
    const turn = sheet.querySelector(".sheet__turn");
    const visible = this.stage.clientWidth * ZOOMS[this.zoom];
    const ratio = picture.naturalWidth / picture.naturalHeight;
    const lying = this.turns % 2 === 1;
    const width = lying ? visible * ratio : visible;
    const height = width / ratio;
    const moves = [
      "none",
      `translate(${height}px, 0) rotate(90deg)`,
      `translate(${width}px, ${height}px) rotate(180deg)`,
      `translate(0, ${width}px) rotate(270deg)`,
    ];
    sheet.style.setProperty("--zoom", ZOOMS[this.zoom]);
    sheet.style.setProperty("--stage-height", `${lying ? width : height}px`);
    turn.style.setProperty("--own-width", `${width}px`);
    turn.style.setProperty("transform", moves[this.turns]);
  }

  mark(field, scrollList = false) {
    this.element.querySelectorAll(".box, .values__row").forEach((each) => each.classList.toggle("is-chosen", field !== "" && each.dataset.field === field));
    if (scrollList) this.rowOf(field)?.scrollIntoView({ block: "nearest" });
  }

  rowOf(field) {
    return [...this.element.querySelectorAll(".values__row")].find((row) => row.dataset.field === field);
  }

  choose(field, page = 0) {
    const box = [...this.element.querySelectorAll(".box")].find((each) => each.dataset.field === field);
    const at = Number(box?.closest("[data-sheet]").dataset.sheet ?? page);
    this.chosen = field;
    if (at) this.show(at);
    this.mark(field);
    this.rowOf(field)?.scrollIntoView({ block: "nearest" });
    if (box) this.centre(box);
  }

  centre(box) {
    const place = box.getBoundingClientRect();
    const stage = this.stage.getBoundingClientRect();
    this.stage.scrollBy({ left: place.left - stage.left - stage.width / 2 + place.width / 2, top: place.top - stage.top - stage.height / 3 });
  }
}

const viewers = new Map([...document.querySelectorAll(".viewer")].map((each) => [each.dataset.document, new Viewer(each)]));

// ------------------------------------------------------------------ on a document's own page

const page = document.querySelector(".viewer--page");
if (page) {
  const viewer = viewers.get(page.dataset.document);
  viewer.load();
  if (page.dataset.chosen) {
    const picture = page.querySelector("[data-sheet]:not([hidden]) img");
    const choose = () => viewer.choose(page.dataset.chosen);
    if (!picture || picture.complete) choose();
    else picture.addEventListener("load", choose, { once: true });
  }
  document.addEventListener("console:page", (event) => viewer.step(event.detail));
  // Shown means opened: the record that the button would make is made now.
  const look = document.getElementById("look");
  if (look) {
    const body = new URLSearchParams(new FormData(look));
    body.set("quiet", "yes");
    fetch(look.action, { method: "POST", body, redirect: "error" })
      .then((answer) => {
        if (!answer.ok) return;
        const seen = document.createElement("span");
        seen.className = "seen";
        seen.textContent = look.dataset.seen;
        look.replaceWith(seen);
      })
      .catch(() => {});
  }
}

// ------------------------------------------------------------------ on the case's page

const section = document.getElementById("documents");
const panel = document.getElementById("viewers");
if (section && panel) {
  const beside = document.getElementById("beside");
  const items = [...document.querySelectorAll("#docs [data-document]")];
  let open = [];

  const press = () => items.forEach((item) => item.querySelector(".doc__open").setAttribute("aria-pressed", String(open.includes(item.dataset.document))));

  const record = async (item) => {
    if (item.dataset.opened === "yes") return;
    const body = new URLSearchParams({ csrf: section.dataset.csrf, quiet: "yes" });
    const answer = await fetch(item.querySelector("form").action, { method: "POST", body, redirect: "error" }).catch(() => null);
    if (!answer?.ok) return;
    item.dataset.opened = "yes";
    const state = item.querySelector(".unseen");
    state.className = "seen";
    state.querySelector("use").setAttribute("href", state.querySelector("use").getAttribute("href").replace(/#.*/, "#check"));
    state.lastChild.textContent = panel.dataset.seen;
    forget(item.dataset.document);
  };

  // What was opened no longer stands in the way of the decision.
  const forget = (id) => {
    const links = document.querySelectorAll("[data-obstacle='EVIDENCE_NOT_REVIEWED'] [data-subject]");
    links.forEach((link) => link.dataset.subject === `#document-${id}` && link.closest("li").remove());
    const count = document.querySelector(".rail__nav a[href='#documents'] .rail__count");
    const seen = items.filter((item) => item.dataset.opened === "yes").length;
    if (count) {
      count.textContent = `${seen}/${items.length}`;
      count.classList.toggle("rail__count--open", seen < items.length);
      count.classList.toggle("rail__count--done", seen === items.length);
    }
    if (seen === items.length) lift(document.querySelector("[data-obstacle='EVIDENCE_NOT_REVIEWED']"));
  };

  // One obstacle less; after the last one approval can be chosen without loading the page anew.
  const lift = (obstacle) => {
    obstacle?.remove();
    const left = document.querySelectorAll("[data-obstacle]").length;
    const title = document.querySelector(".blocked__title");
    if (title) {
      const text = left === 0 ? title.dataset.clear : (left === 1 ? title.dataset.one : title.dataset.other).replace("#", left);
      title.querySelector("span").textContent = text;
      const told = document.getElementById("approve-blocked");
      if (told && left > 0) told.querySelector("a").textContent = text;
      if (told && left === 0) {
        const approve = document.getElementById("decide-approve");
        approve.disabled = false;
        approve.closest(".choice").classList.remove("choice--closed");
        document.getElementById("decide-approve-hint").textContent = told.dataset.openHint;
        told.remove();
      }
    }
  };

  const openDocument = (id, field = "", page = 0) => {
    const item = items.find((each) => each.dataset.document === id);
    const viewer = viewers.get(id);
    if (!item || !viewer) return;
    const limit = panel.classList.contains("viewers--beside") ? 2 : 1;
    open = [...open.filter((each) => each !== id), id].slice(-limit);
    viewers.forEach((each, other) => (each.element.hidden = !open.includes(other)));
    document.getElementById("viewer-empty").hidden = true;
    press();
    viewer.load();
    record(item);
    if (field) {
      const picture = viewer.element.querySelector("img");
      const choose = () => viewer.choose(field, page);
      if (!picture || picture.complete) choose();
      else picture.addEventListener("load", choose, { once: true });
    }
    viewer.element.scrollIntoView({ block: "start" });
    viewer.stage.focus({ preventScroll: true });
  };

  items.forEach((item) => {
    item.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      openDocument(item.dataset.document);
    });
  });
  document.querySelectorAll("[data-evidence][data-document]").forEach((link) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openDocument(link.dataset.document, link.dataset.field, Number(link.dataset.page));
    });
  });
  // "Not opened" in the decision card leads straight into the document.
  document.querySelectorAll("[data-subject^='#document-']").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      openDocument(link.dataset.subject.replace("#document-", ""));
    });
  });
  beside.hidden = items.length < 2 || !matchMedia("(min-width: 60rem)").matches;
  beside.addEventListener("click", () => {
    const on = panel.classList.toggle("viewers--beside");
    beside.setAttribute("aria-pressed", String(on));
    beside.querySelector("span").textContent = on ? beside.dataset.on : beside.dataset.off;
    if (on && open.length === 1) {
      const other = items.find((item) => !open.includes(item.dataset.document));
      if (other) openDocument(other.dataset.document);
    } else if (!on && open.length > 1) {
      openDocument(open[open.length - 1]);
    }
  });
  document.addEventListener("console:open-next", () => {
    const item = items.find((each) => each.dataset.opened === "no") ?? items.find((each) => !open.includes(each.dataset.document));
    if (item) openDocument(item.dataset.document);
  });
  document.addEventListener("console:page", (event) => open.forEach((id) => viewers.get(id).step(event.detail)));
}
