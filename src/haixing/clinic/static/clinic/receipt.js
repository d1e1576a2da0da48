// The receipt's one button.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("print");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
