// The list of sites: filters apply at once, and the family's position is sent when it taps for it.
"use strict";

(() => {
  // Lives in this page's memory alone: not in the form, the address or any storage.
  let position = null;

  const form = document.getElementById("find");
  const button = document.querySelector("[data-locate]");
  const said = document.querySelector("[data-locate-said]");
  // Without htmx the form would be sent by GET, and a position must never be in an address.
  if (!form || !window.htmx) return;

  const find = () => form.querySelector("[data-find]").click();

  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox]")) find();
  });

  form.addEventListener("htmx:configRequest", (event) => {
    if (position && event.detail.verb === "post") Object.assign(event.detail.parameters, position);
  });

  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = said.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        position = { latitude: coords.latitude, longitude: coords.longitude };
        said.textContent = "";
        find();
      },
      () => {
        said.textContent = said.dataset.refused;
      },
      { maximumAge: 60000, timeout: 10000 },
    );
  });
})();
