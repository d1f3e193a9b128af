// A signature, a sketch, or marks on a picture: drawn with a finger, a pen or the mouse, kept as a picture.
import { button, h, t } from "./dom";
import { drawn } from "./photos";

const WIDTH = 640;
const HEIGHT = 320;
/** The longest side of a picture that is drawn on, where a form does not say. */
const MOST_PIXELS = 1600;
const COLOURS = { black: "#17211d", red: "#c8102e", blue: "#0b5c9e", white: "#ffffff" };
type Colour = keyof typeof COLOURS;

interface Stroke {
  colour: string;
  width: number;
  points: [number, number][];
}

export interface Options {
  id: string;
  label: string;
  /** Whether it is drawn on a picture, which has to be there first. */
  annotates: boolean;
  /** Whether the colour of the pen can be chosen. */
  colours: boolean;
  most?: number;
  /** Takes the picture after every change. */
  done(picture: Blob): void;
  /** Nothing is drawn any more. */
  cleared(): void;
}

export interface Pad {
  view: HTMLElement;
  /** Lays a picture below what is drawn from now on. */
  open(picture: Blob): Promise<void>;
  clear(): void;
}

export function pad({ id, label, annotates, colours, most = MOST_PIXELS, done, cleared }: Options): Pad {
  const canvas = h<HTMLCanvasElement>("canvas.bz-pad", { id: `${id}-pad`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": label });
  const pen = canvas.getContext("2d");
  let below: ImageBitmap | undefined;
  let strokes: Stroke[] = [];
  let colour: Colour = "black";

  const line = ({ colour, width, points }: Stroke): void => {
    if (!pen) return;
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    points.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    // A dot is a line to where it is.
    pen.lineTo(...(points[points.length - 1] as [number, number]));
    pen.stroke();
  };
  const paint = (): void => {
    if (!pen) return;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (below) pen.drawImage(below, 0, 0, canvas.width, canvas.height);
    strokes.forEach(line);
    undo.hidden = wipe.hidden = !strokes.length;
  };
  const changed = (): void => {
    paint();
    if (!below && !strokes.length) return cleared();
    void drawn(canvas, below ? "image/jpeg" : "image/png").then((picture) => picture && done(picture));
  };
  const forget = (): void => {
    strokes = [];
    below = undefined;
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    board.hidden = annotates;
    paint();
  };
  const undo = button(t("phone-draw-undo"), () => (strokes.pop(), changed()), "secondary", { hidden: true });
  const wipe = button(t("phone-draw-clear"), () => ((strokes = []), changed()), "secondary", { hidden: true });
  const pens = colours && h<HTMLSelectElement>("select.govuk-select", { id: `${id}-pen`, change: (event) => {
    event.stopPropagation();
    colour = (event.target as HTMLSelectElement).value as Colour;
  } }, ...Object.keys(COLOURS).map((one) => h("option", { value: one }, t(`phone-draw-${one}`))));
  const board = h("div.bz-board", {}, h("div.govuk-hint", {}, t("phone-draw-hint")),
    pens && h("div.govuk-form-group", {}, h("label.govuk-label", { for: `${id}-pen` }, t("phone-draw-pen")), pens),
    canvas, h("div.govuk-button-group", {}, undo, wipe));
  board.hidden = annotates;

  const point = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const edge = canvas.clientLeft;
    return [((event.clientX - box.left - edge) * canvas.width) / canvas.clientWidth, ((event.clientY - box.top - edge) * canvas.height) / canvas.clientHeight];
  };
  let stroke: Stroke | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button > 0) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = { colour: COLOURS[colour], width: Math.max(3, canvas.width / 200), points: [point(event)] };
    line(stroke);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke || !event.isPrimary) return;
    // Fast strokes have points between two events.
    for (const one of event.getCoalescedEvents?.() ?? [event]) stroke.points.push(point(one));
    line({ ...stroke, points: stroke.points.slice(-8) });
  });
  const stop = (): void => {
    if (!stroke) return;
    strokes.push(stroke);
    stroke = undefined;
    changed();
  };
  canvas.addEventListener("pointerup", stop);
  canvas.addEventListener("pointercancel", stop);
  paint();

  return {
    view: board,
    async open(picture) {
      const found = await createImageBitmap(picture).catch(() => undefined);
      if (!found) return;
      const scale = Math.min(1, most / Math.max(found.width, found.height));
      below = found;
      strokes = [];
      canvas.width = Math.max(1, Math.round(found.width * scale));
      canvas.height = Math.max(1, Math.round(found.height * scale));
      board.hidden = false;
      paint();
    },
    clear: forget,
  };
}
