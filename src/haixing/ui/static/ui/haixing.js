// Small helpers for every page. Pages that only show things work without this file.
"use strict";

// A fragment asked for by htmx carries the page's own token against forged requests.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});

// <button data-wait-seconds="60" data-wait-label="{} 秒后可再发">: counts down, then may be pressed again.
function countDown(button) {
  const label = button.textContent;
  let left = Number(button.dataset.waitSeconds);
  if (!(left > 0)) return;
  button.disabled = true;
  const tick = () => {
    if (left <= 0) {
      button.disabled = false;
      button.textContent = label;
      return;
    }
    button.textContent = button.dataset.waitLabel.replace("{}", String(left));
    left -= 1;
    window.setTimeout(tick, 1000);
  };
  tick();
}

// What only a connection can renew says so while there is none.
document.addEventListener("htmx:sendError", () => document.body.classList.add("is-offline"));
document.addEventListener("htmx:beforeOnLoad", () => document.body.classList.remove("is-offline"));

function prepare(root) {
  root.querySelectorAll("[data-wait-seconds]").forEach(countDown);
}

document.addEventListener("DOMContentLoaded", () => prepare(document));
document.addEventListener("htmx:afterSwap", (event) => prepare(event.detail.target));
