// The outline drawer opens by :target without script; this adds Escape, click outside and the return of focus.
(() => {
  const drawer = document.querySelector(".drawer");
  if (!drawer) return;
  let opener = null;
  const isOpen = () => location.hash === "#" + drawer.id;
  const close = () => { location.hash = "isi"; if (opener) opener.focus(); };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(`a[href="#${drawer.id}"]`);
    if (link) opener = link;
    else if (isOpen() && !drawer.contains(event.target)) close();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen()) close(); });
})();
