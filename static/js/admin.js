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
