// JavaRosa, the engine of ODK Collect, from the jar that pyxform brings.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { lines } from "../../web/test/walks.mjs";

/** The jar among the Python clients; undefined when there is none. */
function jar() {
  const lib = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "baraza-clients/lib");
  const found = (existsSync(lib) ? readdirSync(lib) : []).map((python) => join(lib, python, "site-packages/pyxform/validators/odk_validate/bin/ODK_Validate.jar"));
  return found.find(existsSync);
}

/** A form's XML and files in a folder of their own. */
function laid(xml, files) {
  const dir = mkdtempSync(join(tmpdir(), "form-"));
  writeFileSync(join(dir, "form.xml"), xml);
  for (const [name, path] of Object.entries(files)) copyFileSync(path, join(dir, name));
  return dir;
}

/** Starts JavaRosa; undefined when Java or the jar is not here. */
export function start() {
  const found = jar();
  if (!found) return undefined;
  const classes = mkdtempSync(join(tmpdir(), "javarosa-"));
  try {
    execFileSync("javac", ["-cp", found, "-d", classes, new URL("JavaRosaWalk.java", import.meta.url).pathname], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  const peer = lines("java", "-Duser.timezone=Asia/Jakarta", "-cp", `${found}:${classes}`, "JavaRosaWalk");
  return {
    play({ xml, files, steps }) {
      const dir = laid(xml, files);
      const flat = steps.flatMap((s) => (s.set ? ["set", ...s.set] : s.add ? ["add", s.add] : ["remove", s.remove]));
      return peer.ask([join(dir, "form.xml"), dir, ...flat]);
    },
    end: peer.end,
  };
}
