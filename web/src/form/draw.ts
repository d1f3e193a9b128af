// A signature or a sketch: drawn with a finger, a pen or the mouse, kept as a picture.
import { button, h, t } from "./dom";
import { drawn } from "./photos";

const WIDTH = 640;
const HEIGHT = 320;

/** Where to draw; `done` takes the picture after each stroke, nothing when it was cleared. */
export function pad(id: string, label: string, done: (picture: Blob | undefined) => void): HTMLElement {
  const canvas = h<HTMLCanvasElement>("canvas.bz-pad", { id: `${id}-pad`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": label });
  const pen = canvas.getContext("2d");
  const clear = (): void => {
    if (!pen) return;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
  };
  clear();
  const point = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
  };
  let draws = false;
  canvas.addEventListener("pointerdown", (event) => {
    if (!pen) return;
    draws = true;
    canvas.setPointerCapture(event.pointerId);
    pen.strokeStyle = "#17211d";
    pen.lineWidth = 3;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(...point(event));
    pen.lineTo(...point(event));
    pen.stroke();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!draws || !pen) return;
    pen.lineTo(...point(event));
    pen.stroke();
  });
  const stop = (): void => {
    if (!draws) return;
    draws = false;
    void drawn(canvas, "image/png").then((picture) => picture && done(picture));
  };
  canvas.addEventListener("pointerup", stop);
  canvas.addEventListener("pointercancel", stop);
  return h("div.govuk-form-group", {}, h("div.govuk-hint", {}, t("phone-draw-hint")), canvas,
    h("div", {}, button(t("phone-draw-clear"), () => (clear(), done(undefined)), "secondary")));
}
