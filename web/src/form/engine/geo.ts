// Areas and distances on a sphere of ODK's radius.

const RADIUS = 6378100;
const radians = Math.PI / 180;

export type LatLon = [number, number];

/** A point in degrees; undefined when it is broken. */
export function point(text: string): LatLon | undefined {
  const [lat, lon] = text.trim().split(/\s+/).map((n) => (n ? Number(n) : NaN));
  return Math.abs(lat!) <= 90 && Math.abs(lon!) <= 180 ? [lat!, lon!] : undefined;
}

/** The points of a line, undefined where one is broken. */
export const points = (text: string) => text.split(";").filter((p) => p.trim()).map(point);

/** Area inside a closed line in square metres (R. Chamberlain and W. Duquette, 2007). */
export function area(line: LatLon[]): number {
  let sum = 0;
  line.forEach(([lat, lon], i) => {
    const [lat2, lon2] = line[(i + 1) % line.length]!;
    sum += (lon2 - lon) * radians * (2 + Math.sin(lat * radians) + Math.sin(lat2 * radians));
  });
  return Math.abs((sum * RADIUS * RADIUS) / 2);
}

/** Length of a line in metres (haversine). */
export function distance(line: LatLon[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i += 1) {
    const [[lat, lon], [lat2, lon2]] = [line[i - 1]!, line[i]!];
    const a = Math.sin(((lat2 - lat) * radians) / 2) ** 2
      + Math.cos(lat * radians) * Math.cos(lat2 * radians) * Math.sin(((lon2 - lon) * radians) / 2) ** 2;
    sum += 2 * RADIUS * Math.asin(Math.min(Math.sqrt(a), 1));
  }
  return sum;
}

export function encloses(line: LatLon[], [lat, lon]: LatLon): boolean {
  let inside = false;
  line.forEach(([lat1, lon1], i) => {
    const [lat2, lon2] = line[(i + 1) % line.length]!;
    if (lat1 > lat !== lat2 > lat && lon < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1) inside = !inside;
  });
  return inside;
}
