/** Every command of the palette but the keys': one line each. */
import * as vscode from "vscode";
import { chooseEagerness, toggleComments, toggleLanguage } from "../choosing/eagerness";
import { chooseModel } from "../choosing/models";
import { review } from "../reviewing/thumbs";
import { type Asking, openCard, openHealth, openReport, train } from "./asking";
import { showMenu } from "./menu";
import { openSample } from "./sample";

/** Registers them. */
export function registerCommands(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, asking: Asking): void {
  const { connection, now, onScreen } = asking;
  const commands: Record<string, (argument?: unknown) => unknown> = {
    showMenu: () => openMenu(asking),
    why: (named) => openCard(asking, typeof named === "string" ? named : onScreen()),
    snoozeFor: (minutes) => snooze(asking, minutes),
    endSnooze: () => now.snooze(0),
    pauseSuggesting: () => now.pause(true),
    resumeSuggesting: () => now.pause(false),
    openSample: () => openSample(connection, onScreen),
    chooseEagerness,
    toggleComments,
    toggleLanguage,
    chooseModel: () => chooseModel(connection),
    markGood: () => review(connection, "keep"),
    markBad: () => review(connection, "revert"),
    trainNow: () => train(asking),
    openReport: () => openReport(asking),
    checkHealth: () => openHealth(asking),
    showLog: () => log.show(),
    restartServer: () => connection.restart(),
    openSettings: () => vscode.commands.executeCommand("workbench.action.openSettings", "@ext:tactful.tactful"),
  };
  for (const [name, act] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`tactful.${name}`, act));
  }
}

/** The menu takes the keyboard, and with it the ghost text: what was on screen is asked about by its name. */
async function openMenu({ now, onScreen, leave }: Asking): Promise<void> {
  const named = onScreen();
  leave();
  void now.refresh();
  await showMenu(now, named);
}

/** Snoozes for the minutes given, or for those the user chooses. */
async function snooze({ now }: Asking, given: unknown): Promise<void> {
  const choices = [5, 30, 60].map((minutes) => ({ label: `${minutes} minutes`, minutes }));
  const minutes =
    typeof given === "number" ? given : (await vscode.window.showQuickPick(choices, { title: "Tactful: quiet for how long?" }))?.minutes;
  if (minutes !== undefined) await now.snooze(minutes);
}
