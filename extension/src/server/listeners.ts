/** Who listens to which notification, whichever process it comes from. */
import type { Disposable } from "vscode";

type Listener = (params: unknown) => void;

/** Something that notifications come from. */
export interface Source {
  onNotification(method: string, handler: Listener): unknown;
}

/** Listeners that outlive the client they are attached to. */
export class Listeners {
  readonly #by = new Map<string, Set<Listener>>();
  readonly #attached = new WeakMap<Source, Set<string>>();

  /** Adds one; a source that is attached already has to be attached again. */
  add(method: string, listener: Listener): Disposable {
    const listeners = this.#by.get(method) ?? new Set<Listener>();
    this.#by.set(method, listeners.add(listener));
    return { dispose: () => void listeners.delete(listener) };
  }

  /** Passes on what the source says; methods that are passed on already stay as they are. */
  attach(source: Source): void {
    const done = this.#attached.get(source) ?? new Set<string>();
    this.#attached.set(source, done);
    for (const [method, listeners] of this.#by) {
      if (done.has(method)) continue;
      done.add(method);
      source.onNotification(method, (params) => [...listeners].forEach((listener) => listener(params)));
    }
  }
}
