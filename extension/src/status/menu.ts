/** The menu behind the status item. Each entry is a command of its own, so that the palette has them all. */
import * as vscode from "vscode";
import { languageInFront } from "../choosing/eagerness";
import { read } from "../choosing/settings";
import type { Now } from "./now";

interface Entry extends vscode.QuickPickItem {
  readonly command?: string;
  readonly argument?: unknown;
}

/** Shows the menu and does what is chosen. `named`: the suggestion that was on screen before the menu came up. */
export async function showMenu(now: Now, named: string | undefined): Promise<void> {
  const [first = ""] = now.face.sentence.split(/(?<=\.) /);
  const entries = [...quiet(now, named), ...taste(), ...record(), ...house()];
  const chosen = await vscode.window.showQuickPick(entries, {
    title: "Tactful",
    placeHolder: first,
    matchOnDescription: true,
  });
  if (chosen?.command !== undefined) await vscode.commands.executeCommand(chosen.command, chosen.argument);
}

function quiet(now: Now, named: string | undefined): Entry[] {
  const snooze = [5, 30, 60].map((minutes) => entry("bell-slash", `Snooze ${minutes} minutes`, "tactful.snoozeFor", minutes));
  const pause = now.isPaused
    ? entry("debug-start", "Resume", "tactful.resumeSuggesting")
    : entry("debug-pause", "Pause", "tactful.pauseSuggesting", undefined, "until you resume");
  const why = named ? "Why this suggestion was shown" : "Why the last suggestion was shown or not";
  return [
    entry("question", why, "tactful.why", named),
    heading("Quiet"),
    ...(now.isSnoozed ? [entry("bell", "End snooze", "tactful.endSnooze")] : snooze),
    pause,
  ];
}

function taste(): Entry[] {
  const language = languageInFront();
  const inComments = read("request.inComments", true, vscode.window.activeTextEditor?.document);
  return [
    heading("Taste"),
    entry("settings", "Eagerness…", "tactful.chooseEagerness", undefined, read("gate.eagerness", "balanced")),
    entry("comment", inComments ? "Off in comments" : "On in comments", "tactful.toggleComments"),
    ...(language ? [entry("code", `${language.isOff ? "On" : "Off"} for ${language.id}`, "tactful.toggleLanguage")] : []),
    entry("server", "Choose model…", "tactful.chooseModel", undefined, read("model.name", "") || read("model.provider", "embedded")),
  ];
}

function record(): Entry[] {
  return [
    heading("What it learns"),
    entry("thumbsup", "The last one I took was good", "tactful.markGood"),
    entry("thumbsdown", "The last one I took was bad", "tactful.markBad"),
    entry("mortar-board", "Train now", "tactful.trainNow"),
    entry("graph", "Open report", "tactful.openReport"),
  ];
}

function house(): Entry[] {
  return [
    heading("Upkeep"),
    entry("pulse", "Health check", "tactful.checkHealth"),
    entry("output", "Show log", "tactful.showLog"),
    entry("debug-restart", "Restart server", "tactful.restartServer"),
    entry("gear", "Settings", "tactful.openSettings"),
  ];
}

function heading(label: string): Entry {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function entry(icon: string, label: string, command: string, argument?: unknown, description = ""): Entry {
  return { label: `$(${icon}) ${label}`, command, argument, description };
}
