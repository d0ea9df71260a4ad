// Shows attachments: PDF with pdf.js, pictures, and lines of text.  Words stand in the templates.  A file is loaded when
// it first becomes visible, also when htmx brings its reader later.
import { startKeys } from "./viewer_keys.js";
import { openLines, openWords } from "./viewer_lines.js";
import { openPdf } from "./viewer_pdf.js";
import { openPicture } from "./viewer_picture.js";

const OPENERS = { pdf: openPdf, image: openPicture, lines: openLines, words: openWords };
const deeds = new WeakMap();

function open(reader) {
  if (deeds.has(reader)) return;
  deeds.set(reader, {});
  deeds.set(reader, OPENERS[reader.dataset.reader](reader));
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    open(target);
  }
});

function watch(part) {
  for (const reader of part.querySelectorAll("[data-reader]")) if (reader.dataset.reader in OPENERS) seen.observe(reader);
}

watch(document);
document.addEventListener("htmx:load", ({ detail: { elt } }) => watch(elt.parentElement ?? elt));
startKeys((reader) => deeds.get(reader));
