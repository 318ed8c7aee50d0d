/** What the rest of the extension knows of the server: a connection that outlives the process at its other end. */
import * as vscode from "vscode";
import { LanguageClient, type Middleware } from "vscode-languageclient/node";

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

/** Opens the connection and returns at once; the server comes up in the background. */
export function connect(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  middleware: Middleware,
): Connection {
  return new Simple(context, log, middleware);
}

/** Starts the client once; what it does when the server dies comes with `life.ts`. */
class Simple implements Connection {
  readonly #changed = new vscode.EventEmitter<ConnectionState>();
  readonly onDidChangeState = this.#changed.event;
  readonly #client: LanguageClient;
  state: ConnectionState = "starting";
  failure = "";

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, middleware: Middleware) {
    this.#client = new LanguageClient("tactful", "Tactful", server(), options(log, middleware));
    context.subscriptions.push(this.#changed);
    void this.#start();
  }

  async request<R>(method: string, params?: object): Promise<R> {
    if (this.state !== "running") throw new Error("Tactful's server is not running.");
    return this.#client.sendRequest<R>(method, params ?? {});
  }

  notify(method: string, params?: object): void {
    if (this.state === "running") void this.#client.sendNotification(method, params ?? {});
  }

  async execute(command: string, ...args: unknown[]): Promise<void> {
    await this.request("workspace/executeCommand", { command, arguments: args });
  }

  onNotification<P>(method: string, listener: (params: P) => void): vscode.Disposable {
    return this.#client.onNotification(method, listener);
  }

  async restart(): Promise<void> {
    await this.#client.restart();
  }

  async dispose(): Promise<void> {
    await this.#client.stop();
  }

  async #start(): Promise<void> {
    await this.#client.start().then(
      () => this.#become("running"),
      () => this.#become("failed", "Tactful's server could not be started; the log says why."),
    );
  }

  #become(state: ConnectionState, failure = ""): void {
    this.state = state;
    this.failure = failure;
    this.#changed.fire(state);
  }
}

function server(): { command: string; args: string[] } {
  const words = vscode.workspace.getConfiguration("tactful").get<string[]>("server.command", []);
  const [command = "tactful", ...args] = words.length > 0 ? words : ["tactful", "serve"];
  return { command, args };
}

function options(log: vscode.LogOutputChannel, middleware: Middleware): object {
  return {
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-notebook-cell" }],
    outputChannel: log,
    middleware,
    synchronize: { configurationSection: "tactful" },
    initializationOptions: {
      client: { partialCompletion: true, status: true, tells: ["shown", "partially_accepted"] },
    },
  };
}
