/** How a place in a document moves with a change of it. Pure; the server's `persistence.py` is its twin. */

/** A place as LSP and VS Code count: both from 0. */
export interface Spot {
  readonly line: number;
  readonly character: number;
}

/** A stretch of a document. */
export interface Stretch {
  readonly start: Spot;
  readonly end: Spot;
}

/** A change: this stretch gave way to that text. */
export interface Replaced {
  readonly range: Stretch;
  readonly text: string;
}

/** Whether one comes before the other (below 0), is the same (0), or comes after it. */
export function compare(one: Spot, other: Spot): number {
  return one.line - other.line || one.character - other.character;
}

/** Whether a spot is in a stretch, its ends included. */
export function holds(stretch: Stretch, spot: Spot): boolean {
  return compare(stretch.start, spot) <= 0 && compare(spot, stretch.end) <= 0;
}

/** The stretch after the change; undefined where the change touched what is in it. */
export function moved(stretch: Stretch, change: Replaced): Stretch | undefined {
  if (compare(change.range.start, stretch.end) >= 0) return stretch;
  if (compare(change.range.end, stretch.start) > 0) return undefined;
  return { start: shifted(stretch.start, change), end: shifted(stretch.end, change) };
}

/** The stretch with what a change in it did; undefined where nothing is left. */
export function stretched(stretch: Stretch, change: Replaced): Stretch | undefined {
  const { start, end } = change.range;
  const from = compare(start, stretch.start) < 0 ? start : stretch.start;
  const to = compare(end, stretch.end) > 0 ? end : stretch.end;
  const left = { start: from, end: shifted(to, change) };
  return compare(left.start, left.end) < 0 ? left : undefined;
}

/** Whether a change alters a line that the stretch is on: more than putting lines before it or behind it. */
export function touches(stretch: Stretch, { range, text }: Replaced): boolean {
  if (range.end.line < stretch.start.line || range.start.line > stretch.end.line) return false;
  const isAbove = range.end.line === stretch.start.line && range.end.character === 0 && (text === "" || /[\r\n]$/.test(text));
  const isBelow = compare(range.start, stretch.end) >= 0 && /^[\r\n]/.test(text);
  return !isAbove && !isBelow;
}

/** Where a spot is that no part of the change comes behind. */
function shifted(spot: Spot, { range, text }: Replaced): Spot {
  const lines = text.split(/\r\n|\r|\n/);
  const last = lines.at(-1)?.length ?? 0;
  const line = spot.line + range.start.line - range.end.line + lines.length - 1;
  if (spot.line !== range.end.line) return { line, character: spot.character };
  const character = spot.character - range.end.character + last;
  return { line, character: lines.length > 1 ? character : character + range.start.character };
}
