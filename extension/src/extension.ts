/** The door handle: composes what the extension is made of. All judgement is in the server. */
import * as vscode from "vscode";
import { connect, type Connection } from "./server/connection";

let connection: Connection | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Tactful", { log: true });
  connection = connect(context, log, {});
  context.subscriptions.push(log, connection);
}

export async function deactivate(): Promise<void> {
  await connection?.dispose();
}
