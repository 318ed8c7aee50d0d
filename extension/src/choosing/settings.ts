/** Writes Tactful's settings where the user has them. */
import * as vscode from "vscode";

/** A setting's value, for a document where that matters. */
export function read<T>(name: string, otherwise: T, document?: vscode.TextDocument): T {
  return vscode.workspace.getConfiguration("tactful", document).get<T>(name, otherwise);
}

/** Writes a setting to the workspace where it is set there already, else to the user's settings. */
export async function write(name: string, value: unknown, document?: vscode.TextDocument): Promise<void> {
  const settings = vscode.workspace.getConfiguration("tactful", document);
  const found = settings.inspect(name);
  const target =
    found?.workspaceFolderValue !== undefined
      ? vscode.ConfigurationTarget.WorkspaceFolder
      : found?.workspaceValue !== undefined
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global;
  await settings.update(name, value, target);
}

/** Writes to the user's settings, whatever a workspace says: for what carries an address. */
export async function writeForUser(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("tactful").update(name, value, vscode.ConfigurationTarget.Global);
}
