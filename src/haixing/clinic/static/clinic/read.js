// Reading a card with the desk's camera. Typing and wedge scanners need no script.
//
// 1. The browser's own BarcodeDetector reads the frames where it exists.
// 2. Otherwise a frame goes to the server twice a second, which looks for a code and keeps nothing.
// 3. The text found is put into the field, and the form sends itself: the same way as typing.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("reader");
  const field = document.getElementById("code");
  const viewfinder = document.getElementById("viewfinder");
  const video = document.getElementById("video");
  const wrong = document.getElementById("camera-wrong");
  let stream = null;

  field.select();
  document.getElementById("camera").hidden = false;
  document.getElementById("camera").addEventListener("click", open);
  document.getElementById("camera-off").addEventListener("click", close);
  window.addEventListener("pagehide", close);

  async function open() {
    if (stream) return;
    wrong.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: 1280 } });
    } catch {
      wrong.textContent = wrong.dataset.noCamera;
      wrong.hidden = false;
      field.focus();
      return;
    }
    video.srcObject = stream;
    viewfinder.hidden = false;
    await video.play();
    const read = await reader();
    while (stream) {
      const text = video.videoWidth ? await read().catch(() => "") : "";
      if (text && stream) return found(text);
      await new Promise((wake) => window.setTimeout(wake, 500));
    }
  }

  function close() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    viewfinder.hidden = true;
  }

  function found(text) {
    close();
    field.value = text.slice(0, 400);
    form.requestSubmit();
  }

  async function reader() {
    const formats = "BarcodeDetector" in window ? await window.BarcodeDetector.getSupportedFormats().catch(() => []) : [];
    if (formats.includes("qr_code")) {
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return async () => (await detector.detect(video))[0]?.rawValue ?? "";
    }
    return askServer;
  }

  async function askServer() {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    const frame = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    const answer = await fetch(form.dataset.scan, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "image/jpeg",
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: frame,
    });
    return answer.ok ? (await answer.json()).text : "";
  }
});
