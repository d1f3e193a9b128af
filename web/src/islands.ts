// What JavaScript adds to pages that already work without it. Each island looks for its own marks and does nothing without them.
import { desk } from "./islands/desk";
import { readOutCharts } from "./islands/chart";
import { sortTables } from "./islands/table";
import { locate } from "./islands/geopoint";
import { measureGround } from "./islands/ground";
import { findPosition } from "./islands/position";
import { showLive } from "./islands/live";
import { keepOnPhone } from "./islands/phone-draft";
import { suggest } from "./islands/suggest";
import { focusErrors, sendOnce } from "./islands/forms";

document.documentElement.classList.add("js");
readOutCharts();
sortTables();
locate();
measureGround();
findPosition();
keepOnPhone();
focusErrors();
sendOnce();
desk();
showLive();
suggest();
