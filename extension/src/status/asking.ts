/** What the menu asks of the server and shows: why, the report, the health check, a training. */
import * as vscode from "vscode";
import { sentence } from "../runtime/refusal";
import type { Connection } from "../server/connection";
import { card, type Explained } from "./card";
import type { Now } from "./now";
import type { Pages } from "./pages";

/** What the questions need. */
export interface Asking {
  readonly connection: Connection;
  readonly now: Now;
  readonly pages: Pages;
  /** Id of the suggestion on screen. */
  readonly onScreen: () => string | undefined;
  /** The keyboard leaves the editor, and with it the ghost text. */
  readonly leave: () => void;
}

/** Why the suggestion on screen, or else the last request, went as it did: a page beside the code. */
export async function openCard({ connection, pages }: Asking, named?: string): Promise<void> {
  const told = await answered(connection.request<Explained>("tactful/explain", named === undefined ? {} : { id: named }));
  if (told !== undefined) await pages.open("Why", card(told), true);
}

/** What was shown, taken and spared. */
export async function openReport({ connection, pages }: Asking): Promise<void> {
  const told = await waiting("making the report", connection.request<Told>("tactful/report"));
  if (told !== undefined) await pages.open("Report", told.text);
}

/** Whether this machine, the log, the gate and the model are well. */
export async function openHealth({ connection, pages }: Asking): Promise<void> {
  const told = await waiting("checking", connection.request<Told>("tactful/doctor"));
  if (told !== undefined) await pages.open("Health check", told.text);
}

/** Trains a gate on the record; says in one sentence what came of it. */
export async function train({ connection, now }: Asking): Promise<void> {
  const told = await waiting("training a gate on your record", connection.request<Trained>("tactful/train"));
  await now.refresh();
  if (told === undefined) return;
  void vscode.window.showInformationMessage(`Tactful: ${told.failed ?? told.reason ?? "trained."}`);
}

interface Told {
  readonly text: string;
}

interface Trained {
  readonly promoted?: boolean;
  readonly reason?: string;
  readonly failed?: string;
}

function waiting<T>(what: string, asked: Promise<T>): Promise<T | undefined> {
  const options = { location: vscode.ProgressLocation.Window, title: `Tactful: ${what}` };
  return Promise.resolve(vscode.window.withProgress(options, () => answered(asked)));
}

/** The answer; a fault is told in one sentence, as the user is waiting for it. */
async function answered<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (fault) {
    void vscode.window.showWarningMessage(`Tactful: ${sentence(fault)}`);
    return undefined;
  }
}
