// SPDX-License-Identifier: Apache-2.0
// Sending files with progress, advice on pictures before they leave, and a page that updates while files are read.
// Without this script the same form posts the same files, and the page reloads itself.
"use strict";

const SMALL = 800; // pixels on the longer side under which print of a card cannot be read
const DARK = 45; // mean luminance of 255
const GLARE = 0.22; // share of burnt-out pixels
const BLURRED = 18; // variance of the Laplacian at 512 pixels; sharp pictures of text are far above 100
const TRIES = 3;
const TYPES = /\.(pdf|jpe?g|png|hei[cf]|webp)$/i;

// ---------------------------------------------------------------- looking at a picture

async function measure(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return null;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null; // the server will say what is wrong with it
  }
  const scale = Math.min(1, 512 / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(3, Math.round(bitmap.width * scale));
  const height = Math.max(3, Math.round(bitmap.height * scale));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, width, height);
  const result = { side: Math.max(bitmap.width, bitmap.height), ...statistics(context.getImageData(0, 0, width, height)) };
  bitmap.close();
  return result;
}

function statistics({ data, width, height }) {
  const grey = new Float32Array(width * height);
  let total = 0;
  let burnt = 0;
  for (let i = 0; i < grey.length; i += 1) {
    grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
    total += grey[i];
    if (grey[i] > 252) burnt += 1;
  }
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const edge = grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * grey[at];
      sum += edge;
      squares += edge * edge;
      count += 1;
    }
  }
  const mean = total / grey.length;
  return { mean, burnt: burnt / grey.length, sharpness: squares / count - (sum / count) ** 2 };
}

// White paper is bright all over; glare is a burnt-out patch on a darker picture.
function advice(look) {
  if (!look) return [];
  const said = [];
  if (look.side < SMALL) said.push("small");
  if (look.mean < DARK) said.push("dark");
  else if (look.sharpness < BLURRED) said.push("blurred");
  if (look.burnt > GLARE && look.mean < 150) said.push("glare");
  return said;
}

// ---------------------------------------------------------------- sending

const form = document.querySelector("[data-upload]");
const list = document.querySelector("[data-sending]");

function element(tag, css, text) {
  const made = document.createElement(tag);
  if (css) made.className = css;
  if (text) made.textContent = text;
  return made;
}

function row(file) {
  const item = element("li");
  const head = element("div", "sending__head");
  if (/^image\/(jpeg|png|webp)$/.test(file.type)) {
    const picture = element("img", "sending__thumb");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
    head.append(picture);
  }
  head.append(element("span", "sending__name", file.name));
  const said = element("p", "sending__said");
  item.append(head, said);
  list.append(item);
  const say = (text, bad) => {
    said.textContent = text;
    said.classList.toggle("sending__said--bad", Boolean(bad));
  };
  const buttons = (...pairs) => {
    item.querySelector(".actions")?.remove();
    if (!pairs.length) return;
    const box = element("div", "actions");
    pairs.forEach(([text, act]) => {
      const button = element("button", "button button--small", text);
      button.type = "button";
      button.addEventListener("click", act);
      box.append(button);
    });
    item.append(box);
  };
  return { item, say, buttons };
}

async function offer(file) {
  const texts = form.dataset;
  const line = row(file);
  const leave = [texts.tLeave, () => line.item.remove()];
  if (file.size === 0) return line.say(texts.tEmpty, true), line.buttons(leave);
  if (file.size > Number(texts.max)) return line.say(texts.tLarge, true), line.buttons(leave);
  const said = TYPES.test(file.name) || /^(image\/|application\/pdf)/.test(file.type) ? advice(await measure(file)) : ["type"];
  if (said.length === 0) return send(file, line, 1);
  const words = { small: texts.tSmall, dark: texts.tDark, blurred: texts.tBlurred, glare: texts.tGlare, type: texts.tType };
  line.say(said.map((each) => words[each]).join(" "), true);
  return line.buttons(leave, [texts.tAnyway, () => send(file, line, 1)]);
}

