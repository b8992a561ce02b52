// The outline opens by :target and the menu sheet by <details>, both without script. This adds Escape, a click
// outside, and the return of focus to whatever opened them.
(() => {
  const drawer = document.querySelector(".drawer");
  const sheet = document.querySelector(".sheet");
  let opener = null;
  const isOpen = () => drawer && location.hash === "#" + drawer.id;
  const closeDrawer = () => {
    // An anchor that leads nowhere: nothing is the target any more, and the page stays where it is.
    location.replace("#tutup");
    if (opener) opener.focus({ preventScroll: true });
  };
  const closeSheet = (refocus) => {
    sheet.open = false;
    if (refocus) sheet.querySelector("summary").focus();
  };
  document.addEventListener("click", (event) => {
    const link = drawer && event.target.closest(`a[href="#${drawer.id}"]`);
    if (link) {
      opener = link;
      setTimeout(() => (drawer.querySelector("[aria-current], a") || drawer).focus());
    } else if (isOpen() && (!drawer.contains(event.target) || event.target.closest("[data-close]"))) {
      event.preventDefault();
      closeDrawer();
    }
    if (sheet && sheet.open && !sheet.contains(event.target)) closeSheet(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (isOpen()) closeDrawer();
    else if (sheet && sheet.open) closeSheet(true);
  });
})();
