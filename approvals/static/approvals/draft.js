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

  const conflict = () => document.querySelector("#draft-conflict [data-keep-mine], #draft-conflict [data-not-editable]");
  const saveNow = () => form.dispatchEvent(new Event("change", { bubbles: true }));
  let saving = false; // an autosave is on its way
  let unsaved = false; // what was typed was refused because the log-in had ended
  let waiting = null; // the button that was pressed while an autosave was on its way
  let lastField = null;

  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== form) return;
    // After a conflict nothing is saved by itself until the person has chosen; and nothing once the form itself is sent:
    // it would come too late, to a case that is on its way already.
    if (conflict() || form.hasAttribute("aria-busy")) event.preventDefault();
    else saving = true;
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form) return;
    saving = false;
    const status = event.detail.xhr?.status ?? 0;
    unsaved = status === 401 || status === 0;
    // Whatever the reason, the line at the top never says "saved" of what was not.
    if (status < 200 || (status >= 400 && status !== 409 && status !== 422)) {
      document.getElementById("saved").replaceWith(document.getElementById("not-saved").content.cloneNode(true));
    }
    const button = waiting;
    waiting = null;
    if (!button) return;
    if (conflict()) conflict().focus();
    else form.requestSubmit(button);
  });
  // An autosave that is on its way is answered first: the form then carries the state that it made.
  form.addEventListener("submit", (event) => {
    if (!saving || !event.submitter) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = event.submitter;
  }, true);
  // Back from the log-in in another tab: what was typed meanwhile is saved at once.
  window.addEventListener("focus", () => {
    if (unsaved) saveNow();
  });
  window.addEventListener("online", () => {
    if (unsaved) saveNow();
  });

  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input, textarea, select") && event.target.form === form) lastField = event.target;
  });
  document.addEventListener("click", (event) => {
    const mine = event.target.closest("[data-keep-mine]");
    if (!mine) return;
    document.getElementById("id_revision").value = mine.dataset.keepMine;
    document.getElementById("draft-conflict").replaceChildren();
    (lastField ?? document.getElementById("id_title")).focus();
    saveNow();
  });
  // A link of 提出前の確認 that has the focus may be gone with the answer: the focus stays in the list.
  let held = null;
  document.body.addEventListener("htmx:beforeSwap", () => {
    held = document.activeElement?.closest("#todo, #todo-count");
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (held && document.activeElement === document.body) (document.querySelector("#todo a") ?? document.getElementById("id_title")).focus();
    held = null;
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
    if (!focus) return;
    const wanted = [...section().querySelectorAll(focus)].find((button) => !button.disabled);
    (wanted ?? section().querySelector("#choose")).focus();
  }

  // Where a file stands now, for those who do not see it.
  function sayPlace(id) {
    const line = section().querySelector(`li[data-id="${id}"]`);
    const say = document.getElementById("upload-say");
    if (!line || !say) return;
    say.textContent = section().dataset.moved.replace("{name}", line.dataset.name).replace("{place}", ids().indexOf(id) + 1);
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
    const id = line.dataset.id;
    const same = `li[data-id="${id}"] [data-move`;
    // At either end the button has no further use: the focus goes to its neighbour.
    const focus = order.indexOf(id) === 0 || order.indexOf(id) === order.length - 1 ? `${same}]` : `${same}="${button.dataset.move}"]`;
    post(section().dataset.reorder, { order: order.join(",") }, focus).then(() => sayPlace(id));
  });

  // Dragging a line moves it; files from outside are taken by uploads.js.
  let dragged = null;
  let before = [];
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("#files li[data-id]") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    before = ids();
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
      const id = dragged.dataset.id;
      dragged = null;
      if (ids().join() !== before.join()) post(section().dataset.reorder, { order: ids().join(",") }).then(() => sayPlace(id));
    }
  });
  document.addEventListener("dragend", () => {
    if (!dragged) return;
    // Let go outside of the list: everything as it was.
    const list = dragged.parentElement;
    for (const id of before) list.append(list.querySelector(`li[data-id="${id}"]`));
    dragged = null;
  });
})();
