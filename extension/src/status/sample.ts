/** A new file with a beginning in it, to see the first suggestion without looking for a place. */
import * as vscode from "vscode";

const BEGINNING = 'def celsius(fahrenheit: float) -> float:\n    """Fahrenheit in degrees Celsius."""\n    ';

/** Opens it with the caret at the end, and asks. */
export async function openSample(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "python", content: BEGINNING });
  const end = document.positionAt(BEGINNING.length);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(end, end) });
  await vscode.commands.executeCommand("tactful.suggest");
}
