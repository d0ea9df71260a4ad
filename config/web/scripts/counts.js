// How much waits: asked every minute while somebody looks, without reloading the page and without keeping an idle
// log-in alive.  Numbers change where they stand, the title tells them in other tabs, something new is said once.
import { sessionEnded } from "./session.js";

const EVERY = 60_000;
const SLOWEST = 600_000;
const TITLE = document.title;
let known = null;
let asked = 0;
let wait = EVERY;
let timer = 0;

function setNumber(place, number) {
  place.textContent = String(number);
  place.closest("[data-hidden-when-none]")?.toggleAttribute("hidden", number === 0);
}

function setTitle(open) {
  const inbox = document.querySelector("main.inbox");
  if (inbox) document.title = TITLE.replace(/\d+/, String(open));
  else document.title = open ? `(${open}) ${TITLE}` : TITLE;
}

function tell() {
  const template = document.querySelector("template[data-new-notices]");
  const place = document.querySelector(".messages");
  if (!template || !place || place.querySelector("[data-news]")) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.news = "";
  toast.querySelector("[data-closes-toast]").addEventListener("click", () => toast.remove());
  place.append(toast);
}

function show(counts) {
  for (const [name, number] of Object.entries(counts.entries)) {
    for (const place of document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) setNumber(place, number);
  }
  for (const [code, number] of Object.entries(counts.tabs)) {
    for (const place of document.querySelectorAll(`[data-tab-count="${CSS.escape(code)}"]`)) setNumber(place, number);
  }
  for (const place of document.querySelectorAll("[data-count=notices]")) setNumber(place, counts.new);
  setTitle(counts.entries["workflow:inbox"] ?? 0);
  if (known !== null && counts.latest > known) tell();
  known = counts.latest > (known ?? "") ? counts.latest : (known ?? "");
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  asked = Date.now();
  try {
    const answer = await fetch(document.body.dataset.counts, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401) {
      sessionEnded();
      return;
    }
    if (answer.ok) show(await answer.json());
    wait = answer.ok ? EVERY : Math.min(wait * 2, SLOWEST);
  } catch {
    wait = Math.min(wait * 2, SLOWEST);
  }
  timer = setTimeout(ask, wait);
}

export function startCounts() {
  if (!document.body.dataset.counts) return;
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - asked >= EVERY) ask();
  });
  ask();
}
