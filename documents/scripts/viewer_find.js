// The search bar of a reader: what is typed, how many places there are, and at which one stands.  Who searches is given.
const PAUSE = 250;

/** `search(query)`, `step(query, back)` and `end()` do the work; they report by `count(at, all)` and `busy()`. */
export function startFindBar(reader, { search, step, end }) {
  const bar = reader.querySelector("[data-find-bar]");
  const field = bar.querySelector("[data-find-field]");
  const told = bar.querySelector("[data-find-count]");
  const opener = reader.querySelector('[data-do="find"]');
  let timer = 0;
  let searched = "";

  const show = (visible) => {
    bar.hidden = !visible;
    opener.setAttribute("aria-expanded", String(visible));
  };
  const start = () => {
    clearTimeout(timer);
    searched = field.value;
    if (searched) search(searched);
    else {
      end();
      told.textContent = "";
    }
  };
  const go = (back) => {
    if (field.value !== searched) start();
    else if (searched) step(searched, back);
  };

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(start, PAUSE);
  });
  field.addEventListener("compositionend", () => (timer = setTimeout(start, PAUSE)));
  bar.addEventListener("submit", (event) => event.preventDefault());

  return {
    busy: () => (told.textContent = told.dataset.busy),
    count: (at, all) => {
      if (!searched) return;
      told.textContent = all ? told.dataset.found.replace("{all}", all).replace("{at}", at) : told.dataset.none;
      told.classList.toggle("is-none", !all);
    },
    doings: {
      find: (from, words) => {
        show(true);
        if (words === undefined) {
          field.focus();
          field.select();
          return;
        }
        // Words that the page was opened with are marked without taking the focus away.
        field.value = words;
        start();
      },
      findOn: () => go(false),
      findBack: () => go(true),
      findEnd: () => {
        show(false);
        clearTimeout(timer);
        searched = "";
        told.textContent = "";
        end();
        (reader.querySelector("[data-scroll]") ?? opener).focus();
      },
    },
  };
}
