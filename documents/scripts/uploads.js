// Files are sent in pieces by the tus protocol: each with its progress, to be paused, gone on with and given up; after a
// broken line or a reload the rest is sent, never the whole again.  Words stand in the template, never here.
import { Upload } from "tus-js-client";

import { currentToken } from "../../config/web/scripts/session.js";

const AT_ONCE = 2;
const RETRIES = [300, 1000, 2000, 4000, 8000, 15000, 15000, 15000];
const LOOK_AGAIN = 1500;
const SAY_EVERY = 25; // percent
const root = document.getElementById("uploads");

class Line {
  constructor(item, name, size) {
    this.item = item;
    this.name = name;
    this.size = size;
    this.bar = item.querySelector("progress");
    this.note = item.querySelector("[data-note]");
  }

  static make(file) {
    const item = document.getElementById("upload-line").content.firstElementChild.cloneNode(true);
    const line = new Line(item, file.name, file.size);
    item.querySelector("[data-name]").textContent = file.name;
    for (const part of item.querySelectorAll("[aria-label]")) {
      part.setAttribute("aria-label", part.getAttribute("aria-label").replace("{name}", file.name));
    }
    document.getElementById("upload-list").append(item);
    return line;
  }

  show(state, values = {}) {
    this.item.dataset.state = state;
    this.note.textContent = words(state, values);
    const button = (name) => this.item.querySelector(`[data-${name}]`);
    const focused = this.item.contains(document.activeElement);
    button("pause").hidden = !["sending", "waiting"].includes(state);
    button("resume").hidden = !["paused", "cut", "ended"].includes(state);
    button("cancel").hidden = state === "checking";
    if (state === "checking") this.bar.removeAttribute("value");
    // A button that goes hides the focus with it: it goes on to the one that stands in its place.
    if (focused && !this.item.contains(document.activeElement)) {
      (["resume", "pause", "cancel"].map(button).find((one) => !one.hidden) ?? document.getElementById("choose"))?.focus();
    }
  }

  progress(sent) {
    const percent = this.size ? Math.floor((sent / this.size) * 100) : 0;
    this.bar.value = percent;
    this.note.textContent = words("sending", { percent: `${percent}%`, sent: megabytes(sent), size: megabytes(this.size) });
    const step = Math.floor(percent / SAY_EVERY) * SAY_EVERY;
    if (step > (this.said ?? 0) && step < 100) say("said", { name: this.name, percent: `${step}%` });
    this.said = Math.max(this.said ?? 0, step);
  }
}

const words = (key, values = {}) =>
  Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), root.dataset[key] ?? "");
const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

function say(key, values) {
  document.getElementById("upload-say").textContent = words(key, values);
}

/** By this the same file is known again after a reload: no name, size or time of it alone would do. */
function markOf(file) {
  let hash = 0x811c9dc5;
  for (const sign of file.name) hash = Math.imul(hash ^ sign.codePointAt(0), 0x01000193) >>> 0;
  return `${file.size}-${file.lastModified}-${hash.toString(16)}`;
}

function refuse(sentence) {
  const shown = document.getElementById("upload-refused").content.firstElementChild.cloneNode(true);
  shown.querySelector("[data-sentence]").textContent = sentence;
  document.getElementById("upload-errors").append(shown);
}

const headers = () => ({ "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": currentToken(), "Tus-Resumable": "1.0.0" });

function sentenceOf(text) {
  try {
    return JSON.parse(text).detail;
  } catch {
    return "";
  }
}

/** One file on its way.  States: queued, sending, waiting (the line is cut), paused, ended (logged out), checking, over. */
class Sending {
  constructor(file, line, url) {
    this.file = file;
    this.line = line;
    this.state = "queued";
    this.line.show("queued");
    this.upload = new Upload(file, {
      endpoint: root.dataset.endpoint,
      uploadUrl: url || null,
      chunkSize: Number(root.dataset.piece),
      retryDelays: RETRIES,
      metadata: { record: root.dataset.record, filename: file.name, mark: markOf(file) },
      // Nothing of a file's name stays in a browser that several people share.
      storeFingerprintForResuming: false,
      onBeforeRequest: (request) => {
        const { "Tus-Resumable": _set, ...own } = headers(); // the client sets that one itself
        for (const [name, value] of Object.entries(own)) request.setHeader(name, value);
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const again = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
        if (again) this.to("waiting");
        return again;
      },
      onProgress: (sent) => {
        if (this.state === "waiting") this.to("sending");
        if (this.state === "sending") this.line.progress(sent);
      },
      onSuccess: () => this.finish(),
      onError: (error) => this.broke(error),
    });
  }

  to(state) {
    this.state = state;
    this.line.show(state);
  }

  start() {
    this.to("sending");
    say("started", { name: this.file.name });
    this.upload.start();
  }

  pause() {
    this.upload.abort();
    this.to("paused");
    say("paused", { name: this.file.name });
  }

  async cancel() {
    const { url } = this.upload;
    this.state = "over";
    await this.upload.abort().catch(() => {});
    if (url) await discard(url);
    this.end();
    say("given", { name: this.file.name });
  }

  broke(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (status === 401) {
      this.to("ended");
      document.dispatchEvent(new CustomEvent("kessai:session-ended"));
    } else if (status === 0 || status >= 500 || status === 429) {
      this.to("cut");
    } else {
      this.refused(sentenceOf(error.originalResponse.getBody()) || words("failed", { name: this.file.name }));
    }
    next();
  }

