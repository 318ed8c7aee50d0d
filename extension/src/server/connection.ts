/** What the rest of the extension knows of the server: a connection that outlives the process at its other end. */
import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import type { Command } from "../runtime/process";
import { sentence, type Refusal } from "../runtime/refusal";
import { Runtime } from "../runtime/setting_up";
import type { QuietClient } from "./client";
import { complain } from "./complaint";
import { Life, type Session } from "./life";
import { Listeners } from "./listeners";
import { open } from "./opening";
import type { ServerProcess } from "./server_process";

/** Where the connection stands: `preparing` makes the environment, `stopped` is at rest, `failed` needs a person. */
export type ConnectionState = "preparing" | "starting" | "running" | "stopped" | "failed";

/** The server, however often its process is started anew. */
export interface Connection extends vscode.Disposable {
  readonly state: ConnectionState;
  readonly onDidChangeState: vscode.Event<ConnectionState>;
  /** One sentence: what happened and what to do; "" when nothing failed. */
  readonly failure: string;
  /** Rejects with a plain sentence while the server is not running. */
  request<R>(method: string, params?: object): Promise<R>;
  /** Dropped silently while the server is not running. */
  notify(method: string, params?: object): void;
  /** `workspace/executeCommand`. */
  execute(command: string, ...args: unknown[]): Promise<void>;
  /** Survives restarts. */
  onNotification<P>(method: string, listener: (params: P) => void): vscode.Disposable;
  restart(): Promise<void>;
}

/** LSP's codes for a request whose connection ended before it was answered. */
const GONE = new Set<unknown>([-32097, -32096]);

const EXCUSES: Record<ConnectionState, string> = {
  preparing: "Tactful is still being set up.",
  starting: "Tactful's server is starting; try again in a moment.",
  running: "Tactful's server did not answer; try again.",
  stopped: "Tactful's server is stopped. To start it: Tactful: Restart Server.",
  failed: "Tactful's server is not running. To start it: Tactful: Restart Server.",
};

/** Opens the connection and returns at once; the server comes up in the background. */
export function connect(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  middleware: Middleware,
): Connection {
  const link = new Link(context, log, middleware);
  void link.restart();
  return link;
}

/** A connection over one language client after another. */
class Link implements Connection {
  readonly #changed = new vscode.EventEmitter<ConnectionState>();
  readonly onDidChangeState = this.#changed.event;
  readonly #listeners = new Listeners();
  readonly #runtime: Runtime;
  readonly #life: Life<Command>;
  readonly #settings: vscode.Disposable;
  #client: QuietClient | undefined;
  state: ConnectionState = "stopped";
  failure = "";

  constructor(
    context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly middleware: Middleware,
  ) {
    this.#runtime = new Runtime(context, log);
    this.#life = new Life<Command>({
      prepare: (signal, suspicious) => this.#runtime.command(signal, suspicious),
      open: (command, signal) => this.#open(command, signal),
      become: (state, failure) => this.#become(state, failure),
      died: (how, delayMs) => log.warn(`The server ended (${how}); it is started again in ${delayMs / 1000} s.`),
    });
    this.#settings = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("tactful.server")) void this.restart();
    });
  }

  async request<R>(method: string, params?: object): Promise<R> {
    try {
      return await this.#running().sendRequest<R>(method, params ?? {});
    } catch (error) {
      throw this.#client && !GONE.has((error as { code?: unknown }).code) ? error : new Error(this.#excuse());
    }
  }

  notify(method: string, params?: object): void {
    this.#client?.sendNotification(method, params ?? {}).catch((error: unknown) => this.log.warn(sentence(error)));
  }

  async execute(command: string, ...args: unknown[]): Promise<void> {
    await this.request("workspace/executeCommand", { command, arguments: args });
  }

  onNotification<P>(method: string, listener: (params: P) => void): vscode.Disposable {
    const disposable = this.#listeners.add(method, (params) => listener(params as P));
    if (this.#client) this.#listeners.attach(this.#client);
    return disposable;
  }

  restart(): Promise<void> {
    return this.#life.restart();
  }

  /** Resolves when no process is left. */
  async dispose(): Promise<void> {
    this.#settings.dispose();
    await this.#life.close();
    await this.#runtime.close();
    this.#changed.dispose();
  }

  #running(): QuietClient {
    if (!this.#client) throw new Error(this.#excuse());
    return this.#client;
  }

  #excuse(): string {
    return this.failure || EXCUSES[this.state];
  }

  async #open(command: Command, signal: AbortSignal): Promise<Session> {
    const { QuietClient } = await import("./client.js"); // a bundle of its own: loading it takes longer than all the rest
    const clients: QuietClient[] = [];
    const clientOf = (server: ServerProcess): QuietClient => {
      const client = new QuietClient(server, this.log, this.middleware);
      this.#listeners.attach(client);
      clients.push(client);
      return client;
    };
    const session = await open(command, clientOf, signal);
    this.#client = clients[0];
    return session;
  }

  #become(state: ConnectionState, failure?: Refusal): void {
    if (state !== "running") this.#client = undefined;
    else this.#runtime.tidy().catch((error: unknown) => this.log.warn(sentence(error)));
    const changed = state !== this.state || failure !== undefined;
    this.state = state;
    this.failure = failure?.message ?? "";
    if (changed) this.#changed.fire(state);
    if (failure) void complain(failure, this.log, () => this.restart());
  }
}
