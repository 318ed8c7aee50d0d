/** From what the extension carries to an environment that works: the steps in their order, under a lock. */
import { mkdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { bundled, type Bundle } from "./bundle";
import { existing, nameOf, settle, workshop, type Environment } from "./environments";
import { find, type Search } from "./finding";
import { alone } from "./lock";
import { cancelled } from "./refusal";
import { checkIt, installEmbedded, installRuntime, installTactful, makeEmpty, type Progress, type Work } from "./steps";

/** What an environment is made for and from. */
export interface Order {
  /** Where environments are kept. */
  readonly root: string;
  readonly bundle: Bundle;
  readonly search: Search;
}

/** An environment, and what the person should know of it. */
export interface Made {
  readonly environment: Environment;
  /** Sentences about what does not stop Tactful: no embedded model here, a library is missing. */
  readonly notes: readonly string[];
}

/** Reads what the extension carries, for an order. */
export async function order(root: string, folder: string, search: Search): Promise<Order> {
  return { root, bundle: await bundled(folder), search };
}

/** Makes one, or waits for the window that is making it. Rejects with a Refusal; leaves nothing half-made. */
export async function make(what: Order, progress: Progress, signal: AbortSignal): Promise<Made> {
  await mkdir(what.root, { recursive: true });
  const waiting = (): void => progress.step("Waiting for another window that sets Tactful up", 0);
  try {
    return await alone(path.join(what.root, "lock"), signal, waiting, () => locked(what, progress, signal));
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  }
}

async function locked(what: Order, progress: Progress, signal: AbortSignal): Promise<Made> {
  const { root, bundle, search } = what;
  const found = await existing(root, bundle, search.named);
  if (found) return { environment: found, notes: [] };
  progress.step("Looking for Python", 2);
  const python = await find(search, signal);
  const folder = await workshop(root);
  try {
    const notes = await build({ bundle, python, folder, signal, progress });
    const place = path.join(root, nameOf(bundle, python, search.named));
    const label = { fingerprint: bundle.fingerprint, named: search.named, version: python.version };
    await settle(folder, place, label);
    const environment = await existing(root, bundle, search.named);
    if (!environment) throw new Error(`the environment at ${place} is gone`);
    return { environment, notes };
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function build(work: Work): Promise<string[]> {
  await makeEmpty(work);
  await installRuntime(work);
  const embedded = await installEmbedded(work);
  await installTactful(work);
  return [embedded, await checkIt(work)].filter((note) => note !== "");
}
