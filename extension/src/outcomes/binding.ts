/**
 * When our keys are bound. Each change of a context key has the window look at all its keys and menus again, just when ghost text is
 * to be drawn. So the keys come at once and go late: while one types, they stay. A key that is still bound when nothing of ours is on
 * screen does what the editor's own would have done.
 */

/** Milliseconds for which our keys stay bound after the last suggestion of ours has gone. */
export const LINGER_MS = 2000;

/** What the binding needs. */
export interface Clockwork {
  /** Binds the keys, or no longer. */
  bind(bound: boolean): void;
  /** Calls after so many milliseconds; what it returns calls that off. */
  later(delayMs: number, call: () => void): () => void;
}

/** Binds the keys while they may be needed. */
export class Binding {
  #bound = false;
  #callOff: (() => void) | undefined;
  readonly #clockwork: Clockwork;

  constructor(clockwork: Clockwork) {
    this.#clockwork = clockwork;
  }

  /** One of ours has come to be believed on screen, or no longer is. */
  believe(onScreen: boolean): void {
    this.#callOff?.();
    this.#callOff = onScreen ? undefined : this.#clockwork.later(LINGER_MS, () => this.#bind(false));
    if (onScreen) this.#bind(true);
  }

  #bind(bound: boolean): void {
    if (this.#bound === bound) return;
    this.#bound = bound;
    this.#clockwork.bind(bound);
  }
}
