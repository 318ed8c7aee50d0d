/** One window at a time makes an environment; the others wait for it, and take over when it is gone. */
import { open, readFile, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** How often the holder says that it is alive. */
const BEAT_MS = 5_000;
/** Without a sign of life for so long, the lock is nobody's. */
const STALE_MS = 30_000;
const LOOK_MS = 500;

/** Waits for the lock, runs, and gives it back. `waiting` is told once when another holds it. */
export async function alone<R>(
  file: string,
  signal: AbortSignal,
  waiting: () => void,
  task: () => Promise<R>,
): Promise<R> {
  for (let first = true; !(await take(file)); first = false) {
    if (first) waiting();
    await sleep(LOOK_MS, undefined, { signal });
  }
  const now = (): Date => new Date();
  const beat = setInterval(() => void utimes(file, now(), now()).catch(() => undefined), BEAT_MS);
  try {
    return await task();
  } finally {
    clearInterval(beat);
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (await abandoned(file)) await rm(file, { force: true });
    return false;
  }
}

async function abandoned(file: string): Promise<boolean> {
  try {
    const age = Date.now() - (await stat(file)).mtimeMs;
    const holder = Number(await readFile(file, "utf8"));
    return age > STALE_MS || (holder > 0 && !alive(holder));
  } catch {
    return false;
  }
}

/** Whether a process of this machine lives. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
