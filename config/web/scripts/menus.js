// Menus are `<details class="menu-list">`: one open at a time, closed by Escape and by a click elsewhere.

const REACHABLE = ":is(main, .actbar) :is(a, button, input, select, textarea, summary)";
const open = () => document.querySelectorAll("details.menu-list[open]");

// What lies beside an open menu is out of reach until it is closed: half covered things are hit by mistake.
function cover() {
  const covered = open().length > 0;
  for (const part of document.querySelectorAll(REACHABLE)) part.inert = covered;
}

export function startMenus() {
  document.addEventListener("toggle", cover, true);
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
