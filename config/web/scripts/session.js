// A log-in that ended never costs what was typed: the page stays, a band offers the log-in in another tab, and what is
// sent afterwards carries the token of the new log-in.
import { hideNotice, showNotice } from "./notices.js";

const SURE_FOR = 60_000;
const FIRST_LOOK = 10; // seconds, as all that follow
const WARN_BEFORE = 300;
const LOOK_AT_LEAST = 3600;
let confirmedAt = Date.now();

/** The token of the log-in that is valid now; the one in the page may be older. */
export function currentToken() {
  const found = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return found ? decodeURIComponent(found.slice("csrftoken=".length)) : "";
}

/** Put today's token into a form that was made under an earlier log-in. */
export function refreshToken(form) {
  const field = form.querySelector("[name=csrfmiddlewaretoken]");
  const token = currentToken();
  if (field && token) field.value = token;
}

/** Tell the person that the log-in ended; everything typed stays where it is. */
export function sessionEnded() {
  const notice = showNotice("session-ended");
  // Somebody who is typing goes on typing; the alert is read out all the same.
  if (!document.activeElement?.matches("input, textarea, select")) notice?.querySelector("a")?.focus();
  sayWhy(notice?.querySelector("[data-why]"));
}

/** The server knows why: another log-in, a new password, too long without an act. */
async function sayWhy(place) {
  if (!place || !document.body.dataset.session) return;
  try {
    const answer = await fetch(document.body.dataset.session, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401) place.textContent = (await answer.json()).why ?? "";
  } catch {
    // Without an answer the notice says what it says.
  }
}

/** Whether the server has answered this person a moment ago, or there is nobody to lose. */
export function confirmedLately() {
  return !document.body.dataset.session || Date.now() - confirmedAt < SURE_FOR;
}

/** Whether this page's person is still logged in.  True when nobody can tell: the server then answers for itself. */
export async function stillLoggedIn() {
  if (confirmedLately()) return true;
  try {
    const answer = await fetch(document.body.dataset.session, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401) return false;
    const { code } = await answer.json();
    if (code && code !== document.body.dataset.person) return false;
    confirmedAt = Date.now();
  } catch {
    return true;
  }
  return true;
}

/** Look when the log-in ends: a while before, the person is told and can make it longer. */
async function watchTheEnd() {
  let wait = WARN_BEFORE;
  try {
    const answer = await fetch(document.body.dataset.session, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401) {
      hideNotice("session-ending");
      sessionEnded();
      return;
    }
    const { ends_in: left, lasts } = await answer.json();
    // Where log-ins are short, a fifth of their time: else the warning would always stand there.
    const warning = Math.min(WARN_BEFORE, lasts / 5);
    if (left <= warning) {
      showNotice("session-ending");
      wait = left + 1;
    } else {
      hideNotice("session-ending");
      wait = Math.min(left - warning + 1, LOOK_AT_LEAST);
    }
  } catch {
    // No answer now; the next look will tell.
  }
  setTimeout(watchTheEnd, Math.max(wait, FIRST_LOOK) * 1000);
}

async function extend(button) {
  const answer = await fetch(button.dataset.extends, { method: "POST", headers: { "X-CSRFToken": currentToken() } });
  if (answer.status === 401) sessionEnded();
  if (answer.ok || answer.status === 401) hideNotice("session-ending");
}

const isProblem = (xhr) => xhr.getResponseHeader("Content-Type")?.startsWith("application/problem+json");

function refused(xhr) {
  hideNotice("refused");
  const sentence = showNotice("refused")?.querySelector("[data-sentence]");
  if (sentence && isProblem(xhr)) sentence.textContent = JSON.parse(xhr.responseText).detail;
}

export function startSession() {
  if (document.body.dataset.session) setTimeout(watchTheEnd, FIRST_LOOK * 1000);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-extends]");
    if (button) extend(button);
  });
  document.body.addEventListener("htmx:configRequest", (event) => {
    const token = currentToken();
    if (!token || event.detail.verb === "get") return;
    event.detail.headers["X-CSRFToken"] = token;
    if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token;
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 401) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      sessionEnded();
    } else if (isProblem(xhr)) {
      // A refusal that the page has no place for: its sentence, and nothing on the page is replaced.
      event.detail.shouldSwap = false;
      event.detail.isError = true;
    }
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const status = event.detail.xhr?.status ?? 0;
    if (status < 200 || status >= 400) return;
    confirmedAt = Date.now();
    for (const name of ["session-ended", "no-answer", "refused"]) hideNotice(name);
  });
  document.body.addEventListener("htmx:responseError", (event) => refused(event.detail.xhr));
  document.body.addEventListener("htmx:sendError", () => showNotice("no-answer"));
  // Back from the log-in in another tab: every form of this page gets the new token.
  window.addEventListener("focus", () => {
    for (const form of document.forms) refreshToken(form);
  });
  // Pages that ask the server themselves report with this event.
  document.addEventListener("kessai:session-ended", sessionEnded);
}
