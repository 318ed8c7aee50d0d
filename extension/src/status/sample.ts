/** A new file with a beginning in it, to see the first suggestion without looking for a place. */
import * as vscode from "vscode";
import type { Connection } from "../server/connection";

const BEGINNING = 'def celsius(fahrenheit: float) -> float:\n    """Fahrenheit in degrees Celsius."""\n    ';

/** Opens it with the caret at the end, and asks; where the server is still being set up, as soon as it runs. */
export async function openSample(connection: Connection): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "python", content: BEGINNING });
  const end = document.positionAt(BEGINNING.length);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(end, end) });
  if (connection.state === "running") return ask(document);
  const waiting = connection.onDidChangeState((state) => {
    if (state === "running") setTimeout(() => void ask(document), 500);
    if (state === "running" || state === "failed") waiting.dispose();
  });
}

async function ask(document: vscode.TextDocument): Promise<void> {
  const isInFront = vscode.window.activeTextEditor?.document === document;
  if (isInFront) await vscode.commands.executeCommand("tactful.suggest");
}
