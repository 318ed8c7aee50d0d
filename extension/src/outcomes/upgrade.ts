/**
 * More text in place of the text on screen, without a blink.
 *
 * VS Code takes one finished list for a request. Asked again by hand it keeps what is on screen and takes the rest of the list in;
 * `showNext` then goes to the second item. Both questions are answered here, so that neither reaches the server or its log.
 */
import * as vscode from "vscode";
import type { Item, Longer } from "./screen";

/** Holds the two texts while the editor asks for them. */
export class Upgrade {
  #longer: Longer | undefined;
  #texts: readonly string[] = [];

  /** Shows the longer text in place of the one on screen. */
  async show(shown: Item, longer: Longer): Promise<void> {
    this.#longer = longer;
    this.#texts = [shown.text, longer.text];
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    if (this.#longer === longer) await vscode.commands.executeCommand("editor.action.inlineSuggest.showNext");
  }

  /** The next question is a person's own and goes to the server. */
  clear(): void {
    this.#longer = undefined;
  }

  /** The answer to a question that the upgrade asked; undefined where it is somebody else's. */
  answer(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
  ): vscode.InlineCompletionItem[] | undefined {
    const longer = this.#longer;
    if (longer === undefined || context.triggerKind !== vscode.InlineCompletionTriggerKind.Invoke) return undefined;
    const here = longer.uri === document.uri.toString() && longer.version === document.version;
    if (!here || longer.caret !== document.offsetAt(position)) return undefined;
    return this.#texts.map((text) => itemOf(longer.id, native(text, document), position));
  }
}

function itemOf(id: string, text: string, position: vscode.Position): vscode.InlineCompletionItem {
  const command = { title: "Accepted", command: "tactful.accept", arguments: [id] };
  return new vscode.InlineCompletionItem(text, new vscode.Range(position, position), command);
}

function native(text: string, document: vscode.TextDocument): string {
  return document.eol === vscode.EndOfLine.CRLF ? text.replace(/\n/g, "\r\n") : text;
}
