// Keys that hold on every page.  Single characters do nothing while somebody is typing.
import { openDialog } from "./dialogs.js";

/** Whether the key belongs to a field or comes with a modifier. */
export function isTyping(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [contenteditable]");
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const field = document.getElementById("q");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "?") {
      const list = document.getElementById("keys");
      if (list) openDialog(list);
    }
  });
}
