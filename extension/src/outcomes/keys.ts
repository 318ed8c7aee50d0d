/** Our own keys: the editor tells no one of Escape, nor how much a key took. */
import * as vscode from "vscode";
import type { Screen } from "./screen";

/** Registers what the keys are bound to. Their `when` demands ghost text, and one of ours believed on screen. */
export function registerKeys(context: vscode.ExtensionContext, screen: Screen): void {
  const on = (command: string, act: () => Promise<void>): void => {
    context.subscriptions.push(vscode.commands.registerCommand(command, act));
  };
  on("tactful.dismiss", async () => {
    screen.escaped();
    await vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
  });
  on("tactful.acceptNextWord", () => take(screen, "editor.action.inlineSuggest.acceptNextWord"));
  on("tactful.acceptNextLine", () => take(screen, "editor.action.inlineSuggest.acceptNextLine"));
  on("tactful.suggest", async () => {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
  });
}

async function take(screen: Screen, command: string): Promise<void> {
  screen.taking();
  try {
    await vscode.commands.executeCommand(command);
  } finally {
    screen.taken();
  }
}
