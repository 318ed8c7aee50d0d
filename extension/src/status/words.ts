/** What the status item says, by state. Pure. */
import type { ConnectionState } from "../server/connection";
import type { Report } from "./report";

/** One state in words. */
export interface Face {
  /** A codicon's name. */
  readonly icon: string;
  /** Beside the icon; empty where the name alone says enough. */
  readonly short: string;
  /** A whole sentence for the tooltip and the menu. */
  readonly sentence: string;
  /** Whether something needs a person. */
  readonly isTrouble?: boolean;
}

/** The face for how things stand. `until` is the end of a snooze as the clock shows it. */
export function face(connection: ConnectionState, failure: string, report: Report | undefined, until: string): Face {
  if (connection !== "running") return offline(connection, failure);
  if (report === undefined) return STARTING;
  if (report.learning) return LEARNING;
  if (report.state === "snoozed") return snoozed(until);
  return BY_STATE[report.state] ?? trouble(report.model.state, report.model.message);
}

const STARTING: Face = { icon: "loading~spin", short: "starting", sentence: "Starting." };
const STOPPED = "The server is not running. To start it: Restart server, in the menu.";
const LEARNING: Face = {
  icon: "mortar-board",
  short: "training",
  sentence: "Training a gate on your record, in the background. Suggestions go on meanwhile.",
};

const BY_STATE: Readonly<Record<string, Face>> = {
  starting: STARTING,
  shadow: {
    icon: "sparkle",
    short: "getting to know you",
    sentence: "Shows every suggestion and learns from what you take. It holds nothing back until it knows you well enough.",
  },
  on: { icon: "sparkle", short: "", sentence: "Shows what you are likely to take and holds the rest back." },
  off: { icon: "sparkle", short: "shows all", sentence: "The gate is switched off: every suggestion is shown." },
  paused: { icon: "debug-pause", short: "paused", sentence: "Paused until you resume." },
  switched_off: {
    icon: "circle-slash",
    short: "off",
    sentence: "Switched off by the setting tactful.enabled.",
  },
};

function snoozed(until: string): Face {
  return { icon: "bell-slash", short: `quiet until ${until}`, sentence: `Snoozed until ${until}.` };
}

const MODEL_TROUBLE: Readonly<Record<string, string>> = {
  unauthorized: "model refuses the key",
  not_found: "model not found",
  rate_limited: "model is busy",
};

function trouble(state: string, message: string): Face {
  const sentence = `${message || "The model does not answer."} Nothing is suggested meanwhile; it is tried again by itself.`;
  return { icon: "warning", short: MODEL_TROUBLE[state] ?? "model unreachable", sentence, isTrouble: true };
}

function offline(connection: ConnectionState, failure: string): Face {
  if (connection === "preparing") {
    const sentence = "Setting up for the first time: Tactful makes an environment of its own. This takes about a minute.";
    return { icon: "sync~spin", short: "setting up", sentence };
  }
  if (connection === "starting") return STARTING;
  return { icon: "error", short: "stopped", sentence: failure || STOPPED, isTrouble: connection === "failed" };
}

/** Markdown that shows a text as it is: what a server calls its models must not become a link or a picture. */
export function inert(text: string): string {
  return text.replace(/[^\w\s]|_/gu, (sign) => `&#${sign.codePointAt(0)};`);
}

/** What the counts of requests come to, in one line; empty before the first. */
export function tally(requests: Readonly<Record<string, number>>): string {
  const parts = TOLD.flatMap(([result, words]) => (requests[result] ? [`${requests[result]} ${words}`] : []));
  return parts.length > 0 ? `This session: ${parts.join(", ")}` : "";
}

const TOLD = [
  ["produced", "answered"],
  ["withheld", "held back"],
  ["empty", "with nothing to say"],
  ["failed", "failed"],
] as const;
