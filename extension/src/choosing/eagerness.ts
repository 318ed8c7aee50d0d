/** How readily to suggest, and where not. */
import * as vscode from "vscode";
import { read, write } from "./settings";

interface Eagerness extends vscode.QuickPickItem {
  readonly word: string;
}

const CHOICES: readonly Eagerness[] = [
  { word: "quiet", label: "Quiet", detail: "Only what you are most likely to take; misses some that you want." },
  { word: "balanced", label: "Balanced", detail: "Holds back what you are unlikely to take; misses few that you want." },
  { word: "eager", label: "Eager", detail: "Holds back only what you are very unlikely to take." },
  { word: "always", label: "Always", detail: "Shows everything the model says." },
];

/** Lets the user choose the eagerness. */
export async function chooseEagerness(): Promise<void> {
  const current = read("gate.eagerness", "balanced");
  const items = CHOICES.map((one) => (one.word === current ? { ...one, description: "now" } : one));
  const title = "Tactful: how readily to suggest";
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: "Takes effect at once" });
  if (chosen !== undefined) await write("gate.eagerness", chosen.word);
}

/** Suggests inside comments, or no longer. */
export async function toggleComments(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  await write("request.inComments", !read("request.inComments", true, document), document);
}

/** The language of the document in front, and whether it is switched off. */
export function languageInFront(): { readonly id: string; readonly isOff: boolean } | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) return undefined;
  return { id: document.languageId, isOff: read<string[]>("request.languagesOff", [], document).includes(document.languageId) };
}

/** Suggests in the language of the document in front, or no longer. */
export async function toggleLanguage(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const language = languageInFront();
  if (document === undefined || language === undefined) return;
  const off = read<string[]>("request.languagesOff", [], document);
  const without = off.filter((id) => id !== language.id);
  await write("request.languagesOff", language.isOff ? without : [...without, language.id], document);
}
