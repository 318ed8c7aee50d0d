/**
 * What is believed to be on screen: one suggestion at a time, from its answer to its end. A state machine without an editor.
 *
 * The stable API does not say that ghost text appeared or went. What only the client can see is told to the server: shown,
 * Escape, parts taken, caret and editor left. What shows in the document (typed over, deleted, superseded, accepted)
 * the server sees by itself.
 */
import { type Change, follow, plain } from "./following";

/** Milliseconds after which an answer that nothing has touched counts as shown. */
export const SETTLE_MS = 120;

/** How an outcome is known: for certain, from a change or event, or only from the answer. */
export type Known = "client" | "change" | "answer";

/** Where a person is. */
export interface View {
  readonly uri: string;
  readonly version: number;
  /** Offset of the only caret in the document. */
  readonly caret: number;
}

/** One request, as it was asked. */
export interface Ask extends View {
  /** Text of the suggest widget's chosen entry; undefined while the widget is closed. */
  readonly chosen: string | undefined;
}

/** The answer's one item. */
export interface Item {
  /** The id in its accept command. */
  readonly id: string;
  /** What goes in at the caret, in any line ends. */
  readonly text: string;
}

/** A longer text of the suggestion on screen. */
export interface Longer extends Item, View {}

/** What happens around the screen, and what it causes. */
export interface Around {
  now(): number;
  later(delayMs: number, call: () => void): void;
  /** Where the person is at this moment; undefined outside of any editor. */
  view(): View | undefined;
  /** Sends a notification to the server. */
  tell(method: string, params: object): void;
  /** Called when one of ours comes to be believed on screen, or no longer. */
  believe(onScreen: boolean): void;
  /** Tries to put the longer text in place of `shown`; calls `done` when the editor has taken it. */
  replace(shown: Item, longer: Longer, done: () => void): void;
}

interface Live extends Ask {
  readonly id: string;
  /** What is not in the document yet, with `\n`. */
  readonly rest: string;
  /** How much of it is, counted as the document does. */
  readonly gone: number;
  readonly answeredAt: number;
  readonly shown: boolean;
  readonly replaced: boolean;
}

/** Follows the one suggestion on screen. */
export class Screen {
  #live: Live | undefined;
  #believed = false;
  #taking = 0;
  #waiting: Longer | undefined;
  readonly #around: Around;

  constructor(around: Around) {
    this.#around = around;
  }

  /** Id of the suggestion believed on screen, or about to be. */
  get onScreen(): string | undefined {
    return this.#live?.id;
  }

  /** The editor asks. With the suggest widget just opened, what was on screen is gone. */
  asked(ask: Ask): void {
    if (ask.chosen !== undefined && this.#live !== undefined && this.#live.chosen === undefined) {
      this.#ignored("suggest_widget", "change");
    }
  }

