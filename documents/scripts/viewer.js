// Shows PDF attachments with pdf.js; words stand in the templates.  A file is loaded when it first becomes visible.
import * as pdfjs from "pdfjs-dist";

// The viewer component of pdf.js looks for the library there.
globalThis.pdfjsLib = pdfjs;

const STEP = 1.2;
const SMALLEST = 0.25;
const LARGEST = 4;
// The server verifies whole blocks of this size before it hands out any of them.
const BLOCK = 1024 * 1024;

async function open(reader) {
  const { EventBus, PDFFindController, PDFLinkService, PDFViewer } = await import("pdfjs-dist/web/pdf_viewer.mjs");
  pdfjs.GlobalWorkerOptions.workerSrc = reader.dataset.worker;
  const eventBus = new EventBus();
  const linkService = new PDFLinkService({ eventBus });
  const findController = new PDFFindController({ eventBus, linkService });
  const viewer = new PDFViewer({
    container: reader.querySelector("[data-scroll]"),
    viewer: reader.querySelector(".pdfViewer"),
    eventBus,
    linkService,
    findController,
    annotationMode: pdfjs.AnnotationMode.ENABLE,
  });
  linkService.setViewer(viewer);
  connect(reader, viewer, eventBus);
  try {
    const file = await pdfjs.getDocument({
      url: reader.dataset.content,
      rangeChunkSize: BLOCK,
      cMapUrl: `${reader.dataset.npm}cmaps/`,
      cMapPacked: true,
      standardFontDataUrl: `${reader.dataset.npm}standard_fonts/`,
      wasmUrl: `${reader.dataset.npm}wasm/`,
      iccUrl: `${reader.dataset.npm}iccs/`,
      isEvalSupported: false,
      enableXfa: false,
    }).promise;
    reader.querySelector("[data-pages-count]").textContent = String(file.numPages);
    viewer.setDocument(file);
    linkService.setDocument(file);
  } catch (problem) {
    console.warn(`the file cannot be shown: ${problem.message}`);
    reader.querySelector(problem.name === "ResponseException" ? "[data-refused]" : "[data-failed]").hidden = false;
  } finally {
    reader.querySelector("[data-loading]").hidden = true;
  }
}

function connect(reader, viewer, eventBus) {
  const field = reader.querySelector("[data-page-no]");
  const to = (number) => {
    if (viewer.pdfDocument) viewer.currentPageNumber = Math.min(Math.max(number, 1), viewer.pagesCount);
  };
  const zoom = (scale) => (viewer.currentScale = Math.min(Math.max(scale, SMALLEST), LARGEST));
  const doings = {
    previous: () => to(viewer.currentPageNumber - 1),
    next: () => to(viewer.currentPageNumber + 1),
    smaller: () => zoom(viewer.currentScale / STEP),
    larger: () => zoom(viewer.currentScale * STEP),
    fit: () => (viewer.currentScaleValue = "page-width"),
  };
  eventBus.on("pagesinit", () => {
    // As wide as there is room, but not larger than one reads well.
    viewer.currentScaleValue = "auto";
    to(Number(reader.dataset.page) || 1);
    const query = reader.dataset.find;
    if (query) eventBus.dispatch("find", { type: "", query, highlightAll: true, caseSensitive: false, entireWord: false, matchDiacritics: false });
  });
  eventBus.on("scalechanging", ({ scale }) => (reader.querySelector("[data-scale]").textContent = `${Math.round(scale * 100)}%`));
  eventBus.on("pagerendered", ({ pageNumber, source, error }) => {
    source.div.setAttribute("aria-label", reader.dataset.pageWord.replace("{n}", pageNumber));
    source.div.removeAttribute("data-l10n-id");
    if (error) reader.querySelector("[data-refused]").hidden = false;
  });
  eventBus.on("pagechanging", ({ pageNumber }) => (field.value = String(pageNumber)));
  reader.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && viewer.pdfDocument) doings[button.dataset.do]();
  });
  field.addEventListener("change", () => {
    to(Number.parseInt(field.value.normalize("NFKC"), 10) || viewer.currentPageNumber);
    field.value = String(viewer.currentPageNumber);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !reader.checkVisibility()) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "[") doings.previous();
    else if (event.key === "]") doings.next();
  });
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    open(target);
  }
});
for (const reader of document.querySelectorAll('[data-reader="pdf"]')) seen.observe(reader);
