/** The language client of one server process. It starts nothing anew and shows nothing by itself: `life.ts` does. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  State,
  type LanguageClientOptions,
  type Middleware,
} from "vscode-languageclient/node";
import { type Level, logLine } from "./log_lines";
import type { Client } from "./opening";
import type { ServerProcess } from "./server_process";
import { written } from "./settings";

/** What this client tells, so that the server need not infer it. */
const ABOUT_US = { partialCompletion: true, status: true, marks: true, tells: ["shown", "partially_accepted"] };

/** What notifications are handed to; by method. */
export type Hear = (method: string, params: unknown) => void;

/** A client that logs where the library's own would open a popup. */
export class QuietClient extends LanguageClient implements Client {
  readonly lost: Promise<void>;

  constructor(server: ServerProcess, log: vscode.LogOutputChannel, middleware: Middleware) {
    const process = { process: server.child, detached: true };
    super("tactful", "Tactful", () => Promise.resolve(process), options(log, middleware));
    this.lost = new Promise((resolve) => {
      this.onDidChangeState(({ oldState, newState }) => {
        if (oldState === State.Running && newState === State.Stopped) resolve();
      });
    });
  }

  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

function options(log: vscode.LogOutputChannel, middleware: Middleware): LanguageClientOptions {
  return {
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-notebook-cell" }],
    outputChannel: log,
    middleware: { ...middleware, workspace: { ...middleware.workspace, ...settingsOfOurs } },
    synchronize: { configurationSection: "tactful" },
    initializationOptions: () => ({ settings: written(), client: { ...ABOUT_US, trusted: vscode.workspace.isTrusted } }),
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true, message: "The server's connection is closed." }),
    },
    stdioOptions: { stdout: lines(log), stderr: lines(log) },
  };
}

/** Settings for the file being edited, without the extension's own, however they are asked for. */
const settingsOfOurs: NonNullable<Middleware["workspace"]> = {
  configuration: (params, token, next) => {
    const scopes = params.items.map(({ scopeUri }) => (scopeUri ? vscode.Uri.parse(scopeUri) : undefined));
    const ours = params.items.every(({ section }) => section === "tactful");
    return ours ? scopes.map((scope) => written(scope)) : next(params, token);
  },
  didChangeConfiguration: (_sections, next) => next(undefined),
};

/** Writes each line to the log; what comes before the first line of the server's own is a warning, as from Python. */
function lines(log: vscode.LogOutputChannel): (input: Readable) => void {
  return (input) => {
    let level: Level = "warn";
    createInterface({ input }).on("line", (written) => {
      const line = logLine(written, level);
      level = line.level;
      log[level](line.text);
    });
  };
}
