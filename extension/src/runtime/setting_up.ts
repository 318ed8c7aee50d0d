/** Sees to it that the server has a Python to run in, and shows what is being done about it. */
import * as path from "node:path";
import * as vscode from "vscode";
import { condemn, existing, leave, removeOthers, use, type Environment } from "./environments";
import { make, order, type Made, type Order } from "./making";
import { known } from "./neighbours";
import { run, type Command } from "./process";
import { NO_EMBEDDED, type Progress } from "./steps";
import { cleaned } from "./variables";

const SERVER = ["-P", "-m", "tactful_server", "serve"];

/** The environment of this window, and the command that starts the server in it. */
export class Runtime {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  #environment: Environment | undefined;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  /** How to start the server; makes its environment first where that is missing. Rejects with a Refusal. */
  async command(signal: AbortSignal, suspicious: boolean): Promise<Command> {
    const cwd = this.#context.globalStorageUri.fsPath;
    await vscode.workspace.fs.createDirectory(this.#context.globalStorageUri);
    const settings = vscode.workspace.getConfiguration("tactful.server");
    const [program, ...args] = settings.get<string[]>("command", []);
    if (program) return { program, args, cwd, env: process.env };
    const python = await this.#python(settings.get("python", "").trim(), signal, suspicious);
    return { program: python, args: SERVER, cwd, env: cleaned(process.env) };
  }

  /** The server runs: environments of former versions are not needed any more. */
  async tidy(): Promise<void> {
    if (this.#environment) await removeOthers(this.#root(), this.#environment);
  }

  /** The window closes. */
  async close(): Promise<void> {
    if (this.#environment) await leave(this.#environment);
  }

  async #python(named: string, signal: AbortSignal, suspicious: boolean): Promise<string> {
    const bundle = path.join(this.#context.extensionPath, "bundled");
    const search = { named, known, platform: process.platform, cwd: this.#context.globalStorageUri.fsPath };
    const what = await order(this.#root(), bundle, search);
    const found = await existing(what.root, what.bundle, named);
    if (found && suspicious && !(await this.#works(found, signal))) await condemn(found);
    this.#environment = (await existing(what.root, what.bundle, named)) ?? (await this.#make(what, signal));
    await use(this.#environment);
    return this.#environment.python;
  }

  async #works(environment: Environment, signal: AbortSignal): Promise<boolean> {
    const args = ["-P", "-c", "import tactful_server.lsp"];
    const command = { program: environment.python, args, cwd: environment.folder, env: cleaned(process.env) };
    const line = (text: string): void => this.#log.warn(text);
    return run(command, { signal, line }).then(({ code }) => code === 0, () => false);
  }

  async #make(what: Order, signal: AbortSignal): Promise<Environment> {
    const begun = Date.now();
    const { environment, notes } = await withNotification(signal, this.#log, (progress, either) =>
      make(what, progress, either),
    );
    this.#log.info(`The environment is ready after ${Math.round((Date.now() - begun) / 1000)} s: ${environment.folder}`);
    for (const note of notes) void this.#tell(note);
    return environment;
  }

  async #tell(note: string): Promise<void> {
    this.#log.warn(note);
    const buttons = note === NO_EMBEDDED ? ["Choose Model", "Show Log"] : ["Show Log"];
    const chosen = await vscode.window.showWarningMessage(note, ...buttons);
    if (chosen === "Show Log") this.#log.show();
    if (chosen === "Choose Model") await vscode.commands.executeCommand("tactful.chooseModel");
  }

  #root(): string {
    return path.join(this.#context.globalStorageUri.fsPath, "environments");
  }
}

type Task = (progress: Progress, either: AbortSignal) => Promise<Made>;

/** Runs a task under a notification with a Cancel of its own; ended by that as well as by the signal. */
function withNotification(signal: AbortSignal, log: vscode.LogOutputChannel, task: Task): Promise<Made> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: "Setting up Tactful, once",
    cancellable: true,
  };
  const shown = vscode.window.withProgress(options, (report, token) => {
    const person = new AbortController();
    token.onCancellationRequested(() => person.abort());
    return task(reporter(report, log), AbortSignal.any([signal, person.signal]));
  });
  return Promise.resolve(shown);
}

function reporter(report: vscode.Progress<{ message?: string; increment?: number }>, log: vscode.LogOutputChannel): Progress {
  let current = "";
  return {
    step: (name, share) => {
      current = name;
      log.info(name);
      report.report({ message: name, increment: share });
    },
    part: (name, share) => report.report({ message: `${current}: ${name}`, increment: share }),
    line: (text) => log.debug(text),
  };
}

