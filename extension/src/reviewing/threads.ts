/** Reviews of what was taken, as comment threads on its range. None opens by itself, and only such ranges offer one. */
import * as vscode from "vscode";
import { type Followed, rangeOf } from "../marking/following";
import type { Place } from "../marking/places";
import type { Connection } from "../server/connection";
import { chooseExpertise, Expertise } from "./expertise";
import { say, type Verdict } from "./saying";

const NOTED: Readonly<Record<Verdict, string>> = { keep: "Keep it.", rewrite: "Rewrite it.", revert: "Take it back." };
const OPTIONS: vscode.CommentOptions = {
  prompt: "What do you say of it? Words are optional.",
  placeHolder: "A word, if you like; then keep, rewrite or revert.",
};

/** Registers the commands and the ranges. */
export function registerThreads(context: vscode.ExtensionContext, connection: Connection, followed: Followed): void {
  const controller = vscode.comments.createCommentController("tactful.reviews", "Tactful");
  const threads = new Threads(controller, connection, followed, new Expertise(context.globalState));
  const commands: Record<string, (argument?: unknown) => unknown> = {
    reviewHere: (named) => threads.open(named),
    reviewKeep: (reply) => threads.judge(reply as vscode.CommentReply, "keep"),
    reviewRewrite: (reply) => threads.judge(reply as vscode.CommentReply, "rewrite"),
    reviewRevert: (reply) => threads.judge(reply as vscode.CommentReply, "revert"),
    reviewExpertise: (thread) => threads.ask(thread as vscode.CommentThread),
  };
  for (const [name, act] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`tactful.${name}`, act));
  }
  context.subscriptions.push(controller, followed.onDidChange(() => threads.offer()));
  threads.offer();
}

/** Where the editor's own command puts a thread; it counts from 1. */
function spot({ end }: vscode.Range): object {
  const [line, column] = [end.line + 1, end.character + 1];
  return { range: { startLineNumber: line, startColumn: column, endLineNumber: line, endColumn: column } };
}

/** The column in which a document is to be seen; else the one in front. */
function columnOf(document: vscode.TextDocument): vscode.ViewColumn {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  return shown?.viewColumn ?? vscode.ViewColumn.Active;
}

/** What the threads do. */
class Threads {
  #offered = "";

  constructor(
    private readonly controller: vscode.CommentController,
    private readonly connection: Connection,
    private readonly followed: Followed,
    private readonly expertise: Expertise,
  ) {
    controller.options = OPTIONS;
  }

  /** Says anew where one can comment, when that has changed: VS Code asks only once for each document. */
  offer(): void {
    const now = JSON.stringify(vscode.workspace.textDocuments.flatMap(({ uri }) => this.#in(uri).map(({ id, range }) => [id, range])));
    if (now === this.#offered) return;
    this.#offered = now;
    this.controller.commentingRangeProvider = {
      provideCommentingRanges: ({ uri }) => this.#in(uri).map(({ range }) => rangeOf(range)),
    };
  }

  /** Opens a thread at the suggestion named, or at the one at the caret, or at the last one in the document. */
  async open(named: unknown): Promise<void> {
    const place = typeof named === "string" ? this.followed.places.of(named) : this.#near();
    if (place === undefined) return void vscode.window.setStatusBarMessage("$(info) Tactful: nothing you took is here", 5000);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(place.uri));
    await vscode.window.showTextDocument(document, { viewColumn: columnOf(document) });
    // The editor's own command takes the keyboard into the thread; of ours it would not.
    const opened = vscode.commands.executeCommand("workbench.action.addComment", spot(document.validateRange(rangeOf(place.range))));
    await opened.then(undefined, () => this.#made(document.uri, place));
  }

  /** Records a verdict with what has been written. */
  async judge({ thread, text }: vscode.CommentReply, verdict: Verdict): Promise<void> {
    const id = this.#idOf(thread);
    if (id === undefined) return void vscode.window.setStatusBarMessage("$(info) Tactful: what was taken here is gone", 5000);
    const words = text.trim();
    const why = await say(this.connection, { id, verdict, source: "thread", words, expertise: this.expertise.value });
    if (why !== "") return void vscode.window.setStatusBarMessage(`$(info) Tactful: ${why}`, 5000);
    vscode.window.setStatusBarMessage(`$(check) Tactful: noted. ${NOTED[verdict]}`, 5000);
    thread.dispose();
  }

  /** Asks how well the reviewer knows the code. */
  async ask(thread: vscode.CommentThread): Promise<void> {
    await chooseExpertise(this.expertise);
    thread.label = this.#label();
  }

  #made(uri: vscode.Uri, place: Place): void {
    const thread = this.controller.createCommentThread(uri, rangeOf(place.range), []);
    thread.label = this.#label();
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
  }

  #label(): string {
    return `What Tactful suggested here${this.expertise.value && ` (you: ${this.expertise.value})`}`;
  }

  #near(): Place | undefined {
    const editor = vscode.window.activeTextEditor;
    return editor && this.followed.places.near(editor.document.uri.toString(), editor.selection.active);
  }

  #in(uri: vscode.Uri): Place[] {
    return this.followed.places.in(uri.toString());
  }

  /** Whose thread it is, also of one that was opened by the editor's own plus sign. It moves with the text. */
  #idOf(thread: vscode.CommentThread): string | undefined {
    const range = thread.range;
    return range && this.followed.places.at(thread.uri.toString(), range.end)?.id;
  }
}
