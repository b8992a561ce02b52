/* Wagtail opens its date and time pickers from scripts inside the page, which our policy forbids; the templates in
   wagtailadmin/widgets write down the same words and this file speaks them. */
(() => {
  "use strict";
  const CHOOSERS = ["initDateChooser", "initDateTimeChooser", "initTimeChooser"];
  function open(root) {
    for (const note of root.querySelectorAll("[data-chooser]")) {
      const name = note.dataset.chooser;
      if (CHOOSERS.includes(name) && window[name]) window[name](note.dataset.of, JSON.parse(note.dataset.config));
      note.remove();
    }
  }
  document.addEventListener("DOMContentLoaded", () => open(document));
})();

/* Wagtail's windows of choice: named for who hears them, with a button to search, and the focus comes back from them.
   Wagtail gives it to the button that opened the window, which is gone from sight when something was chosen. */
(() => {
  "use strict";
  if (!window.jQuery) return;
  let chooser = null;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-chooser-action-choose]");
    if (opener) chooser = opener.closest(".chooser");
  }, true);

  function enter(part) {
    const shown = [...part.querySelectorAll("button")].find((button) => button.checkVisibility());
    if (shown) shown.focus();
  }

  function withButton(form) {
    const field = form.querySelector("input[name=q]");
    if (!field || form.querySelector("[type=submit]")) return;
    const button = document.createElement("button");
    button.type = "submit";
    button.className = "button button-small";
    button.textContent = window.gettext ? window.gettext("Search") : "Search";
    field.after(button);
  }

  window.jQuery(document).on("shown.bs.modal", (event) => {
    const heading = event.target.querySelector("h1");
    if (heading) event.target.setAttribute("aria-label", heading.textContent.trim());
    event.target.setAttribute("aria-modal", "true");
    event.target.querySelectorAll("form[data-chooser-modal-search]").forEach(withButton);
  }).on("hidden.bs.modal", () => {
    if (document.activeElement !== document.body || !chooser || !chooser.isConnected) return;
    enter(chooser);
  });

  /* A new block begins with the focus in its first field, but for Wagtail a chooser is no field. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[role=combobox]")) return;
    const known = new Set(document.querySelectorAll(".chooser"));
    let looks = 0;
    const timer = setInterval(() => {
      const at = document.activeElement, nowhere = at === document.body;
      const fresh = [...document.querySelectorAll(".chooser")].find((one) => !known.has(one));
      if (fresh && nowhere) enter(fresh);
      if ((fresh && nowhere) || ++looks > 30 || !(nowhere || at === event.target)) clearInterval(timer);
    }, 100);
  }, true);
})();
