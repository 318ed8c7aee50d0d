/** How well a reviewer knows the code, said once and kept: a verdict is weighed by who gives it. */
import * as vscode from "vscode";

const KEY = "tactful.expertise";

/** What was said last. */
export class Expertise {
  constructor(private readonly memory: vscode.Memento) {}

  /** A word or two; "" where nothing was said. */
  get value(): string {
    return this.memory.get(KEY, "");
  }

  /** Keeps it for all that is reviewed from now on. */
  async keep(value: string): Promise<void> {
    await this.memory.update(KEY, value);
  }
}

/** Lets the reviewer choose. */
export async function chooseExpertise(expertise: Expertise): Promise<void> {
  const choices = [
    { label: "owner", description: "I wrote this code or look after it" },
    { label: "expert", description: "I know the language and the matter well" },
    { label: "novice", description: "I am new to it" },
    { label: "nothing", description: "I would rather not say" },
  ];
  const chosen = await vscode.window.showQuickPick(choices, { title: "Tactful: how well do you know this code?" });
  if (chosen !== undefined) await expertise.keep(chosen.label === "nothing" ? "" : chosen.label);
}
