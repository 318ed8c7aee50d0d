/** A new file with a beginning in it, to see the first suggestion without looking for a place. */
import * as vscode from "vscode";
import type { Connection } from "../server/connection";

const ASKED_AGAIN_MS = 3000;
const BEGINNING = 'def celsius(fahrenheit: float) -> float:\n    """Fahrenheit in degrees Celsius."""\n    ';

/**
 * Opens it with the caret at the end, and asks; where the server is still being set up, as soon as it runs. The first
 * answer of a model that has just been started may be lost to a moving focus: while nothing is `onScreen`, it asks again.
 */
export async function openSample(connection: Connection, onScreen: () => string | undefined): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "python", content: BEGINNING });
  const end = document.positionAt(BEGINNING.length);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(end, end) });
  const ask = (): Promise<void> => askTwice(document, onScreen);
  if (connection.state === "running") return ask();
  const waiting = connection.onDidChangeState((state) => {
    if (state === "running") setTimeout(() => void ask(), 500);
    if (state === "running" || state === "failed") waiting.dispose();
  });
}

async function askTwice(document: vscode.TextDocument, onScreen: () => string | undefined): Promise<void> {
  const isUntouched = (): boolean =>
    vscode.window.activeTextEditor?.document === document && document.getText() === BEGINNING;
  if (isUntouched()) await vscode.commands.executeCommand("tactful.suggest");
  setTimeout(() => {
    if (isUntouched() && onScreen() === undefined) void vscode.commands.executeCommand("tactful.suggest");
  }, ASKED_AGAIN_MS);
}
