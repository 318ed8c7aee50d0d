/** Between the editor's question and the server's answer: the screen hears of both. */
import type * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import type { Ask, Item, Screen } from "./screen";
import type { Upgrade } from "./upgrade";

type Answer = vscode.InlineCompletionItem[] | vscode.InlineCompletionList | null | undefined;

/** Listens to inline completion; `screen` is asked for late, as the connection it speaks through is made with this. */
export function middleware(screen: () => Screen, upgrade: Upgrade): Middleware {
  return {
    provideInlineCompletionItems: async (document, position, context, token, next) => {
      const own = upgrade.answer(document, position, context);
      if (own !== undefined) return own;
      const ask = askOf(document, position, context);
      screen().asked(ask);
      const answer = await next(document, position, context, token);
      const isCurrent = !token.isCancellationRequested && document.version === ask.version;
      if (isCurrent) screen().answered(ask, itemIn(answer, position, context));
      return answer;
    },
  };
}

function askOf(
  document: vscode.TextDocument,
  position: vscode.Position,
  context: vscode.InlineCompletionContext,
): Ask {
  const place = { uri: document.uri.toString(), version: document.version, caret: document.offsetAt(position) };
  return { ...place, chosen: context.selectedCompletionInfo?.text };
}

/** The answer's item as the editor shows it: with the suggest widget open only one that goes on with the chosen entry. */
function itemIn(
  answer: Answer,
  position: vscode.Position,
  context: vscode.InlineCompletionContext,
): Item | undefined {
  const item = (Array.isArray(answer) ? answer : answer?.items)?.[0];
  const id: unknown = item?.command?.arguments?.[0];
  if (item === undefined || typeof id !== "string") return undefined;
  const text = typeof item.insertText === "string" ? item.insertText : item.insertText.value;
  const chosen = context.selectedCompletionInfo;
  if (chosen !== undefined && !(item.range?.isEqual(chosen.range) && text.startsWith(chosen.text))) return undefined;
  return { id, text: text.slice(item.range ? position.character - item.range.start.character : 0) };
}
