/** The door handle: composes what the extension is made of. All judgement is in the server. */
import * as vscode from "vscode";
import { followTaken } from "./marking/following";
import { drawMarks, openFinding } from "./marking/marks";
import { registerKeys } from "./outcomes/keys";
import { middleware } from "./outcomes/middleware";
import type { Screen } from "./outcomes/screen";
import { Upgrade } from "./outcomes/upgrade";
import { watch } from "./outcomes/watching";
import { registerThreads } from "./reviewing/threads";
import { connect, type Connection } from "./server/connection";
import { registerCommands } from "./status/commands";
import { showItem } from "./status/item";
import { Now } from "./status/now";
import { Pages } from "./status/pages";
import { openWalkthrough, welcome } from "./status/walkthrough";

let connection: Connection | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Tactful", { log: true });
  const upgrade = new Upgrade(context.extension.id);
  const opened = connect(context, log, middleware(() => screen, upgrade));
  const screen: Screen = watch(context, opened, upgrade);
  const [now, pages] = [new Now(opened), new Pages()];
  registerKeys(context, screen);
  const [onScreen, leave] = [() => screen.onScreen, () => screen.left()];
  registerCommands(context, log, { connection: opened, now, pages, onScreen, leave });
  showItem(context, now);
  const followed = followTaken(opened);
  const finding = vscode.commands.registerCommand("tactful.showFinding", (named) => openFinding(opened, pages, followed, named));
  registerThreads(context, opened, followed);
  context.subscriptions.push(followed, drawMarks(followed), finding);
  const walkthrough = vscode.commands.registerCommand("tactful.openWalkthrough", () => openWalkthrough(context));
  const trusting = vscode.workspace.onDidGrantWorkspaceTrust(() => opened.notify("tactful/didGrantTrust"));
  context.subscriptions.push(log, opened, now, pages, walkthrough, trusting);
  connection = opened;
  void welcome(context);
}

export async function deactivate(): Promise<void> {
  await connection?.dispose();
}
