/** Good or bad, and a word if one likes: what a person says of the suggestion taken last. */
import * as vscode from "vscode";
import type { Connection } from "../server/connection";

/** The server's word for a verdict. */
export type Verdict = "keep" | "revert";

/** Asks for a word, which may be empty, and records the verdict. */
export async function review(connection: Connection, verdict: Verdict): Promise<void> {
  const good = verdict === "keep";
  const words = await vscode.window.showInputBox({
    title: `Tactful: the last accepted suggestion was ${good ? "good" : "bad"}`,
    prompt: "A word on it, if you like.",
    placeHolder: good ? "just what I meant" : "wrong variable",
  });
  if (words === undefined) return;
  vscode.window.setStatusBarMessage(await said(connection, verdict, words.trim()), 5000);
}

async function said(connection: Connection, verdict: Verdict, words: string): Promise<string> {
  const params = { verdict, source: "thumbs", ...(words && { words }) };
  try {
    const { reviewed, why } = await connection.request<{ reviewed: string | null; why?: string }>("tactful/review", params);
    if (reviewed === null) return `$(info) Tactful: ${why ?? "no suggestion has been accepted yet"}`;
    return verdict === "keep" ? "$(thumbsup) Tactful: noted as good" : "$(thumbsdown) Tactful: noted as bad";
  } catch (fault) {
    return `$(warning) Tactful: ${fault instanceof Error ? fault.message : "that could not be recorded"}`;
  }
}
