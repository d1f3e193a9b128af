// What JavaScript adds to pages that already work without it. Each island looks for its own marks and does nothing without them.
import { desk } from "./islands/desk";
import { readOutCharts } from "./islands/chart";
import { sortTables } from "./islands/table";
import { locate } from "./islands/geopoint";
import { measureGround } from "./islands/ground";
import { focusErrors, sendOnce } from "./islands/forms";

document.documentElement.classList.add("js");
readOutCharts();
sortTables();
locate();
measureGround();
focusErrors();
sendOnce();
desk();
