// Pictures for people who do not read, drawn for this: one for each standard criterion, and five faces. Lines of one weight, so that they
// are told apart from the back of a hall.
import { h } from "../form/dom";

const CRITERIA: Record<string, string> = {
  // Somebody behind a counter, with a tick.
  "staff-present": `<circle cx="18" cy="12" r="6"/><path d="M6 36v-4c0-7 5-11 12-11s12 4 12 11v4M3 36h42M33 13l4 4 8-9"/>`,
  // Two people, and a heart between them.
  respect: `<circle cx="10" cy="22" r="5"/><circle cx="38" cy="22" r="5"/><path d="M2 42c0-8 3-12 8-12s8 4 8 12M30 42c0-8 3-12 8-12s8 4 8 12M24 20c-6-4-8-7-8-10s2-5 4-5 3 1 4 3c1-2 2-3 4-3s4 2 4 5-2 6-8 10z"/>`,
  // An hourglass.
  waiting: `<path d="M12 4h24M12 44h24M15 4v7c0 6 9 9 9 13s-9 7-9 13v7M33 4v7c0 6-9 9-9 13s9 7 9 13v7M19 12h10M20 40c1-4 7-4 8 0"/>`,
  // A box with a cross, and a bottle.
  supplies: `<path d="M4 20h24v22H4zM4 20l4-8h16l4 8M16 25v12M10 31h12M34 14h8v6l2 4v18H32V24l2-4zM35 8h6v6M32 32h12"/>`,
  // A broom and a clean floor.
  cleanliness: `<path d="M38 4 22 26M16 24l12 8-6 12H4c4-6 8-12 12-20zM11 44l4-8M17 44l3-8M38 24v8M34 28h8M42 38v6M39 41h6"/>`,
  // Coins.
  cost: `<ellipse cx="18" cy="12" rx="13" ry="6"/><path d="M5 12v8c0 3 6 6 13 6s13-3 13-6v-8M5 20v8c0 3 6 6 13 6 2 0 4 0 6-1M5 28v8c0 3 6 6 13 6 2 0 4 0 6-1"/><circle cx="35" cy="34" r="10"/><path d="M35 29v10"/>`,
  // A way to a house.
  distance: `<path d="M28 22V12l8-8 8 8v10zM34 22v-6h4v6M20 44c-8 0-12-3-12-7s5-6 11-6 9-2 9-5"/><circle cx="8" cy="18" r="4"/><path d="M8 22v10M3 26h10"/>`,
  // A board with writing.
  information: `<path d="M6 6h36v26H6zM24 32v12M16 44h16M24 12v1M24 17v9M20 26h8"/>`,
  // A shield with a tick.
  safety: `<path d="M24 4 7 10c0 16 5 27 17 34 12-7 17-18 17-34zM16 24l6 6 11-12"/>`,
  // Somebody in a wheelchair.
  accessibility: `<circle cx="20" cy="7" r="4"/><path d="M20 13v14h12l5 12h5M20 19h10"/><path d="M15 22a12 12 0 1 0 17 14"/>`,
  // A clock on the door.
  hours: `<circle cx="24" cy="24" r="19"/><path d="M24 11v13l9 6M24 5v3M24 40v3M5 24h3M40 24h3"/>`,
  // A star.
  quality: `<path d="m24 4 6 13 14 2-10 10 2 14-12-7-12 7 2-14L4 19l14-2z"/>`,
};

/** What a group came up with by itself: people who speak. */
const OWN = `<path d="M4 6h28v18H16l-7 6v-6H4zM36 16h8v18h-5v6l-7-6H20v-4M11 13h14M11 18h8"/>`;

const MOUTHS = [
  `<path d="M14 37c3-8 17-8 20 0M13 15l7 4M35 15l-7 4"/>`,
  `<path d="M16 35c3-4 13-4 16 0"/>`,
  `<path d="M16 33h16"/>`,
  `<path d="M16 31c3 5 13 5 16 0"/>`,
  `<path class="bz-hall-open" d="M13 29h22c-1 8-5 12-11 12s-10-4-11-12z"/>`,
];

/** A picture in a box of its own: decoration beside words, or an image with a name of its own. */
function drawn(classes: string, path: string, name?: string): HTMLElement {
  const box = h(`span.${classes}`);
  const speaks = name === undefined ? `aria-hidden="true"` : `role="img"`;
  box.innerHTML = `<svg viewBox="0 0 48 48" ${speaks} focusable="false">${path}</svg>`;
  if (name !== undefined) box.firstElementChild?.setAttribute("aria-label", name);
  return box;
}

/** The picture of a standard criterion; of one of the group's own where there is no code. */
export const picture = (standard: string | null, name?: string): HTMLElement => drawn("bz-hall-picture", CRITERIA[standard ?? ""] ?? OWN, name);

/** A face, 1 (saddest) to 5. */
export const face = (n: number, name?: string): HTMLElement =>
  drawn(`bz-hall-face`, `<circle class="bz-hall-skin" cx="24" cy="24" r="21"/><circle class="bz-hall-dot" cx="17" cy="20" r="2.5"/><circle class="bz-hall-dot" cx="31" cy="20" r="2.5"/>${MOUTHS[n - 1] ?? ""}`, name);
