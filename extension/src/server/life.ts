/** The server's life: prepared, opened, opened again when it dies, given up when it dies too often. */
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal, sentence } from "../runtime/refusal";
import type { ConnectionState } from "./connection";
import { Deaths } from "./deaths";
import { Turns } from "./turns";

/** A server that runs. */
export interface Session {
  /** Resolves when its process has ended, with how, as the end of a sentence. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends it; resolves when the process is gone. */
  close(): Promise<void>;
}

/** What a life needs of the world. `L` is what preparing yields and opening takes. */
export interface World<L> {
  /** Makes everything ready; `suspicious` after the server died too often. */
  prepare(signal: AbortSignal, suspicious: boolean): Promise<L>;
  /** Starts a process and waits until it answers. Leaves none behind when it rejects or the signal says stop. */
  open(launch: L, signal: AbortSignal): Promise<Session>;
  /** Hears of each state. */
  become(state: ConnectionState, failure?: Refusal): void;
  /** Hears how a process ended and after how many milliseconds the next is started. */
  died(how: string, delayMs: number): void;
  /** As `Deaths.count`. */
  patience?(nowMs: number): number | undefined;
}

interface Run {
  readonly controller: AbortController;
  /** Resolves when it has ended, with no process left. */
  readonly over: Promise<void>;
}

/** One server after another. */
export class Life<L> {
  readonly #world: World<L>;
  readonly #turns = new Turns();
  #run: Run | undefined;
  #suspicious = false;
  #closed = false;

  constructor(world: World<L>) {
    this.#world = world;
  }

  /** Ends what runs or is about to, and begins anew. Resolves when the server runs or has failed. */
  restart(): Promise<void> {
    this.#run?.controller.abort();
    return this.#turns.take(async () => {
      await this.#end();
      if (!this.#closed) await this.#begin();
    });
  }

  /** Ends it for good; resolves when no process is left. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#run?.controller.abort();
    await this.#run?.over;
  }

  #begin(): Promise<void> {
    const controller = new AbortController();
    return new Promise((settled) => {
      const over = this.#live(controller.signal, settled).finally(settled);
      this.#run = { controller, over };
    });
  }

  async #live(signal: AbortSignal, settled: () => void): Promise<void> {
    try {
      this.#world.become("preparing");
      const launch = await this.#world.prepare(signal, this.#suspicious);
      this.#suspicious = false;
      await this.#again(launch, signal, settled);
    } catch (error) {
      if (!signal.aborted) return this.#world.become("failed", refusal(error));
    }
    this.#world.become("stopped");
  }

  /** Opens until told to stop. Throws when it died too often. */
  async #again(launch: L, signal: AbortSignal, settled: () => void): Promise<void> {
    const deaths = new Deaths();
    while (!signal.aborted) {
      this.#world.become("starting");
      const how = await this.#once(launch, signal, settled);
      if (signal.aborted) return;
      const delayMs = this.#world.patience ? this.#world.patience(Date.now()) : deaths.count(Date.now());
      if (delayMs === undefined) throw this.#giveUp(how);
      this.#world.died(how, delayMs);
      this.#world.become("starting");
      await sleep(delayMs, undefined, { signal });
    }
  }

  /** One process, from its start to its end; returns how it ended. */
  async #once(launch: L, signal: AbortSignal, settled: () => void): Promise<string> {
    let session: Session;
    try {
      session = await this.#world.open(launch, signal);
    } catch (error) {
      return sentence(error);
    }
    if (!signal.aborted) this.#world.become("running");
    settled();
    await Promise.race([session.ended, stopped(signal)]);
    if (signal.aborted) await session.close();
    return session.ended;
  }

  #giveUp(how: string): Refusal {
    this.#suspicious = true;
    return new Refusal(
      `Tactful's server ended five times within three minutes (the last time: ${how}) and is not started again by itself. ` +
        "The log says more.",
      "restart",
    );
  }
}

function refusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal(`Tactful could not start: ${sentence(error)}. The log says more.`);
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
