/* The exam page: saves by itself, keeps answers on the device while the line is down, tells the time.
   Without this script the page's own buttons do the same. Words come from data attributes of the form. */
(() => {
  "use strict";
  const finished = document.querySelector("[data-exam-over]");
  if (finished) {
    // The exam is over: what this device kept of it goes.
    try { localStorage.removeItem(`bestari.exam.${finished.dataset.examOver}`); } catch { /* nothing was kept */ }
  }
  const form = document.querySelector("form[data-exam]");
  if (!form) return;
  const words = form.dataset;
  const key = `bestari.exam.${words.exam}`;
  const status = document.querySelectorAll("[data-save-status]");
  const notice = document.getElementById("exam-notice");
  const phone = window.matchMedia("(max-width: 47.99rem)");

  const same = (a, b) => JSON.stringify(a ?? "") === JSON.stringify(b ?? "");
  const sameAll = (a, b) => [...new Set([...Object.keys(a), ...Object.keys(b)])].every((slot) => same(a[slot], b[slot]));
  const fields = () => [...form.elements].filter((field) => /^s\d+$/.test(field.name));

  function read() {
    const answers = {};
    for (const field of fields()) {
      const slot = field.name.slice(1);
      if (field.type === "checkbox") {
        if (field.checked) answers[slot] = [...(answers[slot] || []), field.value].sort();
      } else if (field.type === "radio") {
        if (field.checked) answers[slot] = field.value;
      } else if (field.value.trim()) answers[slot] = field.value.trim();
    }
    return answers;
  }

  function write(answers) {
    for (const field of fields()) {
      const answer = answers[field.name.slice(1)];
      if (field.type === "checkbox") field.checked = (answer || []).includes(field.value);
      else if (field.type === "radio") field.checked = answer === field.value;
      else if (field !== document.activeElement) field.value = answer || "";
    }
  }

  /* Three-way: what only we changed is ours, everything else is theirs. Older never replaces newer. */
  function merge(base, mine, theirs) {
    const merged = {};
    for (const slot of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
      const ours = !same(mine[slot], base[slot]) && same(theirs[slot], base[slot]);
      const value = ours ? mine[slot] : theirs[slot];
      if (value !== undefined) merged[slot] = value;
    }
    return merged;
  }

  let seq = Number(words.seq);
  let acknowledged = read();
  let sent = []; // answers on their way, or whose receipt was lost
  let sending = false;
  let closed = false;
  let failures = 0;
  let timer = 0;

  function keep() {
    try {
      const answers = read();
      if (sameAll(answers, acknowledged)) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ base: acknowledged, sent, answers }));
    } catch { /* storage is full or forbidden: the page still holds the answers */ }
  }

  function recall() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { return; }
    if (!kept) return;
    const here = read();
    const base = (kept.sent || []).some((answers) => sameAll(answers, here)) ? here : kept.base;
    write(merge(base, kept.answers, here));
  }

  function say(text, tone = "") {
    for (const place of status) {
      place.textContent = text;
      place.dataset.tone = tone;
    }
  }

  function warn(text, url = "", label = "") {
    if (!notice) return;
    notice.hidden = !text;
    notice.textContent = text;
    if (text && url) {
      const link = document.createElement("a");
      link.href = url;
      link.textContent = label;
      notice.append(" ", link);
    }
  }

  function later(milliseconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, milliseconds);
  }

  function touched(milliseconds) {
    keep();
    if (closed) return;
    say(words.wordUnsaved, "warn");
    later(milliseconds);
  }

  async function save() {
    if (sending || closed) return;
    const answers = read();
    if (sameAll(answers, acknowledged)) {
      if (seq) say(words.wordJoined, "good"); // changed and changed back
      return;
    }
    sending = true;
    sent = [...sent.slice(-4), answers];
    keep();
    say(words.wordSaving);
    try {
      const response = await fetch(words.saveUrl, {
        method: "POST",
        credentials: "same-origin",
        referrerPolicy: "no-referrer", // Origin says the same in fewer bytes
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify({ seq: seq + 1, answers }),
      });
      await answered(response, answers);
    } catch {
      failed();
    } finally {
      sending = false;
    }
  }

  async function answered(response, answers) {
    const body = await response.json().catch(() => ({}));
    if (response.ok) return saved(body, answers);
    if (response.status === 409 && body.outcome === "stale") return stale(body);
    if (response.status === 409) return over(body.detail);
    if (response.status === 401) {
      say(words.wordUnsaved, "warn");
      warn(body.detail, words.loginUrl, words.wordLogin);
      return later(15000);
    }
    if (response.status === 403) return renew();
    if (response.status === 429) {
      warn(body.detail);
      return later(1000 * Number(response.headers.get("Retry-After") || 30));
    }
    if (response.status < 500) {
      say(words.wordUnsaved, "warn");
      return warn(body.detail || words.wordUnsaved);
    }
    return failed();
  }

  function saved(body, answers) {
    failures = 0;
    seq = body.seq;
    acknowledged = answers;
    sent = [];
    warn("");
    keep();
    if (sameAll(read(), acknowledged)) say(words.wordSaved.replace("{time}", body.saved_at), "good");
    else later(300);
  }

  function stale(body) {
    seq = body.seq;
    // The server already has what we sent, only its receipt was lost: no other window is involved.
    const own = sent.some((answers) => sameAll(answers, body.answers));
    if (!own) {
      write(merge(acknowledged, read(), body.answers));
      drawMap();
      warn(body.detail);
    }
    acknowledged = body.answers;
    sent = [];
    keep();
    if (sameAll(read(), acknowledged)) say(words.wordJoined, "good");
    else later(300);
  }

  function over(detail) {
    closed = true;
    say(words.wordClosed, "warn");
    warn(detail, words.resultUrl, words.wordResult);
  }

  function failed() {
    failures += 1;
    say(words.wordUnsaved, "warn");
    warn(words.wordOffline);
    later(Math.min(30000, 2000 * failures));
  }

  /* After signing in again the old form token is dead; a fresh copy of this page has the new one. */
  async function renew() {
    const page = await fetch(window.location.pathname, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const place = fresh.querySelector("[data-exam-over]") ? "" : "form[data-exam] ";
    const token = fresh.querySelector(`${place}[name=csrfmiddlewaretoken]`);
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    else warn(words.wordLoginEnded, words.loginUrl, words.wordLogin);
    say(words.wordUnsaved, "warn");
    later(token ? 300 : 15000);
  }

  /* Time: counted from what the server said, never from this device's clock. */
  const clock = document.querySelector("[data-clock]");
  const announcer = document.getElementById("exam-announcer");
  let begun = performance.now();
  let given = Number(words.left);
  let before = given + 1;

  /* An examiner may have given more time since this page was made: ask before warning, and before the end. */
  async function askTime() {
    const asked = performance.now();
    try {
      const response = await fetch(words.timeUrl, { credentials: "same-origin" });
      if (!response.ok) return;
      const told = await response.json();
      if (told.left > given - (asked - begun) / 1000 + 5) {
        before = told.left + 1;
        closed = false;
        if (announcer) announcer.textContent = words.wordMore.replace("{n}", Math.ceil(told.left / 60));
        warn(words.wordMore.replace("{n}", Math.ceil(told.left / 60)));
      }
      given = told.left;
      begun = asked;
    } catch { /* no connection: the page counts on from what it knows */ }
  }

  function tick() {
    const left = Math.max(0, Math.ceil(given - (performance.now() - begun) / 1000));
    if (clock) {
      clock.textContent = left > 60
        ? words.wordMinutes.replace("{n}", Math.ceil(left / 60))
        : words.wordSeconds.replace("{n}", left);
    }
    for (const mark of [600, 300, 60]) {
      if (before > mark && left <= mark) announceAt(mark);
    }
    before = left;
    if (left > 0 || ending) return;
    end();
  }

  async function announceAt(mark) {
    await askTime();
    const left = given - (performance.now() - begun) / 1000;
    if (left > mark) return;
    const said = mark === 60 ? words.wordLastMinute : words.wordAnnounce.replace("{n}", mark / 60);
    if (announcer) announcer.textContent = said;
    if (mark === 60) warn(said);
  }

  let ending = false;
  async function end() {
    ending = true;
    save();
    await askTime();
    if (given - (performance.now() - begun) / 1000 > 0) { ending = false; return; }
    window.clearInterval(ticking);
    say(words.wordTimeUp, "warn");
    // The server still takes what is on its way for ten seconds; then the result is there.
    window.setTimeout(leave, 12000);
  }

  /* The result page clears this device, so what the line held back goes first: the server puts it aside (E04). */
  function leave() {
    if (closed || sameAll(read(), acknowledged)) return window.location.assign(words.resultUrl);
    window.setTimeout(leave, 3000);
  }
  const ticking = window.setInterval(tick, 1000);

  /* The map of questions: a filled number is answered. */
  const map = document.querySelector("[data-map]");
  const counted = document.querySelector("[data-answered]");
  function drawMap() {
    const answers = read();
    if (map) {
      for (const link of map.querySelectorAll("[data-slot]")) {
        const has = answers[link.dataset.slot] !== undefined;
        link.classList.toggle("has", has);
        link.querySelector("[data-mark]").textContent = has ? words.wordAnswered : words.wordEmpty;
      }
    }
    if (counted) counted.textContent = Object.keys(answers).length;
  }

  /* Phones: one question a screen. */
  const questions = [...form.querySelectorAll("[data-question]")];
  let current = 0;

  function show(index, focus = false) {
    current = Math.max(0, Math.min(questions.length - 1, index));
    questions.forEach((question, place) => {
      question.hidden = phone.matches && place !== current;
      question.querySelector("[data-previous]").hidden = !phone.matches || place === 0;
    });
    if (focus && phone.matches) {
      questions[current].querySelector("legend").focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  }

  function showHash() {
    const index = questions.findIndex((question) => `#${question.id}` === window.location.hash);
    if (index >= 0) show(index, true);
  }

  form.addEventListener("click", (event) => {
    const step = event.target.closest("[name=next], [data-previous]");
    if (!step || !phone.matches) return;
    const index = questions.indexOf(step.closest("[data-question]")) + (step.name === "next" ? 1 : -1);
    if (index >= questions.length) return; // the last button leads to the check before submitting
    event.preventDefault();
    save();
    show(index, true);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type=submit])")) event.preventDefault();
  });
  form.addEventListener("change", () => { touched(300); drawMap(); });
  form.addEventListener("input", () => { touched(2000); drawMap(); });
  form.addEventListener("submit", () => { form.elements.seq.value = seq + (sending ? 2 : 1); });
  window.addEventListener("online", () => { warn(""); later(200); });
  window.addEventListener("offline", () => warn(words.wordOffline));
  window.addEventListener("hashchange", showHash);
  window.addEventListener("storage", (event) => { if (event.key === key) later(2000); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); else askTime(); });
  phone.addEventListener("change", () => show(current));

  recall();
  drawMap();
  show(0);
  showHash();
  tick();
  if (sameAll(read(), acknowledged)) keep();
  else touched(100);
})();
