/** The one status item: an icon, a word or two, more on hovering, and the menu on a click. */
import * as vscode from "vscode";
import type { Now } from "./now";
import { inert, tally } from "./words";

/** Shows the item and keeps it true. */
export function showItem(context: vscode.ExtensionContext, now: Now): void {
  const item = vscode.window.createStatusBarItem("status", vscode.StatusBarAlignment.Right, 100);
  item.name = "Tactful";
  item.command = "tactful.showMenu";
  const offer = offering();
  const draw = (): void => {
    render(item, now);
    offer({ "tactful.paused": now.isPaused, "tactful.snoozed": now.isSnoozed });
  };
  context.subscriptions.push(item, now.onDidChange(draw));
  draw();
  item.show();
}

/** The palette offers what can be done: of pausing and resuming only one. Said only when it has changed. */
function offering(): (now: Record<string, boolean>) => void {
  const said = new Map<string, boolean>();
  return (now) => {
    for (const [key, value] of Object.entries(now)) {
      if (said.get(key) !== value) void vscode.commands.executeCommand("setContext", key, value);
      said.set(key, value);
    }
  };
}

function render(item: vscode.StatusBarItem, now: Now): void {
  const { icon, short, sentence, isTrouble } = now.face;
  item.text = `$(${icon}) Tactful${short ? `: ${short}` : ""}`;
  item.tooltip = tooltip(sentence, now);
  item.accessibilityInformation = { label: `Tactful. ${sentence}`, role: "button" };
  item.backgroundColor = isTrouble ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
}

function tooltip(sentence: string, now: Now): vscode.MarkdownString {
  const text = new vscode.MarkdownString(`**Tactful**\n\n${inert(sentence)}`);
  for (const line of lines(now)) text.appendMarkdown("\n\n").appendText(line);
  return text.appendMarkdown("\n\n_Click for the menu._");
}

function lines(now: Now): string[] {
  const report = now.report;
  if (report === undefined) return [];
  const gate = report.gate.own ? `Gate: your own (${report.gate.version})` : "Gate: none of your own yet";
  const eagerness = report.eagerness ? [`Eagerness: ${report.eagerness}`] : [];
  const model = `Model: ${report.model.key}`;
  return [model, ...eagerness, gate, tally(report.requests), ...report.problems].filter((line) => line !== "");
}
