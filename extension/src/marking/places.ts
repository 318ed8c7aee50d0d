/**
 * Where suggestions stand that were taken, through every change of their documents, and which of them are marked. A place lives until
 * nothing of it is left; its mark is gone as soon as the code there changes, or a check finds it whole.
 */
import { compare, holds, moved, type Replaced, type Spot, type Stretch, stretched, touches } from "./moving";

/** What the server tells of a place (`tactful/didTake`). */
export interface Taken {
  readonly id: string;
  readonly uri: string;
  /** The document's version in which it stands there. */
  readonly version: number;
  readonly range: Stretch;
}

/** What the server tells of a check (`tactful/didCheck`). */
export interface Finding extends Taken {
  /** Rungs of the ladder that were whole before. */
  readonly broke: readonly string[];
  /** Whether nothing is broken. */
  readonly whole: boolean;
  /** In words. */
  readonly sentence: string;
}

/** A suggestion that was taken, where it stands now. */
export interface Place {
  readonly id: string;
  readonly uri: string;
  readonly range: Stretch;
  /** What is to be said at it: what broke; undefined where nothing is. */
  readonly mark?: string | undefined;
}

interface Step extends Replaced {
  /** The document's version after it. */
  readonly version: number;
}

/** Places that are followed at once; the oldest give way. */
const MOST_PLACES = 500;
/** Changes of a document that are remembered: what the server tells may be about a version some keys ago. */
const MOST_STEPS = 500;

/** Keeps the places. URIs are those of the editor. */
export class Places {
  #places = new Map<string, Place>();
  readonly #steps = new Map<string, Step[]>();

  /** Something was taken. */
  taken({ id, uri, version, range }: Taken): void {
    const now = this.#carried(uri, version, range);
    if (now === undefined) return;
    this.#places.set(id, { id, uri, range: now });
    for (const [oldest] of [...this.#places].slice(0, -MOST_PLACES)) this.#places.delete(oldest);
  }

  /** A check came to its end. What a linter finds is shown by the linter; of code that has changed meanwhile nothing is known. */
  checked(finding: Finding): void {
    const place = this.#places.get(finding.id);
    if (place === undefined) return;
    const breaks = finding.broke.some((rung) => rung !== "lints");
    if (breaks && this.#untouched(finding)) this.#places.set(place.id, { ...place, mark: finding.sentence });
    else if (finding.whole) this.#places.set(place.id, { ...place, mark: undefined });
  }

  /** A document has changed, and is in that version now. */
  changed(uri: string, version: number, changes: readonly Replaced[]): void {
    for (const { range, text } of changes) {
      this.#remember(uri, { range, text, version });
      for (const place of this.in(uri)) this.#move(place, { range, text });
    }
  }

  /** A document was closed: nobody follows what becomes of it. */
  closed(uri: string): void {
    for (const { id } of this.in(uri)) this.#places.delete(id);
    this.#steps.delete(uri);
  }

  /** The server that told all this is gone. */
  clear(): void {
    this.#places.clear();
  }

  /** Those in a document, the oldest first. */
  in(uri: string): Place[] {
    return [...this.#places.values()].filter((place) => place.uri === uri);
  }

  /** The one of this name. */
  of(id: string): Place | undefined {
    return this.#places.get(id);
  }

  /** The one that a spot is in: of several the newest. */
  at(uri: string, spot: Spot): Place | undefined {
    return this.in(uri).filter(({ range }) => holds(range, spot)).at(-1);
  }

  /** The one at a spot; else, of those in the document, the one taken last. */
  near(uri: string, spot: Spot): Place | undefined {
    return this.at(uri, spot) ?? this.in(uri).at(-1);
  }

  #move(place: Place, change: Replaced): void {
    const range = moved(place.range, change) ?? stretched(place.range, change);
    if (range === undefined) this.#places.delete(place.id);
    else if (!touches(place.range, change)) this.#places.set(place.id, { ...place, range });
    else this.#places.set(place.id, { ...place, range, mark: undefined });
  }

  #remember(uri: string, step: Step): void {
    const steps = this.#steps.get(uri) ?? [];
    this.#steps.set(uri, steps);
    steps.push(step);
    if (steps.length > MOST_STEPS) steps.splice(0, steps.length - MOST_STEPS);
  }

  /** What has changed in a document since that version. */
  #since(uri: string, version: number): Step[] {
    return (this.#steps.get(uri) ?? []).filter((step) => step.version > version);
  }

  /** Where a stretch of an older version stands now. */
  #carried(uri: string, version: number, range: Stretch): Stretch | undefined {
    let now: Stretch | undefined = range;
    for (const step of this.#since(uri, version)) now = now && (moved(now, step) ?? stretched(now, step));
    return now && compare(now.start, now.end) < 0 ? now : undefined;
  }

  #untouched({ uri, version, range }: Finding): boolean {
    let now: Stretch | undefined = range;
    for (const step of this.#since(uri, version)) now = now && !touches(now, step) ? moved(now, step) : undefined;
    return now !== undefined;
  }
}
