/** A server's process: started, watched, and surely ended. */
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { begin, end, type Command } from "../runtime/process";

/** A process that was started. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** Resolves when it has ended, with how, as the end of a sentence. Never rejects. */
  readonly ended: Promise<string>;
}

/** Starts it. Rejects with a sentence's end when the program cannot be started. */
export async function start(command: Command): Promise<ServerProcess> {
  const child = begin(command);
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code ?? "unknown"}`));
    child.once("error", (error) => resolve(error.message));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new Error(`${command.program} could not be started: ${error.message}`)));
  });
  return { child, ended };
}

/** Gives it the time to end by itself, then ends it. Resolves when it is gone. */
export async function finish(server: ServerProcess, patienceMs: number): Promise<void> {
  await Promise.race([server.ended, sleep(patienceMs)]);
  end(server.child);
  await server.ended;
}
