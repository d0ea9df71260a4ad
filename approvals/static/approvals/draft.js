// The draft page: files by drag and drop with progress, their order, and what autosave answers.
(() => {
  "use strict";
  const form = document.getElementById("draft");
  if (!form) return;
  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;

  // A refused autosave (409, 422) answers with what to show; htmx would drop it.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 409 || event.detail.xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // After a conflict nothing is saved by itself until the person has chosen.
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target === form && document.querySelector("#draft-conflict [data-keep-mine]")) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const mine = event.target.closest("[data-keep-mine]");
    if (!mine) return;
    document.getElementById("id_revision").value = mine.dataset.keepMine;
    document.getElementById("draft-conflict").replaceChildren();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // The page frame offers the log-in, and nothing on this page is lost.
  const sessionEnded = () => document.dispatchEvent(new CustomEvent("kessai:session-ended"));

  const section = () => document.getElementById("files");

  function replaceFiles(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.getElementById("files");
    if (fresh) section().replaceWith(fresh);
  }

  function progressOf(file) {
    const line = document.createElement("p");
    line.className = "upload-line";
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.setAttribute("aria-label", file.name);
    line.append(name, bar);
    document.getElementById("upload-progress").append(line);
    return { line, bar };
  }

  function send(file) {
    const { line, bar } = progressOf(file);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", section().dataset.attach);
      request.setRequestHeader("X-CSRFToken", token());
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = Math.round((event.loaded / event.total) * 100);
      });
      request.addEventListener("loadend", () => {
        line.remove();
        if (request.status === 401) sessionEnded();
        done(request.status ? request.responseText : "");
      });
      const body = new FormData();
      body.append("file", file);
      request.send(body);
    });
  }

  async function sendAll(files) {
    const refused = [];
    for (const file of files) {
      const lines = [...document.querySelectorAll("#upload-progress .upload-line")];
      replaceFiles(await send(file));
      document.getElementById("upload-progress").append(...lines);
      refused.push(...[...section().querySelectorAll(":scope > .err")].map((line) => line.cloneNode(true)));
    }
    for (const line of section().querySelectorAll(":scope > .err")) line.remove();
    section().querySelector(".files-head").after(...refused);
  }

  async function post(url, values, focus) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest" },
      body: new URLSearchParams(values),
    });
    if (answer.status === 401) {
      sessionEnded();
      return;
    }
    replaceFiles(await answer.text());
    if (focus) section().querySelector(focus)?.focus();
  }

  const ids = () => [...section().querySelectorAll("li[data-id]")].map((line) => line.dataset.id);

  document.addEventListener("change", (event) => {
    if (event.target.id !== "file-input") return;
    event.stopPropagation();
    const files = [...event.target.files];
    event.target.value = "";
    sendAll(files);
  }, true);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#files button");
    if (!button) return;
    if (button.dataset.detach) {
      post(button.dataset.detach, {}, "label.btn");
      return;
    }
    if (!button.dataset.move) return;
    const line = button.closest("li");
    const order = ids();
    const from = order.indexOf(line.dataset.id);
    const to = from + Number(button.dataset.move);
    if (to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(from, 1));
    post(section().dataset.reorder, { order: order.join(",") }, `li[data-id="${line.dataset.id}"] [data-move="${button.dataset.move}"]`);
  });

  // Dragging a line moves it; dragging files from outside attaches them.
  let dragged = null;
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("#files li[data-id]") ?? null;
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const drop = event.target.closest?.("#drop");
    if (!drop) return;
    event.preventDefault();
    if (!dragged) {
      drop.classList.add("is-over");
      return;
    }
    const over = event.target.closest("li[data-id]");
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  document.addEventListener("dragleave", (event) => {
    event.target.closest?.("#drop")?.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const drop = event.target.closest?.("#drop");
    if (!drop) return;
    event.preventDefault();
    drop.classList.remove("is-over");
    if (dragged) {
      post(section().dataset.reorder, { order: ids().join(",") });
    } else if (event.dataTransfer.files.length) {
      sendAll([...event.dataTransfer.files]);
    }
    dragged = null;
  });
  document.addEventListener("dragend", () => { dragged = null; });
})();
