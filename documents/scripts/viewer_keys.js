// Buttons and keys of readers: both call the same doings.  Keys hold where the focus is in a reader, and on a page that
// has one reader and nothing else everywhere outside of fields.
const KEYS = {
  PageUp: "previous",
  "[": "previous",
  PageDown: "next",
  "]": "next",
  Home: "first",
  End: "last",
  "+": "larger",
  ";": "larger",
  "=": "larger",
  "-": "smaller",
  0: "whole",
  9: "width",
  r: "rotate",
  R: "rotateBack",
  t: "thumbs",
  "/": "find",
  w: "wrap",
};
// With Ctrl or Cmd, where a browser would do its own thing with the page around the file.
const CHORDS = { f: "find", g: "findOn", p: "print" };

function readerFor(target) {
  const within = target.closest?.("[data-reader]");
  if (within) return within;
  const alone = document.querySelectorAll("main.reading [data-reader]");
  return alone.length === 1 ? alone[0] : null;
}

/** The doings come from `deedsOf(reader)`: an object of functions, possibly still empty. */
export function startKeys(deedsOf) {
  const run = (reader, name, event) => {
    const doing = reader && deedsOf(reader)?.[name];
    if (!doing) return false;
    event.preventDefault();
    event.stopImmediatePropagation();
    doing(event.target);
    return true;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) run(button.closest("[data-reader]"), button.dataset.do, event);
  });
  // Before the page's own keys: "/" and R mean something else there.
  document.addEventListener(
    "keydown",
    (event) => {
      const reader = readerFor(event.target);
      if (!reader || !reader.checkVisibility() || event.altKey || event.isComposing) return;
      if (document.querySelector("dialog[open]")) return;
      const field = event.target.closest("input, textarea, select, [contenteditable]");
      if (event.ctrlKey || event.metaKey) {
        // Asked for a second time from our own field, the browser's search opens.
        if (!(field?.hasAttribute("data-find-field") && event.key === "f")) run(reader, CHORDS[event.key], event);
      } else if (field?.hasAttribute("data-find-field")) {
        if (event.key === "Enter") run(reader, event.shiftKey ? "findBack" : "findOn", event);
        else if (event.key === "Escape") run(reader, "findEnd", event);
      } else if (!field) {
        run(reader, KEYS[event.key], event);
      }
    },
    true,
  );
}
