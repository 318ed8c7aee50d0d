/** What the extension carries for its environment: Tactful's own wheel and the locks of what it requires. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { Refusal } from "./refusal";

/** The files, and what tells them from those of another version. */
export interface Bundle {
  readonly wheel: string;
  /** What Tactful cannot do without. */
  readonly runtime: string;
  /** The embedded model's runtime, which has no wheel on some platforms. */
  readonly embedded: string;
  readonly weights: string;
  /** Of the content of all of them. */
  readonly fingerprint: string;
}

/** Reads the folder that the packaging filled. Rejects with a Refusal when it did not. */
export async function bundled(folder: string): Promise<Bundle> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const wheel = names.find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Refusal("This copy of the Tactful extension carries no server; install it again.");
  const [runtime, embedded, weights] = ["runtime.txt", "embedded.txt", "weights.txt"] as const;
  const files = [wheel, runtime, embedded, weights];
  const at = (name: string): string => path.join(folder, name);
  return {
    wheel: at(wheel),
    runtime: at(runtime),
    embedded: at(embedded),
    weights: at(weights),
    fingerprint: await fingerprint(files.map(at)),
  };
}

async function fingerprint(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(path.basename(file)).update("\0").update(await readFile(file)).update("\0");
  return hash.digest("hex");
}

/** How many packages a lock names. */
export function packages(lock: string): number {
  return lock.split("\n").filter((line) => /^[\w.-]+==/.test(line)).length;
}
