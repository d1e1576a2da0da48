// The bill form.
//
// Typing:   rows of fields; Enter walks on, and makes a new row at the end. Totals are summed here for the eye;
//           the server sums and decides on its own.
// Preview:  a short while after the last key the bill is posted to …/preview/, where the same engine that will
//           decide it answers with a fragment. Nothing is written.
// Sending:  1. The page stores its key before its first try, in localStorage, so that it outlives the page and the
//              browser (promises D4, T7). Only the key is stored, under the card's presentation: nothing typed.
//              A page that is opened later takes a key that is still unanswered, and says so. The same bill typed
//              again is then recorded once; another bill is refused by the server (409), and goes out under a new
//              key only when the person asks for that.
//              Each open page holds the lock of its key: two tabs never send under one key.
//           2. The body is frozen, and sent under the key until the server answers.
//           3. No answer: wait 2, 4, 8, 16, then 30 seconds and send the same body under the same key.
//           4. An answer ends it: written (go to the receipt), unreadable (marked beside the lines, key kept:
//              nothing was written), or refused (its sentence).
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("bill");
  const fields = document.getElementById("bill-fields");
  const lines = document.getElementById("lines");
  const template = document.getElementById("line");
  const words = JSON.parse(document.getElementById("bill-words").textContent);
  const at = (id) => document.getElementById(id);
  const part = (row, name) => row.querySelector(`[name=${name}]`);
  const CELLS = ["category", "name", "quantity", "unit_price", "doctor", "nature"];
  const STORED = `haixing.bill.${form.dataset.presentation}.`; // + the key, which is the value as well

  // --- rows -------------------------------------------------------------------------------------------------

  const rows = () => [...lines.querySelectorAll("tr.line")];
  const isBlank = (row) => !part(row, "name").value.trim() && !part(row, "unit_price").value.trim();
  const filled = () => rows().filter((row) => !isBlank(row));

  function addLine(values = {}, before = null) {
    const row = template.content.firstElementChild.cloneNode(true);
    const above = rows().at(-1);
    lines.insertBefore(row, before);
    // What was chosen above is often right again: the same doctor sees the child for the whole bill.
    if (above && !("doctor" in values)) part(row, "doctor").value = part(above, "doctor").value;
    for (const [name, value] of Object.entries(values)) part(row, name).value = value;
    renumber();
    return row;
  }

  function deleteLine(row) {
    const all = rows();
    const index = all.indexOf(row);
    dropNotes(row);
    row.remove();
    if (all.length === 1) addLine();
    renumber();
    focusOn(part(rows()[Math.min(index, rows().length - 1)], "category"));
    changed();
  }

  function renumber() {
    rows().forEach((row, index) => { row.querySelector(".line-number").textContent = String(index + 1); });
  }

  function focusOn(input) {
    input.focus();
    if (input.select) input.select();
  }

  // --- notes under a row: hints while typing, problems from the server ----------------------------------------

  function noteUnder(row, kind, text) {
    const note = document.createElement("tr");
    note.className = `note note-${kind}`;
    const cell = note.insertCell();
    cell.colSpan = 9;
    cell.textContent = text;
    let last = row;
    while (last.nextElementSibling?.classList.contains("note")) last = last.nextElementSibling;
    last.after(note);
  }

  function dropNotes(row, kind = "") {
    let next = row.nextElementSibling;
    while (next?.classList.contains("note")) {
      const after = next.nextElementSibling;
      if (!kind || next.classList.contains(`note-${kind}`)) next.remove();
      next = after;
    }
  }

  function hintFor(row) {
    const category = part(row, "category").value;
    const nature = part(row, "nature").value;
    if ((category === "10" || category === "11") && !nature) return words.hint_tcm;
    if (category === "06" && form.elements.care.value === "outpatient") return words.hint_surgery;
    if ((category === "02" || category === "13") && !part(row, "doctor").value) return words.hint_grade;
    if (category === "04" && !nature && /过敏|IgE/i.test(part(row, "name").value)) return words.hint_allergy;
    return "";
  }

  function showHints() {
    rows().forEach((row) => {
      const hint = isBlank(row) ? "" : hintFor(row);
      if ((row.dataset.hint ?? "") === hint) return;
      row.dataset.hint = hint;
      dropNotes(row, "hint");
      if (hint) noteUnder(row, "hint", hint);
    });
  }

  function clearProblems() {
    form.querySelectorAll(".note-problem, .field-problem").forEach((note) => note.remove());
    form.querySelectorAll(".is-invalid").forEach((input) => markInvalid(input, false));
  }

  function markInvalid(input, wrong) {
    input.classList.toggle("is-invalid", wrong);
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  // The server counts lines from 1, as they were sent: blank rows of the page are not among them.
  function showProblems(problems, sentRows) {
    clearProblems();
    const loose = [];
    for (const problem of problems) {
      const row = problem.line === null ? null : sentRows[problem.line - 1];
      if (row?.isConnected) {
        noteUnder(row, "problem", problem.text);
        const input = part(row, problem.field);
        if (input?.classList) markInvalid(input, true);
        continue;
      }
      const cell = form.querySelector(`.bill-head [data-field="${CSS.escape(problem.field ?? "")}"]`);
      if (!cell) { loose.push(problem.text); continue; }
      markInvalid(cell.querySelector("input, select"), true);
      const note = document.createElement("p");
      note.className = "wrong field-problem";
      note.textContent = problem.text;
      cell.append(note);
    }
    return loose;
  }

  // --- what the form says ---------------------------------------------------------------------------------------

  function amountOf(row) {
    return money.times(part(row, "quantity").value, money.toFen(part(row, "unit_price").value));
  }

  // An amount that cannot be read is sent as typed: the server says what is wrong with it.
  function lineOf(row) {
    const value = (name) => part(row, name).value.trim();
    const price = money.toFen(value("unit_price"));
    const amount = amountOf(row);
    return {
      category: value("category"),
      name: value("name"),
      quantity: money.plain(value("quantity")),
      unit_price: price === null ? value("unit_price") : money.toText(price),
      amount: amount === null ? value("unit_price") : money.toText(amount),
      doctor: value("doctor") || null,
      nature: value("nature") || null,
    };
  }

  function bodyOf(sentRows) {
    const { care, day, surgery, preauthorised, emergency_notified } = form.elements;
    return JSON.stringify({
      care: care.value,
      day: day.value,
      surgery: surgery.value || null,
      preauthorised: preauthorised.checked,
      emergency_notified: emergency_notified.checked,
      lines: sentRows.map(lineOf),
    });
  }

  function showTotals() {
    let total = 0n;
    rows().forEach((row) => {
      const amount = amountOf(row);
      part(row, "amount").textContent = amount === null ? "–" : money.toRead(amount);
      total += amount ?? 0n;
    });
    at("total").textContent = money.toRead(total);
    at("count").textContent = String(filled().length);
  }

  // --- preview ------------------------------------------------------------------------------------------------

  let previewTimer = 0;
  let previewTry = null;
  let previewed = "";

  function changed() {
    showTotals();
    showHints();
    window.clearTimeout(previewTimer);
    previewTimer = window.setTimeout(preview, 300);
  }

  async function preview() {
    const sentRows = filled().filter((row) => amountOf(row) !== null && part(row, "name").value.trim());
    if (!sentRows.length) return;
    const body = bodyOf(sentRows);
    if (body === previewed) return;
    previewTry?.abort();
    previewTry = new AbortController();
    at("preview").classList.add("is-stale");
    stateOfPreview(words.preview_stale);
    try {
      const answer = await post(form.dataset.preview, body, {}, previewTry.signal);
      stateOfPreview("");
      if (answer.ok) {
        at("preview").innerHTML = await answer.text();
        at("preview").classList.remove("is-stale");
        previewed = body;
        clearProblems();
        return;
      }
      const refusal = await answer.json();
      const sentence = refusal.problems ? showProblems(refusal.problems, sentRows).join(" ") : refusal.sentence;
      stateOfPreview(sentence, true);
    } catch (error) {
      if (error.name !== "AbortError") stateOfPreview(words.preview_lost);
    }
  }

  function stateOfPreview(text, isRefusal = false) {
    at("preview-state").textContent = text;
    at("preview-state").className = isRefusal ? "wrong" : "text-secondary";
  }

  // --- sending ------------------------------------------------------------------------------------------------

  const WAITS = [2, 4, 8, 16, 30];
  let key = null;
  let sending = null; // {body, rows, tries, timer, ends}: one bill on its way
  let left = false;

  function post(url, body, headers = {}, signal = AbortSignal.timeout(20000)) {
    return fetch(url, {
      method: "POST",
      headers: {
        Accept: "application/json, text/html",
        "Content-Type": "application/json",
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
        ...headers,
      },
      body,
      signal,
    });
  }

  function say(kind, text) {
    at("said").replaceChildren();
    if (!text) return;
    const box = document.createElement("div");
    box.className = `said said-${kind}`;
    const sentence = document.createElement("p");
    sentence.textContent = text;
    box.append(sentence);
    at("said").append(box);
  }

  function show(...ids) {
    for (const id of ["again", "stop", "another", "sign-in"]) at(id).hidden = !ids.includes(id);
  }

  // A key of this card that is unanswered and belongs to no open page, or else a new one.
  async function takeKey() {
    const kept = Object.keys(localStorage).filter((name) => name.startsWith(STORED));
    for (const candidate of [...kept.map((name) => name.slice(STORED.length)), crypto.randomUUID()]) {
      if (!(await isOurs(candidate))) continue;
      key = candidate;
      return;
    }
  }

  // The browser frees the lock when this page is closed, or its process ends.
  function isOurs(candidate) {
    return new Promise((answer) => {
      navigator.locks.request(STORED + candidate, { ifAvailable: true }, (lock) => {
        answer(lock !== null);
        return lock && new Promise(() => {});
      });
    });
  }

  function startSending() {
    if (sending || !key) return; // A double click sends once; the key is there some milliseconds after the page.
    const sentRows = filled();
    if (!sentRows.length) {
      say("error", words.no_lines);
      focusOn(part(rows()[0], "name"));
      return;
    }
    localStorage.setItem(STORED + key, key);
    previewTry?.abort();
    window.clearTimeout(previewTimer);
    sending = { body: bodyOf(sentRows), rows: sentRows, key, tries: 0, timer: 0, isOut: false };
    fields.disabled = true;
    at("send").disabled = true;
    show();
    clearProblems();
    say("info", words.sending);
    trySending();
  }

  async function trySending() {
    const bill = sending;
    if (!bill || bill.isOut) return;
    window.clearInterval(bill.timer);
    bill.isOut = true;
    bill.tries += 1;
    if (bill.tries > 1) say("info", words.retrying);
    try {
      let answer = await post(form.dataset.send, bill.body, { "Idempotency-Key": bill.key });
      if (answer.status === 403) {
        const renewal = await renewToken();
        answer = renewal.ok ? await post(form.dataset.send, bill.body, { "Idempotency-Key": bill.key }) : renewal;
      }
      bill.isOut = false;
      if (answer.status >= 500) return waitAndRetry(bill);
      finish(bill, answer.status, await answer.json());
    } catch {
      bill.isOut = false;
      waitAndRetry(bill);
    }
  }

  // Signing in again in another tab changes the token that this page was drawn with.
  // Who is signed out is told so by the same answer.
  async function renewToken() {
    const answer = await fetch(form.dataset.token, { headers: { Accept: "application/json" } });
    if (answer.ok) form.elements.csrfmiddlewaretoken.value = (await answer.json()).token;
    return answer;
  }

  function waitAndRetry(bill) {
    if (sending !== bill) return;
    let seconds = WAITS[Math.min(bill.tries, WAITS.length) - 1];
    const tick = () => {
      say("warning", words.lost.replace("{}", String(seconds)));
      if (seconds <= 0) trySending();
      seconds -= 1;
    };
    show("again", "stop");
    window.clearInterval(bill.timer);
    bill.timer = window.setInterval(tick, 1000);
    tick();
  }

  function stopSending() {
    if (sending) window.clearInterval(sending.timer);
    sending = null;
    fields.disabled = false;
    at("send").disabled = false;
  }

  function finish(bill, status, answer) {
    if (sending !== bill) return;
    if (answer.url) {
      localStorage.removeItem(STORED + bill.key);
      left = true;
      window.location.assign(answer.url);
      return;
    }
    stopSending();
    show(...(status === 401 ? ["sign-in"] : status === 409 ? ["another"] : []));
    const loose = answer.problems ? showProblems(answer.problems, bill.rows) : [];
    say("error", [answer.sentence, ...loose].join(" "));
    const wrong = form.querySelector(".is-invalid");
    if (wrong) focusOn(wrong);
  }

  // --- keys, clicks, paste --------------------------------------------------------------------------------------

  function walkOn(input) {
    const row = input.closest("tr.line");
    if (!row) {
      const head = [...form.querySelectorAll(".bill-head select, .bill-head input")];
      return focusOn(head[head.indexOf(input) + 1] ?? part(rows()[0], "category"));
    }
    const next = CELLS[CELLS.indexOf(input.name) + 1];
    if (next) return focusOn(part(row, next));
    const below = rows()[rows().indexOf(row) + 1];
    focusOn(part(below ?? addLine(), "category"));
  }

  function walkBetween(input, step) {
    const row = input.closest("tr.line");
    const other = row && rows()[rows().indexOf(row) + step];
    if (other) focusOn(part(other, input.name));
  }

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.isComposing || sending) return;
    if (event.key === "Enter" && event.altKey) {
      event.preventDefault();
      startSending();
    } else if (event.key === "Enter" && input.matches("input, select")) {
      event.preventDefault();
      walkOn(input);
    } else if (event.key === "Backspace" && event.ctrlKey && input.closest("tr.line")) {
      event.preventDefault();
      deleteLine(input.closest("tr.line"));
    } else if (input.matches("tr.line input") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      walkBetween(input, event.key === "ArrowDown" ? 1 : -1);
    }
  });

  // A spreadsheet's columns: category, item, quantity, unit price, doctor's grade, nature. Only item and price must be there.
  lines.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const pasted = text.split(/\r?\n/).map((line) => line.split("\t").map((cell) => cell.trim()));
    const kept = pasted.filter((cells) => cells.some(Boolean)).filter((cells, index) => index || !isHeading(cells));
    if (kept.length > 500) return say("error", words.paste_too_long.replace("{}", String(kept.length)));
    const row = event.target.closest("tr.line");
    // A blank row is where they go; a row with something in it stays, and they go to the end.
    const target = isBlank(row) ? row : null;
    let last = row;
    for (const cells of kept) last = addLine(valuesOf(cells), target);
    if (target && kept.length) { dropNotes(target); target.remove(); }
    renumber();
    say("info", words.pasted.replace("{}", String(kept.length)));
    focusOn(part(last, "category"));
    changed();
  });

  function isHeading(cells) {
    return cells.every((cell) => money.toFen(cell) === null);
  }

  function valuesOf(cells) {
    const [category = "", name = "", quantity = "", price = "", doctor = "", nature = ""] = cells;
    return {
      category: optionOf("category", category) || "14",
      name,
      quantity: quantity || "1",
      unit_price: price,
      doctor: optionOf("doctor", doctor),
      nature: optionOf("nature", nature),
    };
  }

  // "2", "02", "02 诊察", "诊察" and "诊察费" all mean category 02.
  function optionOf(name, typed) {
    if (!typed) return "";
    const options = [...template.content.querySelectorAll(`[name=${name}] option`)].filter((option) => option.value);
    const code = name === "category" ? /^\d{1,2}/.exec(typed)?.[0].padStart(2, "0") : undefined;
    const isMeant = (option) => {
      const label = option.textContent.replace(/^\d+\s*/, "").trim();
      return option.value === code || option.value === typed || label === typed || (!code && typed === `${label}费`);
    };
    return options.find(isMeant)?.value ?? "";
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => { event.preventDefault(); startSending(); });
  lines.addEventListener("click", (event) => {
    const button = event.target.closest("[data-delete]");
    if (button) deleteLine(button.closest("tr.line"));
  });
  at("add-line").addEventListener("click", () => focusOn(part(addLine(), "category")));
  at("again").addEventListener("click", trySending);
  at("stop").addEventListener("click", () => {
    stopSending();
    show();
    say("warning", words.stopped);
  });
  at("another").addEventListener("click", async () => {
    localStorage.removeItem(STORED + key);
    key = null;
    await takeKey();
    startSending();
  });
  window.addEventListener("online", trySending);
  window.addEventListener("beforeunload", (event) => { if (!left && filled().length) event.preventDefault(); });

  addLine();
  showTotals();
  form.elements.care.focus({ preventScroll: true });
  takeKey().then(() => { if (localStorage.getItem(STORED + key)) say("warning", words.kept_key); });
});
