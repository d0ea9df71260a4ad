// The draft page: the files' order, and what autosave answers.
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
    if (!fresh) return;
    fresh.querySelector("#choose").hidden = false;
    section().replaceWith(fresh);
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

  // uploads.js sends the files; what it attached is shown in the list.
  document.addEventListener("kessai:files-changed", async () => {
    const answer = await fetch(section().dataset.attach, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (answer.status === 401) sessionEnded();
    if (!answer.ok) return;
    const focused = document.activeElement?.id;
    replaceFiles(await answer.text());
    if (focused && section().querySelector(`#${focused}`)) document.getElementById(focused).focus();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#files button");
    if (!button) return;
    if (button.dataset.detach) {
      post(button.dataset.detach, {}, "#choose");
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

  // Dragging a line moves it; files from outside are taken by uploads.js.
  let dragged = null;
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("#files li[data-id]") ?? null;
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    if (!dragged || !event.target.closest?.("#drop")) return;
    event.preventDefault();
    const over = event.target.closest("li[data-id]");
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  document.addEventListener("drop", (event) => {
    if (dragged && event.target.closest?.("#drop")) {
      event.preventDefault();
      post(section().dataset.reorder, { order: ids().join(",") });
    }
    dragged = null;
  });
  document.addEventListener("dragend", () => { dragged = null; });
})();
