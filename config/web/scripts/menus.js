// Menus are `<details class="menu-list">`: one open at a time, closed by Escape and by a click elsewhere.

const open = () => document.querySelectorAll("details.menu-list[open]");

// What lies under an open menu cannot be hit, half covered as it is: the first click beside the menu closes the menu.
const cover = document.createElement("div");
cover.className = "menu-cover";

function coverPage() {
  if (!open().length) return cover.remove();
  const top = document.querySelector(".top").getBoundingClientRect().bottom + window.scrollY;
  cover.style.top = `${top}px`;
  cover.style.height = `${document.documentElement.scrollHeight - top}px`;
  document.body.append(cover);
}

export function startMenus() {
  document.addEventListener("toggle", coverPage, true);
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details.menu-list[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
