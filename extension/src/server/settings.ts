/** The settings as the server reads them. */
import * as vscode from "vscode";

/** A tree of settings, without `tactful.`. */
export type Tree = Record<string, unknown>;

/**
 * What is set for the file that is being edited, or for the first folder. The extension's own settings are left out. In a
 * workspace that is not trusted, VS Code itself leaves out what the workspace says about restricted settings.
 */
export function written(scope: vscode.ConfigurationScope | undefined = place()): Tree {
  const { server: _own, ...tree } = vscode.workspace.getConfiguration(undefined, scope).get<Tree>("tactful", {});
  return tree;
}

function place(): vscode.Uri | undefined {
  return vscode.window.activeTextEditor?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
}
