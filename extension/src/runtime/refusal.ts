/** Why something cannot be done, in one sentence for the person: what happened, and what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    sentence: string,
    /**
     * `retry`: trying again may help. `python`: a Python has to be named or installed. `restart`: the server died too
     * often. `quiet`: the person wanted it so.
     */
    readonly remedy: "retry" | "python" | "restart" | "quiet" = "retry",
  ) {
    super(sentence);
  }
}

/** The sentence of whatever was thrown. */
export function sentence(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** What is thrown when the person cancelled, or the window is closing. */
export function cancelled(): Refusal {
  return new Refusal("Setting up Tactful was cancelled. To go on: Tactful: Restart Server.", "quiet");
}
