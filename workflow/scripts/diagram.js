// Draws a process model with bpmn-js (its mark stays visible) and marks where the process stands.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const STEP = 1.25;
const MARGIN = 0.94;

async function draw(place) {
  const failed = place.querySelector("[data-failed]");
  const loading = place.querySelector("[data-loading]");
  const viewer = new NavigatedViewer({ container: place });
  try {
    const answer = await fetch(place.dataset.model, { headers: { Accept: "application/xml" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    await viewer.importXML(await answer.text());
  } catch {
    viewer.destroy();
    failed.hidden = false;
    return;
  } finally {
    loading.hidden = true;
  }
  const canvas = viewer.get("canvas");
  const known = viewer.get("elementRegistry");
  for (const mark of place.querySelectorAll("[data-mark]")) {
    if (known.get(mark.dataset.element)) canvas.addMarker(mark.dataset.element, `is-${mark.dataset.mark}`);
  }
  fit(canvas);
  refitWhenTurned(place, canvas);
  for (const button of place.parentElement.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoom(canvas, button.dataset.zoom));
  }
}

// A tablet that is turned gives the diagram another width; it is fitted anew.
function refitWhenTurned(place, canvas) {
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width || !place.clientWidth || !place.clientHeight) return;
    width = place.clientWidth;
    canvas.resized();
    fit(canvas);
  }).observe(place);
}

// The whole diagram, with a margin, so that thick strokes at its edge are not cut.
function fit(canvas) {
  canvas.zoom("fit-viewport", "auto");
  canvas.zoom(canvas.zoom() * MARGIN, "auto");
}

function zoom(canvas, how) {
  if (how === "fit") fit(canvas);
  else canvas.zoom(canvas.zoom() * (how === "in" ? STEP : 1 / STEP));
}

for (const place of document.querySelectorAll("[data-model]")) draw(place);
