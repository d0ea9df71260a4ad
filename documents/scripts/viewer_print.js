// Prints what a reader shows, after the server has noted it and not refused.  The sheets stand outside of the frame, which
// the print style hides while they are there.
const MOST = 200;

/** The pages that "1-3, 5" names, in order; null when it names none or others. */
export function pagesOf(text, last) {
  const found = new Set();
  for (const part of text.normalize("NFKC").split(/[,、\s]+/).filter(Boolean)) {
    const [, from, to] = part.match(/^(\d{1,6})(?:[-~〜](\d{1,6}))?$/) ?? [];
    if (!from) return null;
    const [start, end] = [Number(from), Number(to ?? from)];
    if (start < 1 || end > last || start > end) return null;
    for (let number = start; number <= end; number += 1) found.add(number);
  }
  return found.size ? [...found].sort((a, b) => a - b) : null;
}

/** Opens the dialog of the reader, if the person may print; `sheet(n)` makes one element to be printed. */
export function startPrint(reader, { pages, current, sheet }) {
  const dialog = reader.querySelector("[data-print-dialog]");
  if (!dialog) return undefined;
  const form = dialog.querySelector("form");
  const show = (name, visible) => (dialog.querySelector(`[data-print-${name}]`).hidden = !visible);

  function wanted() {
    const what = form.elements.what?.value ?? "all";
    if (what === "current") return [current()];
    const chosen = what === "some" ? pagesOf(form.elements.pages.value, pages) : Array.from({ length: pages }, (_, at) => at + 1);
    return chosen && chosen.length <= MOST ? chosen : null;
  }

  async function print() {
    const numbers = wanted();
    show("problem", !numbers);
    show("odd", !numbers);
    show("refused", false);
    if (!numbers) return;
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "X-Requested-With": "XMLHttpRequest" };
    const answer = await fetch(form.dataset.address, { method: "POST", headers }).catch(() => null);
    if (!answer?.ok) {
      show("problem", true);
      show("refused", true);
      return;
    }
    show("busy", true);
    const stack = document.createElement("div");
    stack.className = "print-sheets";
    for (const [at, number] of numbers.entries()) {
      dialog.querySelector("[data-print-at]").textContent = `${at + 1} / ${numbers.length}`;
      stack.append(await sheet(number));
    }
    show("busy", false);
    dialog.close();
    document.body.append(stack);
    window.addEventListener("afterprint", () => stack.remove(), { once: true });
    window.print();
  }

  dialog.querySelector("[data-print-go]").addEventListener("click", print);
  // What is typed for "some" pages means those pages.
  form.elements.pages?.addEventListener("input", () => (form.elements.what.value = "some"));
  return () => {
    show("problem", false);
    dialog.showModal();
  };
}
