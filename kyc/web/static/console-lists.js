// SPDX-License-Identifier: Apache-2.0
// The lists page keeps itself up to date while a list is fetched, read and indexed.
"use strict";

const sources = document.getElementById("sources");
const note = (progress) => {
  let busy = false;
  sources.querySelectorAll("[data-source]").forEach((source) => {
    const phase = progress.phases[source.dataset.source] ?? "";
    const told = source.querySelector("[data-phase]");
    const text = phase ? told.dataset.text.replace("#", phase) : "";
    told.hidden = phase === "";
    if (told.querySelector("span").textContent !== text) told.querySelector("span").textContent = text;
    busy ||= phase !== "";
  });
  return busy;
};

let pause = 2000;
const look = async () => {
  const answer = await fetch("/console/lists/progress", { redirect: "error" }).catch(() => null);
  if (answer?.ok) {
    const progress = await answer.json();
    const busy = note(progress);
    const typing = document.querySelector("#f-file")?.files.length > 0;
    if (!busy && progress.mark !== sources.dataset.mark && !typing) {
      location.reload();
      return;
    }
    pause = busy ? 1000 : Math.min(pause * 1.3, 15_000);
  }
  setTimeout(look, pause);
};
if (sources) setTimeout(look, pause);
