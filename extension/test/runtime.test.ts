import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { packages } from "../src/runtime/bundle";
import { leave, removeOthers, use } from "../src/runtime/environments";
import { complaint, find } from "../src/runtime/finding";
import { ask, shortcoming, type Interpreter } from "../src/runtime/interpreter";
import { alive, alone } from "../src/runtime/lock";
import { nothingFits, pipFault } from "../src/runtime/pip_fault";
import { run } from "../src/runtime/process";
import { cleaned } from "../src/runtime/variables";
import { scratch, until } from "./scratch";

const NEVER = new AbortController().signal;
const FINE: Interpreter = {
  executable: "/usr/bin/python3.12",
  version: "3.12.1",
  kind: "cpython-linux-x86_64",
  makesEnvironments: true,
};

test("what would change which code our Python runs does not leak in; pip's own variables do", () => {
  const given = { PATH: "/bin", PYTHONPATH: "x", PYTHONHOME: "y", Pythonstartup: "z", VIRTUAL_ENV: "v", PIP_INDEX_URL: "i" };
  assert.deepEqual(cleaned(given), { PATH: "/bin", PIP_INDEX_URL: "i" });
});

test("a Python says what it is; what is none says nothing", async () => {
  const python = await ask(["python3"], process.cwd(), NEVER);
  assert.match(python?.version ?? "", /^3\.\d+\.\d+$/);
  assert.ok(path.isAbsolute(python?.executable ?? ""));
  assert.equal(await ask([process.execPath], process.cwd(), NEVER), undefined);
  assert.equal(await ask(["/no/such/python"], process.cwd(), NEVER), undefined);
});

test("one that is too old, another implementation or cannot make environments won't do", () => {
  assert.equal(shortcoming(FINE), "");
  assert.equal(shortcoming({ ...FINE, version: "3.10.4" }), "is version 3.10.4");
  assert.equal(shortcoming({ ...FINE, kind: "pypy-linux-x86_64" }), "is not CPython");
  assert.match(shortcoming({ ...FINE, makesEnvironments: false }), /^cannot make environments/);
});

test("when none will do, the sentence is about the nearest one and names Debian's package", () => {
  const old = { ...FINE, executable: "/usr/bin/python3", version: "3.9.2" };
  const bare = { ...FINE, makesEnvironments: false };
  assert.match(complaint([]), /none was found\. Install Python 3\.11 or newer/);
  assert.match(complaint([old]), /\/usr\/bin\/python3 is version 3\.9\.2\. Install Python 3\.11/);
  assert.match(complaint([old, bare]), /python3\.12 cannot make environments.*apt-get install python3\.12-venv/);
});

test("a Python that is named but cannot be run is not replaced by another", async () => {
  const search = { named: "/no/such/python", known: () => Promise.resolve([]), platform: process.platform, cwd: "/" };
  await assert.rejects(find(search, NEVER), /setting tactful\.server\.python \(\/no\/such\/python\) could not be run/);
});

test("what other extensions know comes first", async (t) => {
  const named = path.join(scratch(t), "mine");
  writeFileSync(named, `#!/bin/sh\necho '${JSON.stringify({ ...FINE, executable: named })}'\n`);
  chmodSync(named, 0o755);
  const search = { named: "", known: () => Promise.resolve([named]), platform: process.platform, cwd: "/" };
  assert.equal((await find(search, NEVER)).executable, named);
});

test("pip's failures become sentences that say what to do", () => {
  const said = (line: string): string => pipFault([line], "3.12.1");
  const offline = "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(...)'";
  assert.match(said("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."), /hash differs/);
  assert.match(pipFault([offline, "ERROR: No matching distribution found for anyio==4"], "3.12.1"), /no connection/);
  assert.match(said("OSError: [Errno 28] No space left on device"), /disk is full/);
  assert.match(said("ERROR: No matching distribution found for numpy==2.4.6"), /no numpy for this platform and Python 3\.12/);
  assert.match(said("ERROR: something else"), /\(something else\)/);
});

test("a package that does not exist for a platform is told from one that could not be looked for", () => {
  assert.equal(nothingFits(["ERROR: No matching distribution found for xllamacpp==1"]), true);
  assert.equal(nothingFits(["Name or service not known", "ERROR: No matching distribution found for xllamacpp==1"]), false);
});

test("a lock's packages are counted", () => {
  assert.equal(packages("anyio==4.16.0 \\\n    --hash=sha256:12\n    # via httpx\nzipp==4 ; python_full_version < '3.12'\n"), 2);
});

test("one at a time; who waits is told so, and comes next", async (t) => {
  const file = path.join(scratch(t), "lock");
  const order: string[] = [];
  let release: (() => void) | undefined;
  const first = alone(file, NEVER, assert.fail, () => new Promise<void>((resolve) => (release = resolve)));
  await until(() => release !== undefined);
  const second = alone(file, NEVER, () => void order.push("waiting"), async () => void order.push("second"));
  await until(() => order.length === 1);
  release?.();
  await Promise.all([first, second]);
  assert.deepEqual([order, readdirSync(path.dirname(file))], [["waiting", "second"], []]);
});

test("a lock whose holder is dead, or that shows no sign of life, is nobody's", async (t) => {
  const file = path.join(scratch(t), "lock");
  const gone = await run({ program: process.execPath, args: ["-p", "process.pid"], cwd: "/", env: {} }, { signal: NEVER });
  writeFileSync(file, gone.lines[0] ?? "");
  assert.equal(await alone(file, NEVER, () => undefined, () => Promise.resolve("mine")), "mine");
  writeFileSync(file, String(process.pid));
  utimesSync(file, 0, 0);
  assert.equal(await alone(file, NEVER, () => undefined, () => Promise.resolve("mine")), "mine");
});

test("a program is killed with what it started when the signal says so", async (t) => {
  const file = path.join(scratch(t), "pid");
  const stop = new AbortController();
  const command = { program: "sh", args: ["-c", `sleep 600 & echo $! > ${file}; wait`], cwd: "/", env: process.env };
  const running = run(command, { signal: stop.signal });
  running.catch(() => undefined);
  await until(() => readdirSync(path.dirname(file)).length === 1 && readFileSync(file, "utf8") !== "");
  stop.abort();
  await assert.rejects(running, /cancelled/);
  await until(() => !alive(Number(readFileSync(file, "utf8"))));
});

test("former environments are removed, but for those that another window uses or makes", async (t) => {
  const root = scratch(t);
  const folders = ["current", "former", "used", `making-${process.pid}-a`, "making-999999999-b"];
  folders.forEach((name) => mkdirSync(path.join(root, name)));
  const at = (name: string) => ({ folder: path.join(root, name), python: "" });
  await use(at("used"));
  await removeOthers(root, at("current"));
  assert.deepEqual(readdirSync(root).sort(), ["current", `making-${process.pid}-a`, "used"]);
  await leave(at("used"));
  await removeOthers(root, at("current"));
  assert.deepEqual(readdirSync(root).sort(), ["current", `making-${process.pid}-a`]);
});
