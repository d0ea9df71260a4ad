// The list of pages beside a PDF: small pictures, drawn when they come into view.  One tab stop; arrows move inside.
const WIDTH = 82;

export function startThumbs(reader, { viewer, eventBus, file, to }) {
  const list = reader.querySelector("[data-thumbs]");
  const opener = reader.querySelector('[data-do="thumbs"]');
  const buttons = [];
  const drawn = new WeakSet();
  const sight = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => draw(target)),
    { root: list, rootMargin: "200px" },
  );

  async function draw(button) {
    if (drawn.has(button)) return;
    drawn.add(button);
    const page = await file.getPage(Number(button.dataset.page));
    const rotation = (page.rotate + viewer.pagesRotation) % 360;
    const { width } = page.getViewport({ scale: 1, rotation });
    const viewport = page.getViewport({ scale: (WIDTH * 2) / width, rotation });
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: WIDTH * 2, height: Math.ceil(viewport.height) });
    await page.render({ canvas, viewport }).promise;
    button.querySelector("canvas")?.remove();
    button.prepend(canvas);
  }

  function fill() {
    for (let number = 1; number <= file.numPages; number += 1) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.page = String(number);
      button.textContent = String(number);
      button.setAttribute("aria-label", reader.dataset.pageWord.replace("{n}", number));
      button.tabIndex = -1;
      buttons.push(button);
      sight.observe(button);
    }
    list.append(...buttons);
  }

  function mark(number) {
    for (const button of list.querySelectorAll("[aria-current]")) {
      button.removeAttribute("aria-current");
      button.tabIndex = -1;
    }
    const current = buttons[number - 1];
    if (!current) return;
    current.setAttribute("aria-current", "page");
    current.tabIndex = 0;
    // Only the list moves: scrollIntoView would move the page around it too.
    const { offsetTop: top, offsetHeight: height } = current;
    if (top < list.scrollTop || top + height > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) to(Number(button.dataset.page));
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    to(viewer.currentPageNumber + step);
    buttons[viewer.currentPageNumber - 1].focus();
  });
  eventBus.on("pagechanging", ({ pageNumber }) => mark(pageNumber));
  eventBus.on("rotationchanging", () => {
    for (const button of buttons) {
      drawn.delete(button);
      sight.unobserve(button);
      sight.observe(button);
    }
  });

  return () => {
    list.hidden = !list.hidden;
    opener.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) return;
    if (!buttons.length) fill();
    mark(viewer.currentPageNumber);
  };
}
