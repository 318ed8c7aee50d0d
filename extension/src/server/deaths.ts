/** How patient to be with a server that dies. */

const WINDOW_MS = 3 * 60_000;
const MOST = 5;
const FIRST_DELAY_MS = 1_000;

/** Remembers deaths for three minutes: each is waited for twice as long as the one before, the fifth is the last. */
export class Deaths {
  #at: number[] = [];

  /** Counts one; returns how long to wait before the next start, or undefined when it is time to stop trying. */
  count(nowMs: number): number | undefined {
    this.#at = [...this.#at.filter((at) => nowMs - at < WINDOW_MS), nowMs];
    const deaths = this.#at.length;
    return deaths < MOST ? FIRST_DELAY_MS * 2 ** (deaths - 1) : undefined;
  }
}
