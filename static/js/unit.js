// A unit works without this. It sends the part that was reached now and then, keeps a choice not yet checked in
// this tab, and puts a picture in place of its description when asked.
(() => {
  const article = document.querySelector("[data-reach]");
  const shown = document.querySelectorAll("[data-saved] span, [data-saved-short]");
  const say = (words) => shown.forEach((place) => { if (place.textContent !== words) place.textContent = words; });

  if (article) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const anchors = [...article.querySelectorAll(".at")];
    const PAUSE = 8000;
    let sent = 0, reached = 0, timer = null;
    const here = () => {
      // The last part whose beginning lies above the middle of the window.
      const middle = innerHeight / 2;
      let last = 0;
      anchors.forEach((anchor, n) => { if (anchor.getBoundingClientRect().top < middle) last = n + 1; });
      return last;
    };
    const send = async (leaving) => {
      timer = null;
      if (!reached || reached === sent || !token) return;
      const part = reached;
      const body = new URLSearchParams({ part, csrfmiddlewaretoken: token.value });
      // Said after the next page was asked for, maybe: then it must not bring the mark back to this one.
      if (leaving) body.set("leaving", "1");
      try {
        const answer = await fetch(article.dataset.reach, { method: "POST", body, keepalive: true, credentials: "same-origin" });
        if (!answer.ok) throw new Error(answer.status);
        sent = part;
        const { saved } = await answer.json();
        if (saved) say(`${article.dataset.stored} ${saved}`);
      } catch {
        say(article.dataset.offline);
        timer = timer || setTimeout(send, PAUSE * 2);
      }
    };
    addEventListener("scroll", () => {
      reached = here();
      timer = timer || setTimeout(send, PAUSE);
    }, { passive: true });
    document.addEventListener("visibilitychange", () => { if (document.hidden) { clearTimeout(timer); send(true); } });
    addEventListener("pagehide", () => { clearTimeout(timer); send(true); });
  }

  document.querySelectorAll("[data-check]").forEach((form) => {
    const key = "check-" + form.dataset.check;
    const fields = [...form.elements.answer instanceof RadioNodeList ? form.elements.answer : [form.elements.answer]];
    const touched = fields.some((field) => (field.type === "text" ? field.value : field.checked));
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) || "null");
      if (kept && !touched) fields.forEach((field) => {
        if (field.type === "text") field.value = kept[0] || "";
        else field.checked = kept.includes(field.value);
      });
      form.addEventListener("change", () => {
        const chosen = fields.filter((field) => field.type === "text" || field.checked).map((field) => field.value);
        sessionStorage.setItem(key, JSON.stringify(chosen));
      });
      form.addEventListener("submit", () => sessionStorage.removeItem(key));
    } catch { /* a browser without storage: the answer is kept when it is checked */ }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-picture]");
    if (!link) return;
    event.preventDefault();
    const picture = new Image(Number(link.dataset.width), Number(link.dataset.height));
    picture.alt = link.dataset.alt;
    picture.src = link.href;
    link.closest(".kept-back").replaceWith(picture);
  });
})();
