/** The walkthrough, opened by itself once and never again. */
import * as vscode from "vscode";

const SEEN = "tactful.walkthroughSeen";

/** Opens it at the very first start on this machine, unless the user wants no walkthroughs. */
export async function welcome(context: vscode.ExtensionContext): Promise<void> {
  if (context.globalState.get<boolean>(SEEN)) return;
  if (!vscode.workspace.getConfiguration("workbench").get("welcomePage.walkthroughs.openOnInstall", true)) return;
  await context.globalState.update(SEEN, true);
  await openWalkthrough(context);
}

/** Opens it. */
export async function openWalkthrough(context: vscode.ExtensionContext): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`, false);
}
