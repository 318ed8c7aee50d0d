/** A verdict on its way to the record, and what is said of it. */
import { sentence } from "../runtime/refusal";
import type { Connection } from "../server/connection";

/** The server's word for a verdict. */
export type Verdict = "keep" | "rewrite" | "revert";

/** What somebody says of a suggestion; without an id the one taken last is meant. */
export interface Said {
  readonly id?: string;
  readonly verdict: Verdict;
  readonly source: "thumbs" | "thread";
  readonly words: string;
  readonly expertise?: string;
}

/** Sends it. Gives back why it could not be recorded, as a sentence; "" where it was. */
export async function say(connection: Connection, { words, expertise = "", ...said }: Said): Promise<string> {
  const params = { ...said, ...(words && { words }), ...(expertise && { expertise }) };
  try {
    const { reviewed, why } = await connection.request<{ reviewed: string | null; why?: string }>("tactful/review", params);
    return reviewed === null ? (why ?? "No suggestion has been accepted yet.") : "";
  } catch (fault) {
    return sentence(fault);
  }
}
