// SPDX-License-Identifier: Apache-2.0
// Help while typing: the SIREN's key, the free legal form, the running total of shares. Nothing is refused here.
"use strict";

const siren = document.querySelector("[data-siren]");
if (siren) {
  const input = siren.querySelector("input");
  const said = siren.querySelector("[data-said]");
  const luhn = (digits) =>
    [...digits].reverse().reduce((sum, digit, place) => {
      const value = Number(digit) * (place % 2 ? 2 : 1);
      return sum + (value > 9 ? value - 9 : value);
    }, 0) % 10 === 0;
  const look = (final) => {
    const digits = input.value.replace(/\D/g, "");
    said.className = "live-hint";
    said.textContent = "";
    if (digits.length === 9) {
      input.value = digits.replace(/(...)(...)(...)/, "$1\u00a0$2\u00a0$3");
      const right = luhn(digits);
      said.textContent = right ? siren.dataset.right : siren.dataset.wrong;
      said.classList.add(right ? "live-hint--good" : "live-hint--bad");
    } else if (final && digits.length > 0) {
      said.textContent = siren.dataset.short.replace("{n}", digits.length);
      said.classList.add("live-hint--bad");
    }
  };
  input.addEventListener("input", () => look(false));
  input.addEventListener("change", () => look(true));
}

document.querySelectorAll("[data-other]").forEach((select) => {
  const other = document.querySelector(`[data-other-of="${select.name}"]`);
  const look = () => { other.hidden = select.value !== "other"; };
  select.addEventListener("change", look);
  look();
});

const shares = document.querySelector("[data-shares]");
if (shares) {
  const said = shares.querySelector("[data-said]");
  const number = new Intl.NumberFormat(shares.dataset.lang, { maximumFractionDigits: 2 });
  const typed = (name) => {
    const value = Number(shares.querySelector(`[name=${name}]`).value.replace(/[%\s\u00a0]/g, "").replace(",", "."));
    return Number.isFinite(value) ? value : 0;
  };
  const look = () => {
    const capital = typed("capital") + Number(shares.dataset.othersCapital) / 100;
    const votes = typed("votes") + Number(shares.dataset.othersVotes) / 100;
    const over = capital > 100 || votes > 100;
    said.textContent = (over ? shares.dataset.over : shares.dataset.text)
      .replace("{capital}", number.format(capital))
      .replace("{votes}", number.format(votes));
    said.className = over ? "live-hint live-hint--bad" : "live-hint";
  };
  shares.addEventListener("input", look);
  look();
}
