// Bands that stay until closed, cloned from `<template data-notice="…">` of the page frame.

/** Show the notice of that name once; returns its element, or null where the page has no such template. */
export function showNotice(name) {
  const place = document.getElementById("notices");
  const template = document.querySelector(`template[data-notice="${name}"]`);
  if (!place || !template) return null;
  const shown = place.querySelector(`[data-shown="${name}"]`);
  if (shown) return shown;
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.dataset.shown = name;
  place.append(notice);
  return notice;
}

/** Take the notice of that name away. */
export function hideNotice(name) {
  document.querySelector(`#notices [data-shown="${name}"]`)?.remove();
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-closes-notice]")?.closest("[data-shown]")?.remove();
});
