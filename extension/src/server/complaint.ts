/** The one message that says what failed, with what can be done about it as buttons. */
import * as vscode from "vscode";
import type { Refusal } from "../runtime/refusal";

const RETRY = "Try Again";
const SETTING = "Name a Python";
const LOG = "Show Log";

/** Shows it, unless the person cancelled and knows; `retry` is called when they choose so. */
export async function complain(failure: Refusal, log: vscode.LogOutputChannel, retry: () => void): Promise<void> {
  log.error(failure.message);
  if (failure.remedy === "quiet") return;
  const again = failure.remedy === "restart" ? "Restart" : RETRY;
  const buttons = failure.remedy === "python" ? [again, SETTING, LOG] : [again, LOG];
  const chosen = await vscode.window.showErrorMessage(failure.message, ...buttons);
  if (chosen === again) retry();
  if (chosen === LOG) log.show();
  if (chosen === SETTING) await vscode.commands.executeCommand("workbench.action.openSettings", "tactful.server.python");
}
