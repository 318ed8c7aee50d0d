/** The door handle: starts the language server and stops it. All judgement is in the server. */
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Tactful", { log: true });
  client = new LanguageClient("tactful", "Tactful", server(), options(log));
  context.subscriptions.push(log, client);
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

/** The command that starts the server; named by a setting until the extension brings its own environment. */
function server(): ServerOptions {
  const command = vscode.workspace.getConfiguration("tactful").get<string>("server.command", "tactful");
  return { command, args: ["serve"] };
}

function options(log: vscode.LogOutputChannel): LanguageClientOptions {
  return {
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
    outputChannel: log,
    synchronize: { configurationSection: "tactful" },
  };
}
