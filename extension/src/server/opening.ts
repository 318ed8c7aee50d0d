/** Starts a server and speaks with it until it answers; everything that waits here waits for a bounded time. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "../runtime/process";
import type { Session } from "./life";
import { finish, start, type ServerProcess } from "./server_process";

/** The part of a language client that is used. */
export interface Client {
  start(): Promise<void>;
  stop(timeoutMs: number): Promise<void>;
  /** Resolves when it has lost its server. */
  readonly lost: Promise<void>;
}

/** How long things may take. */
export interface Limits {
  /** From the process' start to its answer to `initialize`. */
  readonly initializeMs: number;
  /** For `shutdown`, and as long again for the process to end. */
  readonly shutdownMs: number;
}

/** A cold start on a slow disk takes some ten seconds; VS Code waits five for an extension to deactivate. */
export const LIMITS: Limits = { initializeMs: 45_000, shutdownMs: 1_500 };

/** A client loses its connection a moment before the process is known to have ended; how it ended is the better word. */
const LAST_WORD_MS = 250;

/** Rejects, with no process left behind, when the server does not come up; its message is a sentence's end. */
export async function open(
  command: Command,
  clientOf: (server: ServerProcess) => Client,
  signal: AbortSignal,
  limits: Limits = LIMITS,
): Promise<Session> {
  const server = await start(command);
  try {
    const client = clientOf(server);
    await answered(client, server, signal, limits);
    void client.lost.then(() => finish(server, limits.shutdownMs));
    return { ended: server.ended, close: () => close(client, server, limits) };
  } catch (error) {
    const how = await Promise.race([server.ended, sleep(LAST_WORD_MS, "")]);
    await finish(server, 0);
    throw how ? new Error(how) : error;
  }
}

async function answered(client: Client, server: ServerProcess, signal: AbortSignal, limits: Limits): Promise<void> {
  const waiting = new AbortController();
  const fail = (how: string): never => {
    throw new Error(how);
  };
  const late = sleep(limits.initializeMs, undefined, { signal: waiting.signal });
  const seconds = Math.round(limits.initializeMs / 1000);
  const started = client.start();
  started.catch(() => undefined);
  try {
    await Promise.race([
      started,
      server.ended.then((how) => fail(how)),
      late.then(() => fail(`no answer within ${seconds} s`), () => new Promise<never>(() => undefined)),
      aborted(signal, waiting.signal).then(() => fail("stopped")),
    ]);
  } finally {
    waiting.abort();
  }
}

async function close(client: Client, server: ServerProcess, limits: Limits): Promise<void> {
  await Promise.race([client.stop(limits.shutdownMs).catch(() => undefined), sleep(limits.shutdownMs)]);
  await finish(server, limits.shutdownMs);
}

/** Resolves when told to stop; forgets about it when nobody waits any more. */
function aborted(signal: AbortSignal, until: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { signal: until }));
}
