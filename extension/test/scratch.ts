/** A folder of its own for a test, gone afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";

/** Makes it. */
export function scratch(test: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "tactful-test-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until something is so; fails after half a minute. */
export async function until(so: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !so(); ) {
    if (Date.now() > end) throw new Error(`not so within 30 s: ${so.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
