/** The why-card: what the server says of one decision, set as a page to read. Pure. */

/** One thing that spoke for or against. */
export interface Reason {
  readonly words: string;
  readonly weight: number;
}

/** What one stage of the gate said. */
export interface Decision {
  readonly stage: number;
  readonly probability: number | null;
  readonly threshold: number | null;
  readonly action: string;
  readonly would: string;
  readonly exploring: boolean;
  readonly reasons?: { readonly for: readonly Reason[]; readonly against: readonly Reason[] };
  readonly promise?: string;
}

/** What `tactful/explain` answers. */
export interface Explained {
  readonly found: boolean;
  readonly suggestionId?: string;
  readonly trigger?: string;
  readonly result?: string;
  readonly sentence?: string;
  readonly modelCalled?: boolean;
  readonly latencyMs?: number;
  readonly decisions?: readonly Decision[];
  readonly promise?: string;
}

/** Characters of a line: a page beside the code is narrow. */
const WIDTH = 48;

/** The page. */
export function card(told: Explained): string {
  if (!told.found) return `${fill(told.sentence ?? "Nothing has been asked yet.")}\n`;
  const stages = [...(told.decisions ?? [])].sort((one, other) => other.stage - one.stage).map(section);
  const parts = [heading(told), fill(told.sentence ?? ""), ...stages, promise(told), footer(told)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function heading(told: Explained): string {
  const title = TITLES[told.result ?? ""] ?? "Why the last suggestion went as it did";
  return `${title}\n${"─".repeat(title.length)}`;
}

const TITLES: Readonly<Record<string, string>> = {
  produced: "Why this was suggested",
  withheld: "Why nothing was shown",
  empty: "Why there was nothing to show",
  cancelled: "Why nothing came of it",
  failed: "Why nothing came",
};

function section(decision: Decision): string {
  const title = decision.stage === 1 ? "Before the model was asked" : "Once the first line had come";
  const { for: good = [], against: bad = [] } = decision.reasons ?? {};
  const strongest = Math.max(...[...good, ...bad].map(({ weight }) => Math.abs(weight)), 0);
  return [
    `${title}: ${verdict(decision)}`,
    ...figures(decision),
    ...good.map((reason) => point("for", reason, strongest)),
    ...bad.map((reason) => point("against", reason, strongest)),
  ].join("\n");
}

function verdict({ action, would, exploring }: Decision): string {
  if (exploring) return "shown all the same, to learn whether holding back is right";
  if (action === would) return action === "show" ? "show" : "hold back";
  return "would hold back, but nothing is held back at present";
}

function figures({ probability, threshold }: Decision): string[] {
  const chance = typeof probability === "number" ? [row("chance that you take it", percent(probability))] : [];
  if (typeof threshold !== "number") return chance;
  return [...chance, row("shown from", threshold > 0 ? percent(threshold) : "0 %, so always")];
}

function row(label: string, value: string): string {
  return `  ${label.padEnd(24)} ${value}`;
}

function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 10 ? `${value.toFixed(1)} %` : `${Math.round(value)} %`;
}

function point(side: string, { words, weight }: Reason, strongest: number): string {
  const marks = "▪".repeat(strongest > 0 ? Math.max(1, Math.round((3 * Math.abs(weight)) / strongest)) : 1);
  const lead = `  ${side.padEnd(8)} ${marks.padEnd(4)}`;
  return fill(words, WIDTH - lead.length)
    .split("\n")
    .map((line, index) => (index === 0 ? lead : " ".repeat(lead.length)) + line)
    .join("\n");
}

function promise(told: Explained): string {
  if (!told.decisions?.length) return "";
  const words = told.promise ?? told.decisions.map((one) => one.promise).find((one) => one);
  return words ? `The promise\n${fill(words, WIDTH - 2).replace(/^/gm, "  ")}` : "";
}

function footer(told: Explained): string {
  const how = told.trigger === "manual" ? "asked for by hand" : "asked while typing";
  if (!told.decisions?.length && told.result !== "produced") return how;
  const took = typeof told.latencyMs === "number" ? `answered in ${Math.round(told.latencyMs)} ms` : "";
  const model = told.modelCalled === false ? "without a new call to the model" : "";
  return [how, took, model].filter((part) => part !== "").join("\n");
}

/** Breaks a text into lines no longer than `width`. */
export function fill(text: string, width = WIDTH): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
