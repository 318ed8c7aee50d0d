/** Tactful's own environments, in a folder of the extension: found when whole, made when missing, removed when old. */
import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { Bundle } from "./bundle";
import type { Interpreter } from "./interpreter";
import { alive } from "./lock";
import { pythonIn } from "./steps";

/** An environment that is whole. */
export interface Environment {
  readonly folder: string;
  readonly python: string;
}

/** What is written beside it, last of all. */
interface Label {
  /** Of the bundle that it was made from. */
  readonly fingerprint: string;
  /** The setting `tactful.server.python` when it was made. */
  readonly named: string;
  readonly version: string;
}

const LABEL = "tactful.json";
const USERS = "used-by";

/** One that was made from this bundle and by this setting, if there is one and its Python still exists. */
export async function existing(root: string, bundle: Bundle, named: string): Promise<Environment | undefined> {
  for (const name of await folders(root)) {
    const folder = path.join(root, name);
    const label = await read(folder);
    if (label?.fingerprint !== bundle.fingerprint || label.named !== named) continue;
    if (await exists(pythonIn(folder))) return { folder, python: pythonIn(folder) };
  }
  return undefined;
}

/** The name of the environment that this bundle and this Python make, found by this setting. */
export function nameOf(bundle: Bundle, python: Interpreter, named: string): string {
  const hash = createHash("sha256");
  const parts = [bundle.fingerprint, python.executable, python.version, python.kind, named];
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** A folder to make one in, which nobody takes for a whole one. */
export async function workshop(root: string): Promise<string> {
  await mkdir(root, { recursive: true });
  return path.join(root, `making-${process.pid}-${randomUUID().slice(0, 8)}`);
}

/** Puts a made environment into its place, in one move; where another window was faster, its one stays. */
export async function settle(made: string, folder: string, label: Label): Promise<void> {
  await repoint(made, folder);
  await writeFile(path.join(made, LABEL), JSON.stringify(label));
  if (!(await read(folder))) await rm(folder, { recursive: true, force: true });
  for (let tries = 20; ; tries -= 1) {
    try {
      return await rename(made, folder);
    } catch (error) {
      if (await read(folder)) return await rm(made, { recursive: true, force: true });
      if (tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500)); // a virus scanner still looks into it
    }
  }
}

/** Makes it unusable, so that the next start makes it anew. */
export async function condemn(environment: Environment): Promise<void> {
  await rm(path.join(environment.folder, LABEL), { force: true });
}

/** Notes that this window uses it, so that no other window removes it. */
export async function use(environment: Environment): Promise<void> {
  const users = path.join(environment.folder, USERS);
  await mkdir(users, { recursive: true });
  await writeFile(path.join(users, String(process.pid)), "");
}

/** Takes the note back, when the window closes. */
export async function leave(environment: Environment): Promise<void> {
  await rm(path.join(environment.folder, USERS, String(process.pid)), { force: true });
}

/** Removes all but this one: former versions' and half-made ones, unless a living window uses or makes them. */
export async function removeOthers(root: string, current: Environment): Promise<void> {
  for (const name of await folders(root)) {
    const folder = path.join(root, name);
    if (folder === current.folder || (await inUse(folder, name))) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function inUse(folder: string, name: string): Promise<boolean> {
  const maker = /^making-(\d+)-/.exec(name)?.[1];
  const users = maker ? [maker] : await readdir(path.join(folder, USERS)).catch(() => []);
  return users.map(Number).some(alive);
}

/** Scripts name their Python by its full path, which changes when the folder is renamed. */
async function repoint(made: string, folder: string): Promise<void> {
  if (process.platform === "win32") return; // there they are programs; `python -m tactful_server` does the same
  const scripts = path.join(made, "bin");
  for (const entry of await readdir(scripts, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(scripts, entry.name);
    const text = await readFile(file, "utf8");
    if (text.includes(made)) await writeFile(file, text.replaceAll(made, folder));
  }
}

async function folders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function read(folder: string): Promise<Label | undefined> {
  try {
    return JSON.parse(await readFile(path.join(folder, LABEL), "utf8")) as Label;
  } catch {
    return undefined;
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
