// What the end-to-end programs share: the built program as a server, its commands, and a runner that counts.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** The program under test, given as the first argument. */
export const program = process.argv[2];
if (!program) throw new Error("say which program to test: node FILE.mjs …/debug/baraza");

/** Runs one command of the program to its end and gives what it printed; throws with its words when it fails. */
export function command(args, { input = "" } = {}) {
  return new Promise((done, fail) => {
    const child = execFile(program, args, { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) fail(new Error(`baraza ${args.join(" ")}: ${error.code}\n${stderr || stdout}`));
      else done(stdout.trim());
    });
    // A command that ends without reading what it is given says why by itself.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** A port that nobody listens on. */
async function free_port() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts `baraza serve` on a free port, without a limit on requests; resolves when it says that it listens. */
export async function serve(data, extra = []) {
  const child = spawn(program, ["serve", "--data", data, "--listen", `127.0.0.1:${await free_port()}`, "--rate-limit", "0", ...extra],
    { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  const exited = once(child, "exit");
  const address = new Promise((found, fail) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        if (said.length > 100_000) said.shift();
        const match = line.match(/listening on (https?:\/\/[^\s"]+)/);
        if (match) found(match[1].replace(/\/$/, ""));
      });
    }
    child.once("exit", (code) => fail(new Error(`baraza serve ended with ${code}:\n${said.slice(-20).join("\n")}`)));
    setTimeout(() => fail(new Error(`baraza serve did not listen within 60 s:\n${said.slice(-20).join("\n")}`)), 60_000).unref();
  });
  return {
    url: await address,
    pid: child.pid,
    said,
    /** Asks it to stop, as an operator does, and waits. */
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exited;
      return code;
    },
    /** Ends it between two instructions, as a power cut does. */
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

const tests = [];

/** Adds one test; its name is a sentence. */
export function test(name, body) {
  tests.push({ name, body });
}

/** Runs the tests in order, or those that ONLY matches, then closes with the totals; `after` always runs. */
export async function run(after = async () => {}) {
  let passed = 0, failed = 0;
  try {
    for (const { name, body } of tests) {
      if (process.env.ONLY && !new RegExp(process.env.ONLY).test(name)) continue;
      const began = Date.now();
      try {
        await body();
        passed += 1;
        console.log(`ok      ${name} (${Date.now() - began} ms)`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED  ${name}\n        ${String(error?.stack ?? error).replaceAll("\n", "\n        ")}`);
      }
    }
  } finally {
    await after();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

/** Fails with a sentence unless the condition holds. */
export function must(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

/** Asks again until the answer is true or the patience is over. */
export async function eventually(sentence, ask, patience_ms = 30_000) {
  const end = Date.now() + patience_ms;
  for (;;) {
    if (await ask()) return;
    if (Date.now() > end) throw new Error(`${sentence}: not within ${patience_ms / 1000} s`);
    await new Promise((next) => setTimeout(next, 100));
  }
}

/** A seeded source of numbers in [0, 1): the same seed gives the same run (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
