/** What one change in the document means for the suggestion at the caret. Pure; the server's `following.py` is its twin. */

/** A change as the editor tells it: where, how much went, and what came. In the document's own units and line ends. */
export interface Change {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Whether a change was elsewhere, typed along, took a part or the whole, or made an end of the suggestion. */
export type Step = "elsewhere" | "along" | "part" | "whole" | "over";

/** The suggestion's place after the change. */
export interface Followed {
  readonly step: Step;
  /** Offset in the document from which the rest would go in. */
  readonly caret: number;
  /** What of the suggestion is not in the document yet; its line ends are `\n`. */
  readonly rest: string;
}

const CLOSERS = /^[)\]}>"'`]*$/;

/** Reads a change against a suggestion whose `rest` stands at `caret`. */
export function follow(caret: number, rest: string, change: Change): Followed {
  const end = change.offset + change.length;
  if (change.offset > caret || (change.offset === caret && change.text === "")) return { step: "elsewhere", caret, rest };
  if (end < caret) return { step: "elsewhere", caret: caret + change.text.length - change.length, rest };
  if (change.offset === caret && change.length === 0) return inserted(caret, rest, change.text);
  return { step: "over", caret, rest };
}

/** The text with every line end a `\n`. */
export function plain(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function inserted(caret: number, rest: string, text: string): Followed {
  const came = plain(text);
  if (came === rest && came.length > 1) return { step: "whole", caret: caret + text.length, rest: "" };
  if (rest.startsWith(came)) {
    const step = came.length === 1 || isOneKey(came) ? "along" : "part";
    return { step, caret: caret + text.length, rest: rest.slice(came.length) };
  }
  if (came[0] === rest[0] && CLOSERS.test(came.slice(1))) return { step: "along", caret: caret + 1, rest: rest.slice(1) };
  return { step: "over", caret, rest };
}

/** One press of Enter, with the indentation that the editor adds, or of Tab. */
function isOneKey(text: string): boolean {
  return /^(\n[ \t]*|[ \t]{1,8})$/.test(text);
}
