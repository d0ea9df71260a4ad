// A picture: as wide as there is room, larger, smaller, turned.
import { tellFailure } from "./viewer_pdf.js";
import { startPrint } from "./viewer_print.js";

const STEP = 1.2;
const SMALLEST = 0.05;
const LARGEST = 8;

export function openPicture(reader) {
  const picture = reader.querySelector("[data-picture]");
  const frame = reader.querySelector("[data-frame]");
  const room = reader.querySelector("[data-scroll]");
  const choice = reader.querySelector("[data-zoom]");
  const odd = choice.querySelector("[data-odd]");
  let [mode, scale, turned] = ["auto", 1, 0];
  const doings = {};

  function place() {
    const { naturalWidth: width, naturalHeight: height } = picture;
    const [across, down] = turned % 180 ? [height, width] : [width, height];
    const style = getComputedStyle(room);
    const [free, freeDown] = [room.clientWidth - 2 * Number.parseFloat(style.paddingLeft), room.clientHeight - 2 * Number.parseFloat(style.paddingTop)];
    if (mode === "page-width") scale = free / across;
    else if (mode === "page-fit") scale = Math.min(free / across, freeDown / down);
    else if (mode === "auto") scale = Math.min(free / across, 1);
    Object.assign(frame.style, { width: `${across * scale}px`, height: `${down * scale}px` });
    picture.width = Math.round(width * scale);
    picture.height = Math.round(height * scale);
    // It is turned about its middle, which is the middle of the frame.
    picture.style.left = `${((across - width) * scale) / 2}px`;
    picture.style.top = `${((down - height) * scale) / 2}px`;
    picture.style.transform = `rotate(${turned}deg)`;
    const known = [...choice.options].find((option) => option !== odd && option.value === (mode || String(Number(scale.toFixed(4)))));
    odd.value = String(scale);
    odd.textContent = `${Math.round(scale * 100)}%`;
    odd.hidden = Boolean(known);
    (known ?? odd).selected = true;
  }
  const zoomTo = (wanted) => {
    [mode, scale] = ["", Math.min(Math.max(wanted, SMALLEST), LARGEST)];
    place();
  };
  const fit = (wanted) => {
    mode = wanted;
    place();
  };
  const turn = (by) => {
    turned = (turned + by + 360) % 360;
    place();
  };

  picture.addEventListener("load", () => {
    reader.querySelector("[data-loading]").hidden = true;
    place();
    new ResizeObserver(place).observe(room);
    Object.assign(doings, {
      smaller: () => zoomTo(scale / STEP),
      larger: () => zoomTo(scale * STEP),
      width: () => fit("page-width"),
      whole: () => fit("page-fit"),
      rotate: () => turn(90),
      rotateBack: () => turn(-90),
      print: startPrint(reader, { pages: 1, current: () => 1, sheet: async () => Object.assign(new Image(), { src: picture.src, alt: "" }) }),
    });
  });
  picture.addEventListener("error", async () => {
    // Whether it is the bytes or the browser that fails, the first byte tells.
    const answer = await fetch(reader.dataset.content, { headers: { Range: "bytes=0-0" } }).catch(() => null);
    if (!answer?.ok) {
      tellFailure(reader, answer);
      return;
    }
    reader.querySelector("[data-loading]").hidden = true;
    reader.querySelector("[data-failed]").hidden = false;
  });
  choice.addEventListener("change", () => (Number(choice.value) ? zoomTo(Number(choice.value)) : fit(choice.value)));
  picture.src = reader.dataset.content;
  return doings;
}
