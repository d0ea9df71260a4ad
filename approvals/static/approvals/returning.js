// 差戻し: the link of the case page opens the dialog instead; the choices say what they lead to; a reason is asked for
// before anything is sent.  Without scripts the link leads to a page with the same form.
(() => {
  "use strict";
  const form = document.querySelector("form[data-returning]");
  if (!form) return;
  const reason = form.elements.namedItem("reason");
  const problem = form.querySelector("#reason-problem");
  const outcomes = [...form.querySelectorAll("[data-outcome]")];

  function show() {
    const chosen = `${form.elements.namedItem("to").value}|${form.elements.namedItem("resume").value}`;
    const found = outcomes.find((outcome) => outcome.dataset.outcome === chosen);
    for (const outcome of outcomes) outcome.hidden = outcome !== found;
    form.querySelector("[data-unchosen]").hidden = Boolean(found);
    if (found) form.querySelector("[data-button-says]").textContent = found.dataset.button;
  }

  function mark(missing) {
    problem.hidden = !missing;
    reason.classList.toggle("bad", missing);
    if (missing) reason.setAttribute("aria-invalid", "true");
    else reason.removeAttribute("aria-invalid");
  }

  for (const choices of ["to", "resume"]) {
    const found = form.elements.namedItem(choices);
    for (const radio of found instanceof RadioNodeList ? found : [found]) radio.addEventListener("change", show);
  }
  // A lone radio button has no list; its value is what is sent all the same.
  show();

  reason.addEventListener("input", () => reason.value.trim() && mark(false));
  form.addEventListener("submit", (event) => {
    if (reason.value.trim()) return;
    event.preventDefault();
    mark(true);
    reason.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });

  const dialog = form.closest("dialog");
  document.querySelector("[data-return-opens]")?.addEventListener("click", (event) => {
    if (!dialog) return;
    event.preventDefault();
    const typed = document.getElementById("id_comment");
    if (typed?.value.trim() && !reason.value.trim()) reason.value = typed.value;
    dialog.showModal();
    reason.focus();
  });
})();
