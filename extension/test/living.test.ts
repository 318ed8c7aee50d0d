import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { test, type TestContext } from "node:test";
import type { Refusal } from "../src/runtime/refusal";
import { alive } from "../src/runtime/lock";
import type { Command } from "../src/runtime/process";
import type { ConnectionState } from "../src/server/connection";
import { Life } from "../src/server/life";
import { open, type Client } from "../src/server/opening";
import type { ServerProcess } from "../src/server/server_process";
import { until } from "./scratch";

const LIMITS = { initializeMs: 20_000, shutdownMs: 200 };
/** Answers when it is up, and stays. */
const SOUND = "console.log('up'); setInterval(() => {}, 1000)";
/** Never answers. */
const MUTE = "setInterval(() => {}, 1000)";
const DYING = "process.exit(3)";
/** Answers and stays even when its input ends and it is asked to go. */
const STUBBORN = "process.on('SIGTERM', () => {}); " + SOUND;

/** Real processes, in place of the language client only a line on standard output that says that it is up. */
class Rig {
  readonly states: ConnectionState[] = [];
  readonly pids: number[] = [];
  readonly life: Life<Command>;
  failure: Refusal | undefined;
  preparing: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  starting = (child: ChildProcess): Promise<void> => new Promise((up) => child.stdout?.once("data", () => up()));
  readonly suspicions: boolean[] = [];

  constructor(test: TestContext, public script: string, limits = LIMITS) {
    this.life = new Life<Command>({
      prepare: async (signal, suspicious) => {
        this.suspicions.push(suspicious);
        await this.preparing(signal);
        return { program: process.execPath, args: ["-e", this.script], cwd: process.cwd(), env: process.env };
      },
      open: (command, signal) => open(command, (server) => this.#client(server), signal, limits),
      become: (state, failure) => void (this.states.push(state), (this.failure = failure)),
      died: () => undefined,
      patience: () => (this.pids.length < 5 ? 1 : undefined),
    });
    test.after(() => this.life.close());
  }

  get state(): ConnectionState | undefined {
    return this.states.at(-1);
  }

  get living(): number {
    return this.pids.filter(alive).length;
  }

  #client(server: ServerProcess): Client {
    this.pids.push(server.child.pid ?? 0);
    return {
      start: () => this.starting(server.child),
      stop: () => Promise.resolve(void server.child.stdin?.end()),
      lost: new Promise(() => undefined),
    };
  }
}

test("a server that dies is started again", async (t) => {
  const rig = new Rig(t, SOUND);
  await rig.life.restart();
  process.kill(rig.pids[0] ?? 0, "SIGKILL");
  await until(() => rig.pids.length === 2 && rig.state === "running");
});

test("after five deaths there is one sentence and then silence, and the next try looks more closely", async (t) => {
  const rig = new Rig(t, DYING);
  await rig.life.restart();
  assert.equal(rig.state, "failed");
  assert.equal(rig.pids.length, 5);
  assert.match(rig.failure?.message ?? "", /ended five times .*exit code 3/);
  rig.script = SOUND;
  await rig.life.restart();
  assert.deepEqual([rig.state, rig.suspicions], ["running", [false, true]]);
});

test("a program that does not exist counts as a death, and the sentence names it", async (t) => {
  const rig = new Rig(t, SOUND);
  const life = new Life<Command>({
    prepare: () => Promise.resolve({ program: "/no/such/python", args: [], cwd: process.cwd(), env: {} }),
    open: (command, signal) => open(command, () => assert.fail(), signal, LIMITS),
    become: (_state, failure) => void (rig.failure = failure),
    died: () => undefined,
    patience: () => undefined,
  });
  await life.restart();
  assert.match(rig.failure?.message ?? "", /\/no\/such\/python could not be started/);
});

test("a server that dies before it answers is said to have died, whatever its client says first", async (t) => {
  const rig = new Rig(t, "process.stdout.destroy(); setTimeout(() => process.exit(7), 50)");
  rig.starting = (child) => new Promise((_resolve, reject) => child.stdout?.once("close", () => reject(new Error("lost"))));
  await rig.life.restart();
  assert.match(rig.failure?.message ?? "", /exit code 7/);
});

test("a server that hangs before it answers is given up, and no process is left", async (t) => {
  const rig = new Rig(t, MUTE, { initializeMs: 50, shutdownMs: 50 });
  await rig.life.restart();
  assert.match(rig.failure?.message ?? "", /no answer within/);
  assert.equal(rig.living, 0);
});

test("a restart while one starts ends that one; many at once end in one server", async (t) => {
  const rig = new Rig(t, MUTE);
  void rig.life.restart();
  await until(() => rig.pids.length === 1);
  rig.script = SOUND;
  await Promise.all([rig.life.restart(), rig.life.restart(), rig.life.restart()]);
  await until(() => rig.living === 1);
  assert.equal(rig.state, "running");
});

test("closing while it starts leaves no process, and nothing starts afterwards", async (t) => {
  const rig = new Rig(t, MUTE);
  const started = rig.life.restart();
  await until(() => rig.pids.length === 1);
  await rig.life.close();
  await started;
  await rig.life.restart();
  assert.deepEqual([rig.living, rig.pids.length, rig.state], [0, 1, "stopped"]);
});

test("closing while the environment is made stops that", async (t) => {
  const rig = new Rig(t, SOUND);
  rig.preparing = (signal) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("cancelled"))));
  const started = rig.life.restart();
  await until(() => rig.state === "preparing");
  await rig.life.close();
  await started;
  assert.deepEqual([rig.pids, rig.state, rig.failure], [[], "stopped", undefined]);
});

test("a server that won't go is killed", async (t) => {
  const rig = new Rig(t, STUBBORN);
  await rig.life.restart();
  assert.equal(rig.living, 1);
  await rig.life.close();
  assert.equal(rig.living, 0);
});
