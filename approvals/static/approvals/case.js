// The case page: A and R move the focus to the verb (never press it), J and K open the next and the previous case of the
// inbox; tabs of attachments move by arrow keys.
(() => {
  "use strict";
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const target = ["a", "r", "j", "k"].includes(key) && document.querySelector(`[data-key=${key}]`);
    if (!target) return;
    event.preventDefault();
    if (key === "j" || key === "k") target.click();
    else target.focus();
  });

  const tabs = [...document.querySelectorAll("[data-case-tabs] [role=tab]")];
  function choose(tab) {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    document.dispatchEvent(new CustomEvent("kessai:shown", { detail: tab.getAttribute("aria-controls") }));
  }
  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = tabs[(at + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  });
})();
