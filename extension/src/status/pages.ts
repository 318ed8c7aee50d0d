/** Texts to read: the report, the health check and the why-card, as documents that cannot be edited. */
import * as vscode from "vscode";

const SCHEME = "tactful";
/** By this folder VS Code knows the language that package.json gives them, and with it how they look. */
const FOLDER = "/tactful-pages";

/** Keeps the texts that have been opened. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #texts = new Map<string, string>();
  readonly onDidChange = this.#changed.event;
  /** After `onDidChange`, which VS Code looks for at this moment and never again. */
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? "This page is no longer there. Open it again from Tactful's menu.\n";
  }

  /** Opens a page under its title. `beside`: next to the editor, which keeps the keyboard. */
  async open(title: string, text: string, beside = false): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `${FOLDER}/${title}` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const viewColumn = beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const editor = await vscode.window.showTextDocument(document, { preview: true, preserveFocus: beside, viewColumn });
    editor.options = { lineNumbers: vscode.TextEditorLineNumbersStyle.Off };
  }

  dispose(): void {
    vscode.Disposable.from(this.#registered, this.#changed).dispose();
  }
}
