/* The page of a long job looks again every two seconds until the job is over. Without it, "Look again" does the same. */
(() => {
  "use strict";
  const place = document.querySelector("[data-job]");
  if (!place || !place.dataset.job) return;
  const timer = window.setInterval(async () => {
    try {
      const response = await fetch(place.dataset.job, { credentials: "same-origin" });
      if (!response.ok) return;
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-state]");
      if (!fresh) return;
      place.replaceChildren(fresh);
      if (["done", "failed"].includes(fresh.dataset.state)) window.clearInterval(timer);
    } catch { /* no connection: the next turn tries again */ }
  }, 2000);
})();
