/** The mark at code that was taken and broke something: a few grey words at its line's end, more on hovering. */
import * as vscode from "vscode";
import { sentence } from "../runtime/refusal";
import type { Connection } from "../server/connection";
import type { Pages } from "../status/pages";
import { type Followed, rangeOf } from "./following";
import type { Place } from "./places";

/** The page's title. */
const TITLE = "What a check found";

/** Draws the marks until the extension ends. */
export function drawMarks(followed: Followed): vscode.Disposable {
  const type = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.infoForeground"),
    after: { margin: "0 0 0 2em", color: new vscode.ThemeColor("editorCodeLens.foreground") },
  });
  const draw = (): void => vscode.window.visibleTextEditors.forEach((editor) => drawIn(editor, type, followed));
  const drawing = [followed.onDidChange(draw), vscode.window.onDidChangeVisibleTextEditors(draw)];
  return vscode.Disposable.from(type, ...drawing);
}

/** Opens what a check found: of the suggestion named, of the one at the caret, or of the last check. */
export async function openFinding(connection: Connection, pages: Pages, followed: Followed, named?: unknown): Promise<void> {
  const id = typeof named === "string" ? named : atCaret(followed)?.id;
  const told = await connection
    .request<{ text: string }>("tactful/check", id === undefined ? {} : { id })
    .catch((fault: unknown) => ({ text: `${sentence(fault)}\n` }));
  await pages.open(TITLE, told.text, true);
}

function drawIn(editor: vscode.TextEditor, type: vscode.TextEditorDecorationType, { places }: Followed): void {
  const marked = places.in(editor.document.uri.toString()).filter(({ mark }) => mark !== undefined);
  editor.setDecorations(type, marked.map((place) => decoration(editor.document, place)));
}

function decoration(document: vscode.TextDocument, place: Place): vscode.DecorationOptions {
  const range = document.validateRange(rangeOf(place.range));
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  const end = document.lineAt(last).range.end;
  const renderOptions = { after: { contentText: (place.mark ?? "").replace(/\.$/, "") } };
  return { range: new vscode.Range(range.start, end), hoverMessage: hover(place), renderOptions };
}

function hover(place: Place): vscode.MarkdownString {
  const argument = encodeURIComponent(JSON.stringify([place.id]));
  const text = new vscode.MarkdownString(undefined, true).appendText(place.mark ?? "");
  text.appendMarkdown(`\n\n[$(output) What the check found](command:tactful.showFinding?${argument})`);
  text.appendMarkdown(` &nbsp; [$(comment) Review it](command:tactful.reviewHere?${argument})`);
  text.isTrusted = { enabledCommands: ["tactful.showFinding", "tactful.reviewHere"] };
  return text;
}

function atCaret({ places }: Followed): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  const place = editor && places.at(editor.document.uri.toString(), editor.selection.active);
  return place?.mark === undefined ? undefined : place;
}
