import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { make, order, type Order } from "../src/runtime/making";
import type { Progress } from "../src/runtime/steps";
import { scratch } from "./scratch";

const NEVER = new AbortController().signal;
const SILENT: Progress = { step: () => undefined, part: () => undefined, line: () => undefined };
/** Writes a wheel of one module: folder, name, module, its text. */
const WHEEL = `
import sys, zipfile
folder, name, module, text = sys.argv[1:]
info = f"{name}-1.0.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr(module, text)
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/entry_points.txt", f"[console_scripts]\\n{name}-script = {name}:main\\n")
    wheel.writestr(f"{info}/RECORD", "")
`;

/** Real wheels in a folder that pip takes for its only index, and locks that name them. */
async function ordered(t: TestContext, changed: (bundle: string) => void = () => undefined): Promise<Order> {
  const [root, shelf] = [scratch(t), scratch(t)];
  const bundle = path.join(root, "bundled");
  mkdirSync(bundle);
  Object.assign(process.env, { PIP_NO_INDEX: "1", PIP_FIND_LINKS: shelf, PIP_CONFIG_FILE: "/dev/null" });
  wheel(bundle, "tactful", "tactful_server/lsp.py", "import lightgbm\n");
  const hash = wheel(shelf, "lightgbm", "lightgbm.py", "def main(): print('here')\n");
  writeFileSync(path.join(bundle, "runtime.txt"), `lightgbm==1.0 \\\n    --hash=sha256:${hash}\n`);
  writeFileSync(path.join(bundle, "embedded.txt"), `nowhere==1.0 \\\n    --hash=sha256:${hash}\n`);
  writeFileSync(path.join(bundle, "weights.txt"), "");
  changed(bundle);
  const search = { named: "", known: () => Promise.resolve([]), platform: process.platform, cwd: root };
  return order(path.join(root, "environments"), bundle, search);
}

function wheel(folder: string, name: string, module: string, text: string): string {
  execFileSync("python3", ["-c", WHEEL, folder, name, module, text]);
  return createHash("sha256").update(readFileSync(path.join(folder, `${name}-1.0-py3-none-any.whl`))).digest("hex");
}

test("an environment is made once for two windows, works where it stands, and what was killed is not in the way", async (t) => {
  const what = await ordered(t);
  mkdirSync(path.join(what.root, "making-999999999-x"), { recursive: true });
  writeFileSync(path.join(what.root, "lock"), "999999999");
  const [one, other] = await Promise.all([make(what, SILENT, NEVER), make(what, SILENT, NEVER)]);
  assert.deepEqual(one.environment, other.environment);
  assert.equal(execFileSync(path.join(one.environment.folder, "bin", "lightgbm-script"), { encoding: "utf8" }), "here\n");
  const again = await make(what, { ...SILENT, step: assert.fail }, NEVER);
  assert.deepEqual([again.environment, again.notes], [one.environment, []]);
  assert.match([...one.notes, ...other.notes].join(), /embedded model cannot run on this platform.*Choose a model server/);
});

test("a package whose hash differs is refused, and nothing half-made stays", async (t) => {
  const spoil = (bundle: string): void => {
    const lock = path.join(bundle, "runtime.txt");
    writeFileSync(lock, readFileSync(lock, "utf8").replace(/sha256:..../, "sha256:0000"));
  };
  const what = await ordered(t, spoil);
  await assert.rejects(make(what, SILENT, NEVER), /hash differs/);
  assert.deepEqual(readdirSync(what.root), []);
});

test("cancelled in the middle, nothing half-made stays and the sentence says how to go on", async (t) => {
  const what = await ordered(t);
  const person = new AbortController();
  const cancel = (name: string): void => void (name === "Installing packages" && person.abort());
  await assert.rejects(make(what, { ...SILENT, step: cancel }, person.signal), /cancelled\. To go on/);
  assert.deepEqual(readdirSync(what.root), []);
});

test("another wheel is another environment", async (t) => {
  const what = await ordered(t);
  const next = await ordered(t, (bundle) => appendFileSync(path.join(bundle, "weights.txt"), "# next\n"));
  assert.notEqual(what.bundle.fingerprint, next.bundle.fingerprint);
});
