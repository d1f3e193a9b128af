// Checks that every relative link and heading anchor in the project's Markdown leads somewhere.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], { encoding: "utf8" })
  .split("\n").filter((file) => file && existsSync(file));

/** The anchor a Markdown viewer gives a heading. */
const anchor = (heading) => heading.trim().toLowerCase()
  .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
const prose = (file) => readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "");
const anchors = (file) => new Set([...prose(file).matchAll(/^#{1,6}\s+(.+)$/gm)].map((match) => anchor(match[1])));

const broken = [];
let checked = 0;
for (const file of files) {
  for (const [, target] of prose(file).replace(/`[^`\n]*`/g, "").matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
    if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
    checked += 1;
    const [path, heading] = decodeURI(target).split("#");
    const to = path ? normalize(join(dirname(file), path)) : file;
    if (!existsSync(to)) broken.push(`${file}: ${target} leads nowhere`);
    else if (heading && statSync(to).isFile() && to.endsWith(".md") && !anchors(to).has(heading))
      broken.push(`${file}: ${to} has no heading #${heading}`);
  }
}
for (const line of broken) console.error(line);
console.log(`${checked} links followed, ${broken.length} broken`);
process.exit(broken.length ? 1 : 0);
