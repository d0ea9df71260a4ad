// A PDF with pdf.js: only the blocks that a page needs are fetched, pages are drawn when they come into view.
import * as pdfjs from "pdfjs-dist";

import { startFindBar } from "./viewer_find.js";
import { startPrint } from "./viewer_print.js";
import { startThumbs } from "./viewer_thumbs.js";

// The viewer component of pdf.js looks for the library there.
globalThis.pdfjsLib = pdfjs;

const STEP = 1.2;
const SMALLEST = 0.25;
const LARGEST = 4;
// pdf.js looks at every page's dictionary before it shows the first page.  Where those lie scattered between pictures, large
// pieces would bring the whole file for that; what lies side by side is asked for in one go all the same.
const PIECE = 64 * 1024;
const FIND = { NOT_FOUND: 1, PENDING: 3 };

/** Asks for ranges and nothing else: the whole file is never fetched for the sake of its first page. */
class Ranges extends pdfjs.PDFDataRangeTransport {
  constructor(address, size, fail) {
    super(size, null);
    Object.assign(this, { address, fail, stopper: new AbortController() });
  }

  async requestDataRange(begin, end) {
    try {
      const headers = { Range: `bytes=${begin}-${end - 1}` };
      const answer = await fetch(this.address, { headers, signal: this.stopper.signal });
      if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { answer });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      this.onDataRange(begin, answer.status === 206 ? bytes : bytes.slice(begin, end));
    } catch (problem) {
      if (problem.name !== "AbortError") this.fail(problem.answer);
    }
  }

  abort() {
    this.stopper.abort();
  }
}

/** Say once why there is nothing to see. */
export function tellFailure(reader, answer) {
  const damaged = answer?.headers.get("X-Content-Damaged");
  if (damaged) reader.querySelector("[data-damaged-hash]").textContent = damaged;
  reader.querySelector(damaged ? "[data-damaged]" : "[data-refused]").hidden = false;
  reader.querySelector("[data-loading]").hidden = true;
}

export function openPdf(reader) {
  const doings = {};
  load(reader, doings).finally(() => (reader.querySelector("[data-loading]").hidden = true));
  return doings;
}

async function load(reader, doings) {
  const { EventBus, LinkTarget, PDFFindController, PDFLinkService, PDFViewer } = await import("pdfjs-dist/web/pdf_viewer.mjs");
  pdfjs.GlobalWorkerOptions.workerSrc = reader.dataset.worker;
  const eventBus = new EventBus();
  const linkService = new PDFLinkService({ eventBus, externalLinkTarget: LinkTarget.BLANK });
  const findController = new PDFFindController({ eventBus, linkService });
  const { npm } = reader.dataset;
  const viewer = new PDFViewer({
    container: reader.querySelector("[data-scroll]"),
    viewer: reader.querySelector(".pdfViewer"),
    eventBus,
    linkService,
    findController,
    annotationMode: pdfjs.AnnotationMode.ENABLE,
    imageResourcesPath: `${npm}web/images/`,
  });
  linkService.setViewer(viewer);
  let loading = null;
  const fail = (answer) => {
    tellFailure(reader, answer);
    loading?.destroy();
  };
  loading = pdfjs.getDocument({
    range: new Ranges(reader.dataset.content, Number(reader.dataset.size), fail),
    rangeChunkSize: PIECE,
    disableAutoFetch: true,
    disableStream: true,
    cMapUrl: `${npm}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${npm}standard_fonts/`,
    wasmUrl: `${npm}wasm/`,
    iccUrl: `${npm}iccs/`,
    isEvalSupported: false,
    enableXfa: false,
  });
  try {
    const file = await loading.promise;
    reader.querySelector("[data-pages-count]").textContent = String(file.numPages);
    connect(reader, { viewer, eventBus, file, doings });
    viewer.setDocument(file);
    linkService.setDocument(file);
  } catch (problem) {
    if (reader.querySelector("[data-refused]:not([hidden]), [data-damaged]:not([hidden])")) return;
    console.warn(`the file cannot be shown: ${problem.message}`);
    reader.querySelector("[data-failed]").hidden = false;
  }
}

