// J and K move along the lines, Enter opens the marked one; nothing happens while somebody is typing.
const links = [...document.querySelectorAll(".inbox-list a.t")];
let at = -1;

function mark(next) {
  if (at >= 0) links[at].closest("tr").classList.remove("cursor");
  at = Math.min(Math.max(next, 0), links.length - 1);
  const line = links[at].closest("tr");
  line.classList.add("cursor");
  links[at].focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!links.length || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  if (event.key === "j") mark(at + 1);
  else if (event.key === "k") mark(at - 1);
});

// The order is chosen at once; the button serves where scripts do not run.
const order = document.querySelector("#order");
if (order) {
  order.form.querySelector("[data-order]").hidden = true;
  order.addEventListener("change", () => order.form.requestSubmit());
}
