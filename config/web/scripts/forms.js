// Forms: sent once, not after the log-in ended, and not left behind half filled.
import { confirmedLately, refreshToken, sessionEnded, stillLoggedIn } from "./session.js";

const AGAIN_AFTER = 15_000;
const dirty = new Set();
const sending = new WeakSet();

const posts = (form) => form instanceof HTMLFormElement && form.getAttribute("method")?.toLowerCase() === "post";
const byHtmx = (form) => form.hasAttribute("hx-post") || form.hasAttribute("data-hx-post");

function markSending(form, submitter) {
  sending.add(form);
  form.setAttribute("aria-busy", "true");
  submitter?.classList.add("is-busy");
  setTimeout(() => release(form), AGAIN_AFTER);
}

function release(form) {
  sending.delete(form);
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
  for (const button of document.querySelectorAll(`.is-busy[form="${form.id}"]`)) button.classList.remove("is-busy");
}

async function sendWhenLoggedIn(form, submitter) {
  const open = await stillLoggedIn();
  release(form);
  if (!open) {
    sessionEnded();
    return;
  }
  form.dataset.checked = "yes";
  form.requestSubmit(submitter ?? undefined);
  delete form.dataset.checked;
}

function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || !posts(form)) return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  refreshToken(form);
  markSending(form, event.submitter);
  if (!form.dataset.checked && !confirmedLately()) {
    event.preventDefault();
    sendWhenLoggedIn(form, event.submitter);
    return;
  }
  dirty.delete(form);
}

/** Show what a link of the error summary leads to: what is folded opens, the field takes the focus. */
function goToField(event) {
  const link = event.target.closest?.("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

export function startForms() {
  document.addEventListener("click", goToField);
  // The server answers what is wrong in words, above the form and at the field; the browser's own bubble says it once.
  for (const form of document.forms) if (posts(form)) form.noValidate = true;
  document.addEventListener("submit", onSubmit);
  // Back from another page by the browser's button: the form may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) release(form);
  });

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && posts(form) && !form.hasAttribute("data-may-be-left")) dirty.add(form);
  });
  document.addEventListener("reset", (event) => dirty.delete(event.target));
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (byHtmx(event.detail.elt)) event.detail.elt.dataset.typed = "no";
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (event.detail.successful && form.dataset?.typed === "no") dirty.delete(form);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of dirty) {
      if (form.isConnected && !sending.has(form)) {
        event.preventDefault();
        return;
      }
    }
  });
}
