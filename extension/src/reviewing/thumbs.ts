/** Good or bad, and a word if one likes: what a person says of the suggestion taken last. */
import * as vscode from "vscode";
import type { Connection } from "../server/connection";
import { say, type Verdict } from "./saying";

/** Asks for a word, which may be empty, and records the verdict. */
export async function review(connection: Connection, verdict: Exclude<Verdict, "rewrite">): Promise<void> {
  const good = verdict === "keep";
  const words = await vscode.window.showInputBox({
    title: `Tactful: the last accepted suggestion was ${good ? "good" : "bad"}`,
    prompt: "A word on it, if you like.",
    placeHolder: good ? "just what I meant" : "wrong variable",
  });
  if (words === undefined) return;
  const why = await say(connection, { verdict, source: "thumbs", words: words.trim() });
  const noted = good ? "$(thumbsup) Tactful: noted as good" : "$(thumbsdown) Tactful: noted as bad";
  vscode.window.setStatusBarMessage(why ? `$(info) Tactful: ${why}` : noted, 5000);
}
