// The engine of ODK Web Forms, from npm, in a document that is no browser's.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker, parentPort, workerData } from "node:worker_threads";

/** Longest that a walk may take; a count that feeds itself never ends there. */
const PATIENCE_MS = 20000;

/** Starts the engine in a thread of its own; undefined when its package is not installed. */
export async function start() {
  const require = createRequire(import.meta.url);
  try {
    require.resolve("jsdom");
    import.meta.resolve("@getodk/xforms-engine");
  } catch {
    return undefined;
  }
  let worker;
  return {
    play(walk) {
      worker ??= new Worker(new URL(import.meta.url), { workerData: "play", stdout: true, stderr: true });
      return new Promise((done) => {
        const late = setTimeout(() => {
          worker.terminate();
          worker = undefined;
          done({ error: "takes too long" });
        }, PATIENCE_MS);
        worker.removeAllListeners();
        worker.on("error", (error) => {
          clearTimeout(late);
          worker = undefined;
          done({ error: error.message });
        });
        worker.once("message", (answer) => {
          clearTimeout(late);
          done(answer);
        });
        worker.postMessage(walk);
      });
    },
    end: () => worker?.terminate(),
  };
}

if (workerData === "play") {
  const { JSDOM } = await import("jsdom");
  const { window } = new JSDOM("");
  // The bundle looks for a browser's names, and for those of CommonJS.
  for (const name of Object.getOwnPropertyNames(window)) if (/^[A-Z]/.test(name) && !(name in globalThis)) globalThis[name] = window[name];
  Object.assign(globalThis, { window, document: window.document, __dirname: "/", require: createRequire(import.meta.url) });
  const engine = await import("@getodk/xforms-engine");
  parentPort.on("message", async (walk) => parentPort.postMessage(await play(engine, walk)));
}

async function play(engine, { xml, files, steps }) {
  const attachment = async (url) => {
    const path = files[decodeURIComponent(String(url).split("/").pop())];
    if (!path) return { ok: false, status: 404, text: async () => "", blob: async () => new Blob([]) };
    const text = readFileSync(path, "utf8");
    return new Response(text, { headers: { "content-type": path.endsWith(".csv") ? "text/csv" : path.endsWith(".geojson") ? "application/geo+json" : "text/xml" } });
  };
  try {
    const { root } = await engine.createInstance(xml, {
      form: { fetchFormAttachment: attachment, missingResourceBehavior: engine.constants.MISSING_RESOURCE_BEHAVIOR.BLANK },
      instance: { preloadProperties: { deviceID: "found", username: "found", email: "found", phoneNumber: "found" } },
    });
    const states = [state(root)];
    const began = Date.now();
    for (const step of steps) {
      // Some forms take it many seconds an answer; what there is of the walk is compared.
      if (Date.now() - began > 4000) break;
      if (step.set) set(find(root, step.set[0]), step.set[1]);
      else if (step.add) range(root, step.add).addInstances();
      else {
        const [, repeat, n] = /^(.*)\[(\d+)\]$/.exec(step.remove);
        range(root, repeat).removeInstances(Number(n) - 1, 1);
      }
      states.push(state(root));
    }
    return { states };
  } catch (error) {
    return { error: `${error.message} ${error.stack?.split("\n")[1] ?? ""}` };
  }
}

/** Visits every node; the ranges that hold the entries of a repeat are none. */
function visit(node, see) {
  if (!node.nodeType.startsWith("repeat-range")) see(node);
  for (const child of node.currentState.children ?? []) visit(child, see);
}

/** Ours: only repeats are numbered. Theirs number some and not others. */
function pathOf(node) {
  if (!node.parent || node.nodeType === "primary-instance") return "";
  if (node.nodeType.startsWith("repeat-range")) return pathOf(node.parent);
  const own = node.currentState.reference.split("/").pop().replace(/\[\d+\]$/, "");
  const n = node.nodeType === "repeat-instance" ? `[${node.parent.currentState.children.indexOf(node) + 1}]` : "";
  return `${pathOf(node.parent)}/${own.replace(/^.*:/, "")}${n}`;
}

function find(root, path) {
  let found;
  visit(root, (node) => {
    if (pathOf(node) === path) found ??= node;
  });
  if (!found) throw new Error(`no ${path}`);
  return found;
}

function range(root, path) {
  let found;
  const look = (node) => {
    if (node.nodeType.startsWith("repeat-range")) {
      const name = node.definition.nodeset?.split("/").pop() ?? node.currentState.reference.split("/").pop();
      if (`${pathOf(node.parent)}/${name.replace(/\[\d+\]$/, "")}` === path) found ??= node;
    }
    (node.currentState.children ?? []).forEach(look);
  };
  look(root);
  if (!found) throw new Error(`no repeat ${path}`);
  return found;
}

function set(node, value) {
  if (node.nodeType === "select") node.selectValues(value.split(/\s+/).filter(Boolean));
  else if (node.nodeType === "rank") node.setValues(value.split(/\s+/).filter(Boolean));
  else if (node.nodeType === "trigger") node.setValue(value === "OK");
  else if (node.nodeType === "upload") throw new Error("an upload takes a file");
  else node.setValue(value);
}

function state(root) {
  const nodes = [];
  visit(root, (node) => {
    const { relevant, required, readonly, instanceValue, valueOptions, children } = node.currentState;
    const own = { path: pathOf(node), relevant };
    if (!children && typeof instanceValue === "string") {
      const conditions = node.validationState?.constraint;
      Object.assign(own, { value: instanceValue, required, readonly, valid: conditions?.valid ?? true });
      if (valueOptions) own.offers = valueOptions.map((o) => o.value);
    }
    nodes.push(own);
  });
  return { nodes };
}
