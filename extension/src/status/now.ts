/** How everything stands at this moment, put together from the connection and what the server tells. */
import * as vscode from "vscode";
import type { Connection } from "../server/connection";
import type { Report } from "./report";
import { face, type Face } from "./words";

/** Keeps the newest report; snooze and pause are told again to a server that was started anew. */
export class Now implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #connection: Connection;
  readonly #listening: vscode.Disposable[];
  #report: Report | undefined;
  #paused = false;
  #snoozedUntil = 0;

  /** Fires when anything of this has changed. */
  readonly onDidChange = this.#changed.event;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#listening = [
      connection.onNotification<Report>("tactful/didChangeStatus", (report) => this.#take(report)),
      connection.onDidChangeState(() => void this.#connected()),
    ];
    void this.#connected();
  }

  /** The server's newest report; undefined while it does not run. */
  get report(): Report | undefined {
    return this.#connection.state === "running" ? this.#report : undefined;
  }

  /** All of it in words. */
  get face(): Face {
    return face(this.#connection.state, this.#connection.failure, this.report, clock(this.#snoozedUntil));
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  get isSnoozed(): boolean {
    return this.#snoozedUntil > Date.now();
  }

  /** Quiet until told otherwise, or no longer. */
  async pause(paused: boolean): Promise<void> {
    this.#paused = paused;
    if (!paused) this.#snoozedUntil = 0;
    await this.#say(paused ? "tactful.pause" : "tactful.resume");
  }

  /** Quiet for so many minutes; 0 ends it. */
  async snooze(minutes: number): Promise<void> {
    this.#snoozedUntil = minutes > 0 ? Date.now() + minutes * 60_000 : 0;
    await this.#say("tactful.snooze", minutes);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#listening, this.#changed).dispose();
  }

  async #connected(): Promise<void> {
    this.#report = undefined;
    this.#changed.fire();
    if (this.#connection.state !== "running") return;
    if (this.#paused) await this.#say("tactful.pause");
    if (this.isSnoozed) await this.#say("tactful.snooze", (this.#snoozedUntil - Date.now()) / 60_000);
    await this.refresh();
  }

  /** Asks how everything stands. */
  async refresh(): Promise<void> {
    const report = await this.#connection.request<Report>("tactful/status").catch(() => undefined);
    if (report !== undefined) this.#take(report);
  }

  /** Says a command to the server; while it does not run, it is said when it does. */
  async #say(command: string, ...args: unknown[]): Promise<void> {
    this.#changed.fire();
    if (this.#connection.state !== "running") return;
    await this.#connection.execute(command, ...args).catch(() => undefined);
  }

  #take(report: Report): void {
    this.#report = report;
    if (report.state === "snoozed") this.#snoozedUntil = Date.now() + report.snoozedS * 1000;
    this.#changed.fire();
  }
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}
