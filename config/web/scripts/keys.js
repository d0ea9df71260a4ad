// Keys that hold on every page.  Single characters do nothing while somebody is typing, and can be turned off for the
// browser (WCAG 2.1.4): then no page's script gets them at all.
import { openDialog } from "./dialogs.js";

const KEPT = "kessai.single-keys";
const FIELD = "input, textarea, select, [contenteditable]";

/** Whether the key belongs to a field or comes with a modifier. */
export function isTyping(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(FIELD);
}

function turnedOff() {
  try {
    return localStorage.getItem(KEPT) === "off";
  } catch {
    return false;
  }
}

function turn(on) {
  try {
    if (on) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "off");
  } catch {
    // A browser that keeps nothing: the keys stay as they are.
  }
  showState();
}

function showState() {
  const off = turnedOff();
  for (const box of document.querySelectorAll("[data-keys-on]")) box.checked = !off;
  document.documentElement.toggleAttribute("data-keys-off", off);
}

function onKey(event) {
  if (isTyping(event) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const field = document.getElementById("q");
    if (!field?.checkVisibility()) return;
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "?") {
    const list = document.getElementById("keys");
    if (list) openDialog(list);
  }
}

export function startKeys() {
  // First of all, so that the scripts of pages need not know of the switch.
  window.addEventListener("keydown", (event) => {
    const single = [...event.key].length === 1 && event.key !== " ";
    if (single && !isTyping(event) && turnedOff()) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-keys-on]")) turn(event.target.checked);
  });
  for (const part of document.querySelectorAll("[data-keys-switch]")) part.hidden = false;
  showState();
}
