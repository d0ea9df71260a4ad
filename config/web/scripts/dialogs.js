// Dialogs are `<dialog>`: [data-opens="id"] opens one, [data-closes] and a click on the veil close it.  Escape and the
// inert page behind come from the browser, and so does the focus that goes back to the button.

function firstMissing(dialog) {
  return [...dialog.querySelectorAll("[required]")].find((field) => !field.value);
}

/** Open a dialog with the focus on the first required field that is empty. */
export function openDialog(dialog) {
  dialog.showModal();
  firstMissing(dialog)?.focus();
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const wanted = opener && document.getElementById(opener.dataset.opens);
    if (wanted) {
      openDialog(wanted);
      return;
    }
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
    else if (event.target instanceof HTMLDialogElement) event.target.close();
  });
}