  refused(sentence) {
    refuse(sentence);
    this.end();
  }

  end() {
    this.state = "over";
    const focused = this.line.item.contains(document.activeElement);
    this.line.item.remove();
    sendings.delete(this);
    if (focused) document.getElementById("choose")?.focus();
    next();
  }

  /** Everything is there: the server looks into the file, which may take a while, and attaches it. */
  async finish(tries = 0) {
    this.to("checking");
    let answer;
    try {
      answer = await fetch(`${this.upload.url}finish/`, { method: "POST", headers: headers() });
    } catch {
      answer = null;
    }
    const status = answer?.status ?? 0;
    if (status === 200) {
      say("attached", { name: this.file.name });
      document.dispatchEvent(new CustomEvent("kessai:files-changed"));
      this.end();
      return;
    }
    const problem = answer ? await answer.json().catch(() => ({})) : {};
    if (status === 401) {
      this.to("ended");
      document.dispatchEvent(new CustomEvent("kessai:session-ended"));
    } else if (problem.code === "checking" || ((status === 0 || status >= 500 || status === 429) && tries < RETRIES.length)) {
      setTimeout(() => this.finish(problem.code === "checking" ? tries : tries + 1), status === 409 ? LOOK_AGAIN : RETRIES[tries]);
    } else if (status === 0 || status >= 500) {
      this.to("cut");
    } else {
      this.refused(problem.detail || words("failed", { name: this.file.name }));
    }
  }
}

const sendings = new Set();
const busy = () => [...sendings].filter((one) => ["sending", "waiting", "checking"].includes(one.state));

function next() {
  for (const one of sendings) {
    if (busy().length >= AT_ONCE) return;
    if (one.state === "queued") one.start();
  }
}

async function discard(url) {
  try {
    const answer = await fetch(url, { method: "DELETE", headers: headers() });
    if (answer.status === 401) document.dispatchEvent(new CustomEvent("kessai:session-ended"));
    return answer.ok || answer.status === 404 || answer.status === 410;
  } catch {
    return false; // the server throws it away by itself when its time is over
  }
}

function add(files) {
  document.getElementById("upload-errors").replaceChildren();
  for (const file of files) {
    const mark = markOf(file);
    const left = [...root.querySelectorAll("li[data-url]")].find((item) => item.dataset.mark === mark);
    const line = left ? new Line(left, file.name, file.size) : Line.make(file);
    const url = left?.dataset.url;
    if (left) left.removeAttribute("data-url");
    sendings.add(new Sending(file, line, url));
  }
  next();
}

/** Files of what was dropped; a folder cannot be sent as one. */
function filesOf(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const folders = items.map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory);
  const names = new Set(folders.map((entry) => entry.name));
  return { files: [...transfer.files].filter((file) => !names.has(file.name)), folders };
}

function take(transfer) {
  const { files, folders } = filesOf(transfer);
  if (files.length) add(files);
  for (const folder of folders) refuse(words("folder", { name: folder.name }));
}

async function click(event) {
  const target = event.target.closest("button, label");
  if (target?.id === "choose") document.getElementById("file-input").click();
  if (target?.matches("[data-dismiss]")) target.closest(".err").remove();
  const item = target?.closest(".upload-line");
  if (!item) return;
  const one = [...sendings].find((sending) => sending.line.item === item);
  if (target.matches("[data-pause]")) one?.pause();
  if (target.matches("[data-resume]")) {
    if (!one) document.getElementById("file-input").click();
    else if (one.upload.url && one.line.bar.value === 100) one.finish();
    else one.start();
  }
  if (!target.matches("[data-cancel]")) return;
  if (one) await one.cancel();
  else if (await discard(item.dataset.url)) {
    item.remove();
    document.getElementById("choose")?.focus();
  }
}

function start() {
  document.getElementById("choose").hidden = false;
  document.addEventListener("click", click);
  document.addEventListener("change", (event) => {
    if (event.target.id !== "file-input") return;
    event.stopPropagation(); // a chosen file is no change of the draft's text
    const files = [...event.target.files];
    event.target.value = "";
    add(files);
  }, true);
  const fromOutside = (event) => event.dataTransfer?.types.includes("Files");
  const zone = () => document.getElementById("drop");
  document.addEventListener("dragover", (event) => {
    if (!fromOutside(event)) return;
    event.preventDefault(); // beside the zone too, or the browser would leave the page for the file
    zone()?.classList.toggle("is-over", Boolean(event.target.closest?.("#files, #uploads")));
    event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone()?.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!fromOutside(event)) return;
    event.preventDefault();
    zone()?.classList.remove("is-over");
    take(event.dataTransfer);
  });
  window.addEventListener("online", () => {
    for (const one of sendings) if (one.state === "cut") one.start();
  });
  // Back from the log-in in another tab.
  window.addEventListener("focus", () => {
    for (const one of sendings) if (one.state === "ended") one.start();
  });
  // Handing a case on without the files that are still on their way would be a mistake that nobody sees.
  document.getElementById(root.dataset.form)?.addEventListener("submit", (event) => {
    if (!sendings.size || event.submitter?.value !== "submit") return;
    event.preventDefault();
    document.getElementById("upload-errors").replaceChildren();
    refuse(words("unfinished"));
    root.scrollIntoView({ block: "center" });
  });
}

if (root) start();
