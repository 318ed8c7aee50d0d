/** Runs a program to its end, line by line, and ends it with everything it started when told to. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { cancelled } from "./refusal";

/** A program and how it is to be run. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Never the user's project: a file there must not be taken for a module or a program. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How a program ended. */
export interface Ended {
  /** Its exit code; null when it was killed. */
  readonly code: number | null;
  /** What it printed, both streams in the order they came. */
  readonly lines: readonly string[];
}

/** Listens while a program runs. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly line?: (text: string) => void;
  readonly timeoutMs?: number;
}

/** Starts a program as the head of a group of its own, so that what it starts can be ended with it. */
export function begin(command: Command): ChildProcess {
  return spawn(command.program, [...command.args], {
    cwd: command.cwd,
    env: command.env,
    stdio: "pipe",
    detached: process.platform !== "win32",
    windowsHide: true,
  });
}

/** Runs to the end. Rejects when the program cannot be started, and with `cancelled()` when the signal says so. */
export async function run(command: Command, watch: Watch): Promise<Ended> {
  if (watch.signal.aborted) throw cancelled();
  const child = begin(command);
  child.stdin?.end();
  const stop = (): void => end(child);
  const timer = watch.timeoutMs === undefined ? undefined : setTimeout(stop, watch.timeoutMs);
  watch.signal.addEventListener("abort", stop);
  try {
    const ended = await outcome(child, watch);
    if (watch.signal.aborted) throw cancelled();
    return ended;
  } finally {
    clearTimeout(timer);
    watch.signal.removeEventListener("abort", stop);
  }
}

/** Kills a program and what it started. */
export function end(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true }).on("error", () => child.kill());
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

function outcome(child: ChildProcess, watch: Watch): Promise<Ended> {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (text) => {
      lines.push(text);
      watch.line?.(text);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, lines }));
  });
}
