// Pictures are made as small as a form needs them before they are kept: a phone's camera makes ten times what a 2G network carries.
// Drawing them anew also leaves behind where and when they were taken.

/** The longest side where a form does not say. */
const MOST_PIXELS = 2048;
const QUALITY = 0.82;

export interface Made {
  blob: Blob;
  name: string;
  /** Whether it was drawn anew. */
  smaller: boolean;
}

let count = 0;

/** Names a file so that no two of a filling are called the same. */
export function nameOf(ending: string): string {
  return `${Date.now()}${(count += 1)}.${ending}`;
}

/** Draws a picture anew, no side longer than `most`; what the browser cannot read is kept as it is. */
export async function made(file: File, most?: number): Promise<Made> {
  const ending = /\.(\w{1,8})$/.exec(file.name)?.[1]?.toLowerCase() ?? "bin";
  const asItIs = { blob: file as Blob, name: nameOf(ending), smaller: false };
  if (!file.type.startsWith("image/") || /svg|gif/.test(file.type)) return asItIs;
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return asItIs;
  const scale = Math.min(1, (most ?? MOST_PIXELS) / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) return asItIs;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await drawn(canvas, "image/jpeg");
  return blob ? { blob, name: nameOf("jpg"), smaller: true } : asItIs;
}

export const drawn = (canvas: HTMLCanvasElement, type: string): Promise<Blob | null> =>
  new Promise((found) => canvas.toBlob(found, type, QUALITY));
