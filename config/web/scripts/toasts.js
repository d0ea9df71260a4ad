// Messages of success: eight seconds, held as long as the focus or the pointer is on them.

const SHOWN_FOR = 8000;

function watch(toast) {
  let timer = setTimeout(() => toast.remove(), SHOWN_FOR);
  const hold = () => clearTimeout(timer);
  const go = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), SHOWN_FOR);
  };
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, go);
  toast.querySelector("[data-closes-toast]")?.addEventListener("click", () => toast.remove());
}

export function startToasts() {
  for (const toast of document.querySelectorAll("[data-toast]")) watch(toast);
  document.body.addEventListener("htmx:load", (event) => {
    for (const toast of event.target.querySelectorAll?.("[data-toast]") ?? []) watch(toast);
  });
}
