/**
 * More text in place of the text on screen, without a blink.
 *
 * VS Code takes one finished list for a request, and holds a place that has been asked about for answered. Only a provider that came
 * after that answer is asked again, and what it says replaces what is on screen in one step. So a provider is
 * registered for one answer, asked by its name, and taken away again. No request reaches the server or its log. Where the editor
 * does not know how to ask one provider by name, the text on screen stays as it is.
 */
import * as vscode from "vscode";
import type { Item, Longer } from "./screen";

/** Shows longer texts, one at a time. */
export class Upgrade {
  readonly #providerId: string;
  #texts: { readonly shown: string; readonly longer: Longer } | undefined;

  constructor(extensionId: string) {
    this.#providerId = `${extensionId}:*`;
  }

  /** Shows the longer text in place of the one on screen; `done` is called when the editor has taken it. */
  async show(shown: Item, longer: Longer, done: () => void): Promise<void> {
    this.#texts = { shown: shown.text, longer };
    const provider = new Once(longer, done);
    const registered = vscode.languages.registerInlineCompletionItemProvider({ pattern: "**" }, provider);
    try {
      const how = { providerId: this.#providerId, explicit: false };
      await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger", how);
    } catch {
      // an editor that wants other arguments: nothing is upgraded
    } finally {
      registered.dispose();
      this.#texts = undefined;
    }
  }

  /** The answer to a question that an editor asked by hand because it did not understand ours; undefined for others. */
  answer(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
  ): vscode.InlineCompletionItem[] | undefined {
    const texts = this.#texts;
    if (texts === undefined || context.triggerKind !== vscode.InlineCompletionTriggerKind.Invoke) return undefined;
    return isAt(texts.longer, document, position) ? [itemOf({ ...texts.longer, text: texts.shown }, document, position)] : undefined;
  }
}

/** Answers one question, about one place. */
class Once implements vscode.InlineCompletionItemProvider {
  readonly #longer: Longer;
  readonly #done: () => void;

  constructor(longer: Longer, done: () => void) {
    this.#longer = longer;
    this.#done = done;
  }

  provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    _context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): vscode.InlineCompletionItem[] {
    if (token.isCancellationRequested || !isAt(this.#longer, document, position)) return [];
    this.#done();
    return [itemOf(this.#longer, document, position)];
  }
}

function isAt(longer: Longer, document: vscode.TextDocument, position: vscode.Position): boolean {
  const here = longer.uri === document.uri.toString() && longer.version === document.version;
  return here && longer.caret === document.offsetAt(position);
}

function itemOf({ id, text }: Item, document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem {
  const command = { title: "Accepted", command: "tactful.accept", arguments: [id] };
  const native = document.eol === vscode.EndOfLine.CRLF ? text.replace(/\n/g, "\r\n") : text;
  return new vscode.InlineCompletionItem(native, new vscode.Range(position, position), command);
}
