// A word with `data-term` is a link to the glossary; where its explanation stands in the page, pressing it opens that.
const GAP = 6;
const EDGE = 8;
let opener = null;

function place(pop) {
  if (!opener?.isConnected) return;
  const at = opener.getBoundingClientRect();
  const size = pop.getBoundingClientRect();
  const below = at.bottom + GAP;
  const fits = below + size.height <= window.innerHeight - EDGE;
  const top = fits ? below : Math.max(EDGE, at.top - GAP - size.height);
  const left = Math.min(Math.max(EDGE, at.left - EDGE), window.innerWidth - size.width - EDGE);
  pop.style.top = `${top}px`;
  pop.style.left = `${Math.max(EDGE, left)}px`;
}

const shown = () => document.querySelector(".term-pop:popover-open");

export function startGlossary() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-term]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const pop = document.getElementById(`term-${link.dataset.term}`);
    if (!pop?.showPopover) return;
    event.preventDefault();
    if (pop.matches(":popover-open")) {
      pop.hidePopover();
      return;
    }
    // Inside a dialog the rest of the page is inert: the explanation moves in beside its word.
    const dialog = link.closest("dialog[open]");
    if (dialog && !dialog.contains(pop)) dialog.append(pop);
    opener = link;
    pop.showPopover({ source: link });
    place(pop);
    pop.focus({ preventScroll: true });
  });
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.(".term-pop") || event.newState !== "closed" || !opener) return;
    const inside = event.target.contains(document.activeElement) || document.activeElement === document.body;
    if (inside) opener.focus({ preventScroll: true });
  }, true);
  for (const name of ["scroll", "resize"]) {
    window.addEventListener(name, () => {
      const pop = shown();
      if (pop) place(pop);
    }, { capture: true, passive: true });
  }
}
