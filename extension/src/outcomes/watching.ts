/** The editor's events, as the screen's state machine takes them. */
import * as vscode from "vscode";
import type { Connection } from "../server/connection";
import { Binding } from "./binding";
import { Screen } from "./screen";
import type { Upgrade } from "./upgrade";

/** The context key that our keys are bound under: true while one of ours is believed on screen, and a little longer. */
export const ON_SCREEN = "tactful.onScreen";

/** Makes the screen and feeds it until the extension ends. */
export function watch(context: vscode.ExtensionContext, connection: Connection, upgrade: Upgrade): Screen {
  const binding = new Binding({
    bind: (bound) => void vscode.commands.executeCommand("setContext", ON_SCREEN, bound),
    later,
  });
  const screen = new Screen({
    now: () => performance.now(),
    later,
    view: () => viewOf(vscode.window.activeTextEditor),
    tell: (method, params) => connection.notify(method, params),
    believe: (onScreen) => binding.believe(onScreen),
    replace: (shown, longer, done) => void upgrade.show(shown, longer, done),
  });
  context.subscriptions.push(...listeners(screen, connection));
  return screen;
}

function later(delayMs: number, call: () => void): () => void {
  const timer = setTimeout(call, delayMs);
  return () => clearTimeout(timer);
}

function listeners(screen: Screen, connection: Connection): vscode.Disposable[] {
  return [
    vscode.workspace.onDidChangeTextDocument((event) => changed(screen, event)),
    vscode.window.onDidChangeTextEditorSelection((event) => selected(screen, event)),
    vscode.window.onDidChangeActiveTextEditor((editor) => screen.left(editor?.document.uri.toString())),
    vscode.window.onDidChangeWindowState((state) => (state.focused ? undefined : screen.left())),
    connection.onDidChangeState((state) => (state === "running" ? undefined : screen.forget())),
    connection.onNotification<Growing>("tactful/partialCompletion", (growing) => grown(screen, growing)),
  ];
}

/** What `tactful/partialCompletion` brings. */
interface Growing {
  readonly id: string;
  readonly uri: string;
  readonly version: number;
  readonly position: { readonly line: number; readonly character: number };
  readonly text: string;
  readonly done: boolean;
}

function changed(screen: Screen, event: vscode.TextDocumentChangeEvent): void {
  const changes = event.contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
    offset: rangeOffset,
    length: rangeLength,
    text,
  }));
  screen.changed(event.document.uri.toString(), event.document.version, changes, event.reason !== undefined);
}

function selected(screen: Screen, event: vscode.TextEditorSelectionChangeEvent): void {
  if (event.textEditor !== vscode.window.activeTextEditor) return;
  screen.moved(event.textEditor.document.uri.toString(), caretOf(event.textEditor));
}

function grown(screen: Screen, growing: Growing): void {
  const editor = vscode.window.activeTextEditor;
  if (!growing.done || editor === undefined || !isOf(editor.document, growing.uri)) return;
  const caret = editor.document.offsetAt(new vscode.Position(growing.position.line, growing.position.character));
  screen.grown({ ...growing, uri: editor.document.uri.toString(), caret });
}

function isOf(document: vscode.TextDocument, uri: string): boolean {
  return document.uri.toString() === vscode.Uri.parse(uri).toString();
}

function viewOf(editor: vscode.TextEditor | undefined): { uri: string; version: number; caret: number } | undefined {
  const caret = editor && caretOf(editor);
  if (editor === undefined || caret === undefined) return undefined;
  return { uri: editor.document.uri.toString(), version: editor.document.version, caret };
}

/** The first caret's offset; undefined where text is selected. */
function caretOf(editor: vscode.TextEditor): number | undefined {
  return editor.selection.isEmpty ? editor.document.offsetAt(editor.selection.active) : undefined;
}
