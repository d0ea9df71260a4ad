// Lines, tables and read words: searched in the page itself and marked without touching it (CSS Custom Highlight API).
import { startFindBar } from "./viewer_find.js";
import { startPrint } from "./viewer_print.js";

const FOUND = "found";
const CURRENT = "found-now";
const MOST = 10_000;

const fold = (letter) => letter.normalize("NFKC").toLowerCase();

/** Every place of the folded words in the texts below an element, as ranges. */
function placesOf(host, query) {
  const wanted = [...query].map(fold).join("");
  const found = [];
  if (!wanted.trim()) return found;
  const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && found.length < MOST; node = walker.nextNode()) {
    const origins = [];
    let folded = "";
    let at = 0;
    for (const letter of node.data) {
      const piece = fold(letter);
      for (let i = 0; i < piece.length; i += 1) origins.push(at);
      folded += piece;
      at += letter.length;
    }
    origins.push(at);
    for (let place = folded.indexOf(wanted); place >= 0 && found.length < MOST; place = folded.indexOf(wanted, place + wanted.length)) {
      const range = new Range();
      range.setStart(node, origins[place]);
      range.setEnd(node, Math.max(origins[place + wanted.length], origins[place] + 1));
      found.push(range);
    }
  }
  return found;
}

function finding(reader, host) {
  let places = [];
  let at = 0;
  const clear = () => {
    CSS.highlights?.delete(FOUND);
    CSS.highlights?.delete(CURRENT);
    places = [];
  };
  const show = () => {
    if (CSS.highlights) {
      CSS.highlights.set(FOUND, new Highlight(...places));
      CSS.highlights.set(CURRENT, Object.assign(new Highlight(...places.slice(at, at + 1)), { priority: 1 }));
    }
    bar.count(at + 1, places.length);
    const box = places[at]?.getBoundingClientRect();
    if (!box) return;
    const room = reader.querySelector("[data-scroll]");
    const frame = room.getBoundingClientRect();
    if (box.top < frame.top || box.bottom > frame.bottom) room.scrollTop += box.top - frame.top - frame.height / 3;
    if (box.left < frame.left || box.right > frame.right) room.scrollLeft += box.left - frame.left - frame.width / 3;
  };
  const bar = startFindBar(reader, {
    search: async (query) => {
      bar.busy();
      await fetchAll(reader);
      clear();
      places = placesOf(host(), query);
      at = 0;
      show();
    },
    step: (query, back) => {
      if (!places.length) return;
      at = (at + (back ? -1 : 1) + places.length) % places.length;
      show();
    },
    end: clear,
  });
  return bar.doings;
}

/** The rest of a long text is there before it is searched. */
async function fetchAll(reader) {
  for (let more = reader.querySelector("[data-more-lines]"); more; more = reader.querySelector("[data-more-lines]")) {
    const arrived = new Promise((resolve) => document.addEventListener("htmx:afterSettle", resolve, { once: true }));
    more.click();
    await arrived;
  }
}

function openWith(reader, more = {}) {
  const host = () => reader.querySelector("[data-scroll]");
  const doings = { ...finding(reader, host), ...more };
  const words = reader.dataset.find;
  const wait = reader.querySelector("[data-lines-host]");
  if (words && wait) wait.addEventListener("htmx:afterSettle", () => doings.find(null, words), { once: true });
  return doings;
}

export function openWords(reader) {
  return openWith(reader);
}

export function openLines(reader) {
  const room = reader.querySelector("[data-scroll]");
  const copy = async () => {
    await fetchAll(reader);
    const sheet = document.createElement("div");
    sheet.className = "print-text";
    sheet.append(...[...reader.querySelector("[data-lines-host]").children].map((part) => part.cloneNode(true)));
    return sheet;
  };
  return openWith(reader, {
    wrap: () => {
      const button = reader.querySelector('[data-do="wrap"]');
      button.setAttribute("aria-pressed", String(room.classList.toggle("is-wrapped")));
    },
    raw: () => {
      const button = reader.querySelector('[data-do="raw"]');
      const raw = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(raw));
      window.htmx.ajax("GET", raw ? button.dataset.lines : button.dataset.table, reader.querySelector("[data-lines-host]"));
    },
    print: startPrint(reader, { pages: 1, current: () => 1, sheet: copy }),
  });
}
