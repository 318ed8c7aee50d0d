/** Asks the Python extensions, where they are installed, which Python the user works with. */
import * as vscode from "vscode";

/** The part of the Python Environments extension that is used. */
interface PythonEnvironments {
  getEnvironment?(scope: undefined): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
}

/** The part of the Python extension that is used. */
interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(): { path: string };
    resolveEnvironment(of: { path: string }): Promise<{ executable?: { uri?: vscode.Uri } } | undefined>;
  };
}

const PATIENCE_MS = 5_000;

/** Paths of Pythons, the likeliest first. A workspace that is not trusted is not asked: its Python could be anything. */
export async function known(): Promise<string[]> {
  if (!vscode.workspace.isTrusted) return [];
  const answers = [ask("ms-python.vscode-python-envs", environments), ask("ms-python.python", python)];
  return (await Promise.all(answers)).filter((path): path is string => path !== undefined && path !== "");
}

async function ask<A>(id: string, question: (api: A) => Promise<string | undefined>): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<A>(id);
  if (!extension) return undefined;
  try {
    return await Promise.race([Promise.resolve(extension.activate()).then(question), tooLong()]);
  } catch {
    return undefined;
  }
}

async function environments(api: PythonEnvironments): Promise<string | undefined> {
  return (await api.getEnvironment?.(undefined))?.execInfo?.run?.executable;
}

async function python(api: PythonExtension): Promise<string | undefined> {
  const active = api.environments?.getActiveEnvironmentPath();
  if (!active) return undefined;
  return (await api.environments?.resolveEnvironment(active))?.executable?.uri?.fsPath;
}

function tooLong(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, undefined));
}
