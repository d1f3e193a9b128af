// Lines and areas, one point a line: counts and measures what is typed, and adds the device's own position.
// <div data-island="ground" data-for="FIELD" [data-closed="yes"] data-label="…" data-waiting="…" data-failed="…" data-said="… %points% … %size% …">,
// beside the text area of that id; the server measures the same way when the page is sent.
import { position } from "./geopoint";

/** Radius of the earth that ODK uses, in metres. */
const RADIUS = 6_378_100;

type Point = [latitude: number, longitude: number];

export function measureGround(): void {
  for (const island of document.querySelectorAll<HTMLElement>('[data-island="ground"]')) {
    const field = document.getElementById(island.dataset["for"] ?? "");
    if (field instanceof HTMLTextAreaElement) enhance(island, field);
  }
}

function enhance(island: HTMLElement, field: HTMLTextAreaElement): void {
  const output = island.querySelector("output") ?? document.createElement("output");
  output.className = "govuk-hint";
  output.setAttribute("for", field.id);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = island.dataset["label"] ?? "";
  if ("geolocation" in navigator) island.append(button);
  island.append(output);
  const say = () => (output.textContent = said(island, field.value));
  field.addEventListener("input", say);
  button.addEventListener("click", () => {
    output.textContent = island.dataset["waiting"] ?? "";
    position().then(
      (words) => {
        field.value = `${field.value.trimEnd()}\n${words}`.trimStart();
        say();
      },
      () => (output.textContent = island.dataset["failed"] ?? ""),
    );
  });
  say();
}

/** What the points come to; nothing while one of them is unreadable or there are too few. */
function said(island: HTMLElement, text: string): string {
  const isClosed = island.dataset["closed"] === "yes";
  const points = text.split("\n").filter((line) => line.trim()).map(read);
  const known = points.filter((point): point is Point => point !== null);
  if (known.length !== points.length || known.length < (isClosed ? 3 : 2)) return "";
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 });
  const size = isClosed ? area(known) : length(known);
  return (island.dataset["said"] ?? "").replace("%points%", number.format(known.length)).replace("%size%", number.format(size));
}

/** Reads a position as the server does: decimals with a dot or a comma, the parts divided by blanks or a comma. */
function read(line: string): Point | null {
  const plain = line.replace(/\u2212/g, "-");
  const parts = (plain.includes(".") ? plain.replace(/,/g, " ") : plain.replace(/, /g, " ").replace(/,/g, ".")).trim().split(/\s+/).map(Number);
  const [latitude, longitude] = parts;
  if (latitude === undefined || longitude === undefined || parts.length > 4 || parts.some((part) => !Number.isFinite(part))) return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [latitude, longitude] : null;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Length of a line in metres (haversine). */
function length(points: Point[]): number {
  return points.slice(1).reduce((sum, [lat2, lon2], at) => {
    const [lat1, lon1] = points[at] as Point;
    const a = Math.sin(radians(lat2 - lat1) / 2) ** 2 + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lon2 - lon1) / 2) ** 2;
    return sum + 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(a)));
  }, 0);
}

/** Area inside a line in square metres (R. Chamberlain and W. Duquette, 2007). */
function area(points: Point[]): number {
  const sum = points.reduce((total, [lat1, lon1], at) => {
    const [lat2, lon2] = points[(at + 1) % points.length] as Point;
    return total + radians(lon2 - lon1) * (2 + Math.sin(radians(lat1)) + Math.sin(radians(lat2)));
  }, 0);
  return Math.abs((sum * RADIUS * RADIUS) / 2);
}