function connect(reader, { viewer, eventBus, file, doings }) {
  const to = (number) => (viewer.currentPageNumber = Math.min(Math.max(number, 1), file.numPages));
  const turn = (by) => (viewer.pagesRotation = (viewer.pagesRotation + by + 360) % 360);
  const thumbs = startThumbs(reader, { viewer, eventBus, file, to });
  Object.assign(doings, {
    first: () => to(1),
    last: () => to(file.numPages),
    previous: () => to(viewer.currentPageNumber - 1),
    next: () => to(viewer.currentPageNumber + 1),
    smaller: () => zoomTo(viewer, viewer.currentScale / STEP),
    larger: () => zoomTo(viewer, viewer.currentScale * STEP),
    width: () => (viewer.currentScaleValue = "page-width"),
    whole: () => (viewer.currentScaleValue = "page-fit"),
    rotate: () => turn(90),
    rotateBack: () => turn(-90),
    thumbs,
    print: startPrint(reader, { pages: file.numPages, current: () => viewer.currentPageNumber, sheet: (n) => sheet(file, viewer, n) }),
    ...finding(reader, eventBus),
  });
  connectPages(reader, viewer, eventBus, to);
  connectZoom(reader, viewer, eventBus);
  eventBus.on("pagesinit", () => {
    // As wide as there is room, but not larger than one reads well.
    viewer.currentScaleValue = "auto";
    to(Number(reader.dataset.page) || 1);
    if (reader.dataset.find) doings.find(null, reader.dataset.find);
  });
}

function zoomTo(viewer, scale) {
  viewer.currentScale = Math.min(Math.max(scale, SMALLEST), LARGEST);
}

function connectPages(reader, viewer, eventBus, to) {
  const field = reader.querySelector("[data-page-no]");
  eventBus.on("pagechanging", ({ pageNumber }) => (field.value = String(pageNumber)));
  field.addEventListener("change", () => {
    to(Number.parseInt(field.value.normalize("NFKC"), 10) || viewer.currentPageNumber);
    field.value = String(viewer.currentPageNumber);
  });
  eventBus.on("pagerendered", ({ pageNumber, source, error }) => {
    source.div.setAttribute("aria-label", reader.dataset.pageWord.replace("{n}", pageNumber));
    source.div.removeAttribute("data-l10n-id");
    if (error) reader.querySelector("[data-refused]").hidden = false;
  });
}

function connectZoom(reader, viewer, eventBus) {
  const choice = reader.querySelector("[data-zoom]");
  const odd = choice.querySelector("[data-odd]");
  choice.addEventListener("change", () => (viewer.currentScaleValue = choice.value));
  eventBus.on("scalechanging", ({ scale, presetValue }) => {
    const wanted = presetValue && presetValue !== "auto" ? presetValue : String(Number(scale.toFixed(4)));
    const known = [...choice.options].find((option) => option !== odd && option.value === wanted);
    odd.value = String(scale);
    odd.textContent = `${Math.round(scale * 100)}%`;
    odd.hidden = Boolean(known);
    (known ?? odd).selected = true;
  });
  const room = reader.querySelector("[data-scroll]");
  new ResizeObserver(() => {
    // The page keeps to the width when the window or the list of pages takes some of it away; behind another tab, or while
    // sheets are printed, there is no width.
    const value = viewer.currentScaleValue;
    if (room.offsetParent && ["auto", "page-width", "page-fit"].includes(value)) viewer.currentScaleValue = value;
  }).observe(room);
}

function finding(reader, eventBus) {
  const ask = (type, query, findPrevious) =>
    eventBus.dispatch("find", { type, query, findPrevious, highlightAll: true, caseSensitive: false, entireWord: false, matchDiacritics: false });
  const bar = startFindBar(reader, {
    search: (query) => ask("", query, false),
    step: (query, back) => ask("again", query, back),
    end: () => eventBus.dispatch("findbarclose", {}),
  });
  eventBus.on("updatefindmatchescount", ({ matchesCount: { current, total } }) => bar.count(current, total));
  eventBus.on("updatefindcontrolstate", ({ state, matchesCount: { current, total } }) => {
    if (state === FIND.PENDING) bar.busy();
    else bar.count(current, state === FIND.NOT_FOUND ? 0 : total);
  });
  return bar.doings;
}

/** One page for the printer, turned as it is seen. */
async function sheet(file, viewer, number) {
  const page = await file.getPage(number);
  const viewport = page.getViewport({ scale: 150 / 72, rotation: (page.rotate + viewer.pagesRotation) % 360 });
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.floor(viewport.width), height: Math.floor(viewport.height) });
  await page.render({ canvas, viewport, intent: "print" }).promise;
  return canvas;
}
