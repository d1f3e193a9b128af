// The pages of the sample regency: time on the server, weight of the first view, and what Lighthouse says.
import { gunzipSync } from "node:zlib";
import http from "node:http";
import { join } from "node:path";
import { regency, tell } from "./bench.mjs";

/** A village and an indicator of the sample regency, as its own pages link to them. */
async function addresses(url) {
  const links = async (path) => [...(await (await fetch(url + path)).text()).matchAll(/href="([^"?#]+)/g)].map((match) => match[1]);
  const indicator = (await links("/indicators")).find((link) => /^\/indicators\/[^/]+$/.test(link));
  // Down from the regency to a place without children: a village's page is what people open.
  let place = (await links("/")).find((link) => /^\/places\/[^/]+$/.test(link));
  for (let level = 0; level < 4; level += 1) {
    const child = (await links(place)).find((link) => link.startsWith(`${place}.`) && !/\.(json|csv|geojson)$/.test(link));
    if (!child) break;
    place = child;
  }
  return { home: "/", place, indicator };
}

export async function pages(place) {
  const data = await regency();
  const server = await place.serve(data);
  try {
    const rows = regency.seconds ? [{ what: "sample regency, 12,500 households, s", ours: regency.seconds.toFixed(0), aim: "120" }] : [];
    for (const [name, path] of Object.entries(await addresses(server.url))) {
      await tell("wrk", ["-t1", "-c2", "-d2s", server.url + path]);
      const said = await tell("wrk", ["-t1", "-c2", "-d8s", "--latency", server.url + path]);
      const at = (percent) => {
        const [, number, unit] = said.match(new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`));
        return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit];
      };
      if (/Non-2xx/.test(said)) throw new Error(`${path} was refused: ${said}`);
      rows.push({ what: `page: ${name}, p50 / p99 in ms`, ours: `${at(50).toFixed(1)} / ${at(99).toFixed(1)}`, aim: name === "home" ? "" : "p50 5",
        note: `${said.match(/Requests\/sec:\s+([\d.]+)/)[1]} a second over 2 connections` });
    }
    return rows;
  } finally {
    await server.stop();
  }
}

/** Fetches as a browser does and gives the bytes that went over the wire, and the text. */
function get(url) {
  return new Promise((done, fail) => {
    http.get(url, { headers: { "Accept-Encoding": "br, gzip", Accept: "text/html,*/*" } }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        const body = Buffer.concat(parts);
        const text = answer.headers["content-encoding"] === "gzip" ? gunzipSync(body).toString() : body.toString();
        done({ status: answer.statusCode, bytes: body.length, text });
      });
    }).on("error", fail);
  });
}

/** What a browser that was never here fetches for a page: kB over the wire, those of the page itself, and how many files beside it. */
export async function first_view(url, path) {
  const page = await get(url + path);
  if (page.status !== 200) throw new Error(`${path} was refused with ${page.status}`);
  const parts = new Set([...page.text.matchAll(/<(?:link|script|img)\b[^>]*?(?:href|src)="(\/[^"]+\.(?:css|js|svg|png|ico|webmanifest)[^"]*)"/g)].map((match) => match[1]));
  let bytes = page.bytes;
  for (const part of parts) bytes += (await get(url + part)).bytes;
  return { kB: (bytes / 1000).toFixed(1), note: `page ${(page.bytes / 1000).toFixed(1)} kB and ${parts.size} files` };
}

export async function weight(place) {
  const server = await place.serve(await regency());
  try {
    const rows = [];
    for (const [name, path] of Object.entries(await addresses(server.url))) {
      const { kB, note } = await first_view(server.url, path);
      rows.push({ what: `first view: ${name}, kB compressed`, ours: kB, aim: "60", note });
    }
    return rows;
  } finally {
    await server.stop();
  }
}

/** What Lighthouse says of a page; Chromium's trace now and then lacks its beginning, and then it is asked again. */
export async function audit(url, tries = 3) {
  const flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
  try {
    const said = await tell(join(import.meta.dirname, "node_modules/.bin/lighthouse"),
      [url, "--quiet", "--output=json", "--only-categories=performance,accessibility", `--chrome-flags=${flags}`],
      { env: { ...process.env, CHROME_PATH: "/usr/bin/chromium" } });
    return JSON.parse(said);
  } catch (error) {
    if (tries > 1) return audit(url, tries - 1);
    throw new Error(`lighthouse: ${String(error.stderr ?? error.message).trim().split("\n").at(-1)}`);
  }
}

export async function lighthouse(place) {
  const server = await place.serve(await regency());
  try {
    const rows = [];
    for (const [name, path] of Object.entries(await addresses(server.url))) {
      const report = await audit(server.url + path);
      const score = (category) => Math.round(report.categories[category].score * 100);
      const shift = report.audits["cumulative-layout-shift"].numericValue;
      rows.push({ what: `Lighthouse mobile: ${name}, performance / accessibility`, ours: `${score("performance")} / ${score("accessibility")}`, aim: "100 / 100",
        note: `first paint ${report.audits["first-contentful-paint"].displayValue}, shift ${shift.toFixed(3)}, ${Math.round(report.audits["total-byte-weight"].numericValue / 1000)} kB` });
      if (score("accessibility") < 100 || score("performance") < 95 || shift > 0.001) process.exitCode = 1;
    }
    return rows;
  } finally {
    await server.stop();
  }
}
