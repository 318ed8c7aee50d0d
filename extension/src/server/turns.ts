/** One at a time, and at most one more waiting: who asks while one waits is served by that one. */
export class Turns {
  #running: Promise<void> | undefined;
  #waiting: Promise<void> | undefined;

  /** Runs the task now, or after the one that is running. Settles as the run does that serves this call. */
  take(task: () => Promise<void>): Promise<void> {
    if (this.#waiting) return this.#waiting;
    if (!this.#running) return this.#begin(task);
    const before = this.#running.catch(() => undefined);
    this.#waiting = before.then(() => {
      this.#waiting = undefined;
      return this.#begin(task);
    });
    return this.#waiting;
  }

  #begin(task: () => Promise<void>): Promise<void> {
    const run: Promise<void> = task().finally(() => {
      if (this.#running === run) this.#running = undefined;
    });
    this.#running = run;
    return run;
  }
}