function send(file, line, attempt) {
  const texts = form.dataset;
  const bar = element("progress", "progress");
  bar.max = 100;
  bar.setAttribute("aria-label", file.name);
  line.buttons();
  line.item.querySelector("progress")?.remove();
  line.item.append(bar);
  line.say(texts.tSending);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
  });
  const failed = () => {
    bar.remove();
    if (attempt < TRIES) {
      setTimeout(() => send(file, line, attempt + 1), 1500 * attempt);
      return;
    }
    line.say(texts.tFailed, true);
    line.buttons([texts.tRetry, () => send(file, line, 1)]);
  };
  request.addEventListener("error", failed);
  request.addEventListener("load", () => {
    let answer;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      failed();
      return;
    }
    bar.remove();
    settle(answer, line, texts);
  });
  const body = new FormData();
  body.append("csrf", form.elements.csrf.value);
  body.append("files", file, file.name);
  request.send(body);
}

function settle(answer, line, texts) {
  if (!answer.files) {
    line.say(answer.problem || texts.tFailed, true);
    if (answer.login) line.buttons([texts.tLogin, () => location.reload()]);
    return;
  }
  const [first] = answer.files;
  if (!first.taken) {
    line.say(first.text, true);
    line.buttons([texts.tLeave, () => line.item.remove()]);
    return;
  }
  line.say(first.text || texts.tSent, Boolean(first.text));
  if (first.text) line.buttons([texts.tLeave, () => line.item.remove()]);
  else line.item.remove();
  refresh(texts.tSent);
}

if (form) {
  const drop = form.querySelector("[data-drop]");
  const chooser = form.querySelector("#f-files");
  const camera = form.querySelector("[data-camera]");
  const shot = camera.querySelector("input");
  const takeAll = (files) => [...files].forEach((file) => offer(file));
  const takeChosen = (input) => {
    takeAll(input.files);
    input.value = "";
  };

  form.querySelector("[data-drop-text]").hidden = !matchMedia("(pointer: fine)").matches;
  camera.hidden = !matchMedia("(pointer: coarse)").matches;
  camera.querySelector("button").addEventListener("click", () => shot.click());
  [chooser, shot].forEach((input) => input.addEventListener("change", () => takeChosen(input)));
  document.documentElement.classList.add("uploads"); // from here on the plain button is not needed
  takeChosen(chooser); // whoever was faster than this script
  ["dragenter", "dragover"].forEach((name) =>
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("drop--over");
    }),
  );
  ["dragleave", "drop"].forEach((name) => drop.addEventListener(name, () => drop.classList.remove("drop--over")));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    takeAll(event.dataTransfer.files);
  });
}

// ---------------------------------------------------------------- waiting for the reading

const announce = document.querySelector("[data-announce]");
let seen = "";
let timer = 0;

// The part of the page that changes is fetched anew from the page itself: one truth, one template.
async function refresh(text) {
  const answer = await fetch(location.pathname, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok || answer.redirected) {
    location.reload();
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  const old = document.querySelector("[data-live]");
  if (!fresh || !old) return;
  old.replaceWith(document.adoptNode(fresh));
  if (text) announce.textContent = text;
  wait();
}

async function look() {
  const live = document.querySelector("[data-live]");
  try {
    const answer = await fetch(live.dataset.status, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) {
      location.reload();
      return;
    }
    const { documents } = await answer.json();
    const now = JSON.stringify(documents);
    // A small file may be read before the first look: then nothing changes any more, but the page still waits.
    const through = !Object.values(documents).some(Boolean);
    if (through || (seen && now !== seen)) {
      seen = now;
      await refresh(live.dataset.done);
      return;
    }
    seen = now;
  } catch {
    // no connection: try again with the next look
  }
  wait();
}

function wait() {
  clearTimeout(timer);
  const live = document.querySelector("[data-live]");
  if (live?.dataset.waiting === "yes") timer = setTimeout(look, document.hidden ? 5000 : 1500);
}
wait();
