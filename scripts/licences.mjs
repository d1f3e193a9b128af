// Checks that every dependency's licence lets a public body use, change and pass on the whole program.
// The list is deny.toml's, so that `cargo deny check` and this small check, which needs no install, agree.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const deny = readFileSync("deny.toml", "utf8");
const allowed = new Set([...deny.match(/^allow = \[([^\]]*)\]/ms)[1].matchAll(/"([^"]+)"/g)].map((match) => match[1]));
const exceptions = new Map([...deny.matchAll(/\{ crate = "([^"]+)", allow = \[([^\]]*)\] \}/g)]
  .map(([, crate, list]) => [crate, new Set([...list.matchAll(/"([^"]+)"/g)].map((match) => match[1]))]));

/** Whether an SPDX expression (AND, OR, WITH, parentheses, the old `/`) is satisfied by the allowed licences. */
function satisfied(expression, may) {
  const tokens = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g);
  let at = 0;
  const term = () => {
    if (tokens[at] === "(") {
      at += 1;
      const inside = either();
      at += 1;
      return inside;
    }
    let name = tokens[at++];
    if (tokens[at] === "WITH") {
      name += ` WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return may(name);
  };
  const both = () => {
    let result = term();
    while (tokens[at] === "AND") { at += 1; const next = term(); result = result && next; }
    return result;
  };
  const either = () => {
    let result = both();
    while (tokens[at] === "OR") { at += 1; const next = both(); result = result || next; }
    return result;
  };
  return either();
}

const host = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.+)$/m)[1];
const metadata = JSON.parse(execFileSync("cargo", ["metadata", "--locked", "--format-version", "1", "--filter-platform", host], { encoding: "utf8", maxBuffer: 1 << 28 }));
const used = new Set(metadata.resolve.nodes.map((node) => node.id));
const refused = metadata.packages
  .filter((crate) => used.has(crate.id))
  .filter((crate) => !crate.license || !satisfied(crate.license, (name) => allowed.has(name) || exceptions.get(crate.name)?.has(name)))
  .map((crate) => `${crate.name} ${crate.version}: ${crate.license ?? "no licence given"} is not in deny.toml's list`);
for (const line of refused) console.error(line);
console.log(`${used.size} packages looked at, ${refused.length} licences refused`);
process.exit(refused.length ? 1 : 0);
