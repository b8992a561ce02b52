// The outline of a course: moves without loading the page, Alt with an arrow key, and dragging. Every move is one of
// the form's own buttons, so nothing here is needed to work.
(() => {
  "use strict";
  const form = () => document.getElementById("moves");
  if (!form()) return;

  const show = () => document.querySelectorAll(".only-js").forEach((part) => {
    part.hidden = false;
    if (part.classList.contains("grip")) part.closest("li").draggable = true;
  });

  async function move(fields, focusId) {
    const body = new URLSearchParams(new FormData(form()));
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const answer = await fetch(form().action, {method: "POST", body, credentials: "same-origin"});
    if (!answer.ok) return void form().submit();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const outline = fresh.getElementById("susunan");
    if (!outline) return void location.reload();
    document.getElementById("susunan").replaceWith(outline);
    const findings = fresh.getElementById("h-findings");
    const shown = document.getElementById("h-findings");
    if (findings && shown) shown.parentElement.replaceWith(findings.parentElement);
    show();
    const refused = fresh.querySelector(".flash .bad, .flash .error");
    const row = document.getElementById("u-" + (fields.unit || fields.act.split(":")[1]));
    if (row) row.classList.add("moved");
    const target = document.getElementById(focusId);
    if (target && !target.disabled) target.focus();
    else if (row) (row.querySelector("button:not(:disabled)") || row).focus();
    document.getElementById("susunan-status").textContent = refused
      ? refused.textContent.trim()
      : outline.dataset.moved + (row && row.dataset.where ? ": " + row.dataset.where : "");
  }

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "moves" || !event.submitter) return;
    event.preventDefault();
    const fields = {act: event.submitter.value};
    for (const name of ["unit", "to"]) {
      const choice = document.getElementById("place-" + name);
      if (fields.act === "place:" && choice) fields[name] = choice.value;
    }
    move(fields, event.submitter.id).catch(() => form().submit());
  });

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const row = event.target.closest("li[data-unit]");
    if (!row) return;
    event.preventDefault();
    const verb = event.key === "ArrowUp" ? "up" : "down";
    const button = document.getElementById(verb + "-" + row.dataset.unit);
    if (button && !button.disabled) move({act: button.value}, button.id).catch(() => location.reload());
  });

  let held = null;
  document.addEventListener("dragstart", (event) => {
    held = event.target.closest && event.target.closest("li[data-unit]");
    if (!held) return;
    held.classList.add("held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.unit);
  });
  document.addEventListener("dragover", (event) => {
    const row = held && event.target.closest(".mod li");
    if (!row || row === held) return;
    event.preventDefault();
    document.querySelectorAll(".over").forEach((other) => other.classList.remove("over"));
    row.classList.add("over");
  });
  document.addEventListener("drop", (event) => {
    const row = held && event.target.closest(".mod li");
    if (!row || row === held) return;
    event.preventDefault();
    const module = row.closest(".mod").dataset.module;
    const after = row.dataset.unit ? ":" + row.dataset.unit : "";
    move({act: "place:", unit: held.dataset.unit, to: module + after}, "").catch(() => location.reload());
  });
  document.addEventListener("dragend", () => {
    if (held) held.classList.remove("held");
    document.querySelectorAll(".over").forEach((row) => row.classList.remove("over"));
    held = null;
  });
  show();
})();
