/** Choosing what serves the model: one that runs here, the embedded one, or an address. */
import * as vscode from "vscode";
import { sentence } from "../runtime/refusal";
import type { Connection } from "../server/connection";
import { addressTrouble, type Choice, EMBEDDED, type Found, keyTrouble, writes } from "./found";
import { read, writeForUser } from "./settings";

interface Offer extends vscode.QuickPickItem {
  /** What choosing it leads to; undefined when nothing was settled. */
  readonly settle?: (() => Promise<Choice | undefined>) | undefined;
}

/** Looks for running servers, lets the user choose, and writes the user's settings. */
export async function chooseModel(connection: Connection): Promise<void> {
  const offers = vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Looking for models on this machine" },
    () => find(connection),
  );
  const chosen = await vscode.window.showQuickPick(Promise.resolve(offers), {
    title: "Tactful: choose a model",
    placeHolder: "A model that runs on this machine, the embedded one, or an address",
    matchOnDescription: true,
  });
  const choice = await chosen?.settle?.();
  if (choice !== undefined) await apply(choice);
}

interface Looked {
  readonly models: readonly Found[];
  readonly looked: readonly string[];
}

async function find(connection: Connection): Promise<Offer[]> {
  const again = async (): Promise<undefined> => void (await chooseModel(connection));
  const heading = { label: "Running on this machine", kind: vscode.QuickPickItemKind.Separator };
  const running = await connection.request<Looked>("tactful/findModels").then(
    ({ models, looked }) => (models.length > 0 ? models.map(offerOf) : [noneFound(looked, again)]),
    (fault: unknown) => [{ label: "$(refresh) Could not look: try again", detail: sentence(fault), settle: again }],
  );
  return [heading, ...running, ...always()];
}

function noneFound(looked: readonly string[], again: Offer["settle"]): Offer {
  const ports = looked.map((address) => address.split(":").at(-1)).join(", ");
  const detail = `Start Ollama, llama.cpp, LM Studio or vLLM. Looked at ports ${ports}.`;
  return { label: "$(refresh) No model server found: look again", detail, settle: again };
}

function offerOf(found: Found): Offer {
  const { provider, address, name } = found;
  const description = isCurrent(found) ? `${found.label} · in use` : found.label;
  return { label: `$(server) ${name || provider}`, description, detail: address, settle: async () => ({ provider, address, name, key: "" }) };
}

function inForce(): Choice {
  const [provider, address] = [read("model.provider", "embedded"), read("model.address", "")];
  return { provider, address, name: read("model.name", ""), key: read("model.key", "") };
}

function isCurrent({ provider, address, name }: Omit<Choice, "key">): boolean {
  const current = inForce();
  return current.provider === provider && current.address === address && current.name === name;
}

function always(): Offer[] {
  return [
    { label: "Always there", kind: vscode.QuickPickItemKind.Separator },
    {
      label: "$(chip) Embedded model",
      description: isCurrent(EMBEDDED) ? "in use" : "",
      detail: "SmolLM2-135M on your processor: small, quick, private",
      settle: async () => EMBEDDED,
    },
    { label: "$(globe) An address…", detail: "A server of yours, here or elsewhere", settle: askAddress },
  ];
}

const KINDS: readonly (vscode.QuickPickItem & { provider: string })[] = [
  { provider: "openai", label: "OpenAI-compatible", detail: "vLLM, LM Studio, llama-cpp-python and most others: /v1/completions" },
  { provider: "llamacpp", label: "llama.cpp", detail: "llama-server" },
  { provider: "ollama", label: "Ollama", detail: "/api/generate" },
  { provider: "mistral", label: "Mistral", detail: "Codestral and others: /v1/fim/completions" },
];

async function askAddress(): Promise<Choice | undefined> {
  const kind = await vscode.window.showQuickPick(KINDS, { title: "Tactful: what kind of server?", ignoreFocusOut: true });
  if (kind === undefined) return undefined;
  const address = await ask("Address of the server", "http://127.0.0.1:8080", addressTrouble);
  if (address === undefined) return undefined;
  const name = await ask("Name of the model, as the server knows it (empty where it serves only one)", "qwen2.5-coder:1.5b");
  if (name === undefined) return undefined;
  const key = await ask("Where is the key? env:NAME or keyring:SERVICE/USER; empty for none", "env:MY_KEY", keyTrouble);
  return key === undefined ? undefined : { provider: kind.provider, address, name, key };
}

async function ask(
  prompt: string,
  placeHolder: string,
  trouble: (typed: string) => string | undefined = () => undefined,
): Promise<string | undefined> {
  const title = "Tactful: a server of yours";
  const typed = await vscode.window.showInputBox({
    title,
    prompt,
    placeHolder,
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" ? null : (trouble(text.trim()) ?? null)),
  });
  return typed === undefined || (trouble === addressTrouble && typed === "") ? undefined : typed.trim();
}

async function tellOverruled(): Promise<void> {
  const [said, change] = ["Tactful: this workspace's own settings name another model, which stays in use here.", "Change Them"];
  if ((await vscode.window.showWarningMessage(said, change)) === change) {
    await vscode.commands.executeCommand("workbench.action.openWorkspaceSettings", { query: "tactful.model" });
  }
}

/** Writes what differs. What a workspace says goes first there, and is not written over. */
async function apply(choice: Choice): Promise<void> {
  for (const [name, value] of writes(inForce(), choice)) {
    await writeForUser(`model.${name}`, value === "" ? undefined : value);
  }
  if (!isCurrent(choice)) return tellOverruled();
  vscode.window.setStatusBarMessage(`$(check) Tactful: ${choice.name || choice.address || "the embedded model"} from now on`, 5000);
}