  /** The editor got an answer it did not cancel. */
  answered(ask: Ask, item: Item | undefined): void {
    if (item === undefined) return this.#emptied(ask);
    const rest = plain(item.text);
    if (ask.chosen !== undefined && !rest) return this.#drop();
    this.#live = this.#continued(ask, item.id, rest) ?? begun(ask, item.id, rest, this.#around.now());
    this.#believe(true);
    if (!this.#live.shown) this.#around.later(SETTLE_MS, () => this.#settle(ask, item.id));
    this.#grow();
  }

  /** The server has more text for a suggestion; it is shown once that one has been seen for a moment. */
  grown(longer: Longer): void {
    this.#waiting = { ...longer, text: plain(longer.text) };
    this.#grow();
  }

  /** Escape was pressed while ghost text was visible. */
  escaped(): void {
    const live = this.#proven();
    if (live === undefined) return;
    this.#end(live, "rejected", "escape", "client");
  }

  /** One of our keys takes a part: what comes next from the document is it. */
  taking(): void {
    this.#proven();
    this.#taking += 1;
  }

  /** That key has done its work; another may still be at it. */
  taken(): void {
    this.#taking -= 1;
  }

  /** A document changed. */
  changed(uri: string, version: number, changes: readonly Change[], undone = false): void {
    if (this.#live?.uri !== uri || changes.length === 0) return;
    if (undone) return this.#ignored("undone", "change");
    for (const change of changes) this.#step(change);
    if (this.#live !== undefined) this.#live = { ...this.#live, version };
    this.#resettle();
  }

  /** The selection changed, with `caret` where it is a single empty one. */
  moved(uri: string, caret: number | undefined): void {
    if (this.#live?.uri === uri && this.#live.caret !== caret) this.#ignored("moved", "change");
  }

  /** Another editor came to the front, or the window lost the keyboard: ghost text does not outlive that. */
  left(uri?: string): void {
    if (this.#live !== undefined && this.#live.uri !== uri) this.#ignored("editor_changed", "change");
  }

  /** The server died: what it offered cannot be told of any more. */
  forget(): void {
    this.#drop();
  }

  #continued(ask: Ask, id: string, rest: string): Live | undefined {
    const live = this.#live;
    if (live === undefined || live.uri !== ask.uri || live.caret !== ask.caret) return undefined;
    return live.id === id ? { ...live, ...ask, rest } : undefined;
  }

  /** An answer without an item takes away what was there, but for the rest of what was taken in parts. */
  #emptied(ask: Ask): void {
    const live = this.#live;
    if (live === undefined || live.uri !== ask.uri || live.version !== ask.version) return;
    if (live.gone === 0) this.#ignored("superseded", "answer");
  }

  #settle(ask: Ask, id: string): void {
    const [live, view] = [this.#live, this.#around.view()];
    if (live === undefined || live.id !== id || live.shown || live.version !== ask.version) return;
    if (view?.uri !== live.uri || view.version !== live.version || view.caret !== live.caret) return this.#drop();
    this.#show(live, "answer");
    this.#grow();
  }

  /** Typed along before it was seen: the moment begins again. */
  #resettle(): void {
    const live = this.#live;
    if (live !== undefined && !live.shown) this.#around.later(SETTLE_MS, () => this.#settle(live, live.id));
  }

  #step(change: Change): void {
    const live = this.#live;
    if (live === undefined) return;
    const { step, caret, rest } = follow(live.caret, live.rest, change);
    const gone = step === "along" || step === "part" ? live.gone + caret - live.caret : live.gone;
    this.#live = { ...live, caret, rest, gone };
    if (step === "part" || (step === "along" && this.#taking > 0)) this.#took(gone);
    if (step !== "elsewhere" && rest === "") this.#drop();
    if (step === "over" || step === "whole") this.#drop();
  }

  #took(acceptedLength: number): void {
    const live = this.#live;
    if (live === undefined) return;
    const known = this.#taking > 0 ? "client" : "change";
    this.#show(live, known);
    this.#around.tell("textDocument/didPartiallyAcceptCompletion", { id: live.id, acceptedLength, known });
  }

  /** One of our keys has fired, whose `when` demands visible ghost text: what was inferred is certain. */
  #proven(): Live | undefined {
    if (this.#live !== undefined) this.#show(this.#live, "client");
    return this.#live;
  }

  #show(live: Live, known: Known): void {
    if (live.shown) return;
    this.#live = { ...live, shown: true };
    this.#around.tell("textDocument/didShowCompletion", { id: live.id, known });
  }

  /** Shows the longer text in place, once for a suggestion and only where nothing has moved since. */
  #grow(): void {
    const [live, longer] = [this.#live, this.#waiting];
    if (live === undefined || longer === undefined || !live.shown || live.replaced || !fits(live, longer)) return;
    this.#waiting = undefined;
    this.#live = { ...live, replaced: true };
    this.#around.replace({ id: live.id, text: live.rest }, longer, () => this.#replaced(longer));
  }

  /** The longer text is on screen: from now on that is what a key takes. */
  #replaced(longer: Longer): void {
    const live = this.#live;
    if (live === undefined || !fits(live, longer)) return;
    this.#live = { ...live, rest: longer.text };
    const item = { insertText: longer.text, command: { command: "tactful.accept", arguments: [live.id] } };
    this.#around.tell("textDocument/didShowCompletion", { id: live.id, item });
  }

  #ignored(reason: string, known: Known): void {
    const live = this.#live;
    if (live?.shown) this.#end(live, "ignored", reason, known);
    else this.#drop();
  }

  #end(live: Live, kind: string, reason: string, known: Known): void {
    const shownMs = Math.max(0, Math.round(this.#around.now() - live.answeredAt));
    this.#around.tell("tactful/didEndCompletion", { id: live.id, kind, reason, shownMs, known });
    this.#drop();
  }

  #drop(): void {
    this.#live = undefined;
    this.#waiting = undefined;
    this.#believe(false);
  }

  #believe(onScreen: boolean): void {
    if (this.#believed === onScreen) return;
    this.#believed = onScreen;
    this.#around.believe(onScreen);
  }
}

function begun(ask: Ask, id: string, rest: string, answeredAt: number): Live {
  return { ...ask, id, rest, gone: 0, answeredAt, shown: false, replaced: false };
}

function fits(live: Live, longer: Longer): boolean {
  const here = live.id === longer.id && live.uri === longer.uri && live.version === longer.version;
  return here && live.caret === longer.caret && live.chosen === undefined && isLonger(live.rest, longer.text);
}

function isLonger(rest: string, text: string): boolean {
  return text.length > rest.length && text.startsWith(rest);
}
