/** What may be typed or found when a model is chosen. Pure. */

/** A model that a server on this machine offers, as `tactful/findModels` tells. */
export interface Found {
  readonly provider: string;
  readonly address: string;
  readonly name: string;
  readonly label: string;
}

/** The settings that name a model. */
export interface Choice {
  readonly provider: string;
  readonly address: string;
  readonly name: string;
  readonly key: string;
}

/** The embedded model, which needs nothing else. */
export const EMBEDDED: Choice = { provider: "embedded", address: "", name: "", key: "" };

/**
 * What to write, in which order, to come from one choice to another. Each write reaches the server by itself, so the
 * former server's key goes first and the new one's comes last: neither is ever sent to the other's address.
 */
export function writes(from: Choice, to: Choice): [keyof Choice, string][] {
  const moves = (["address", "name", "provider"] as const).filter((name) => from[name] !== to[name]);
  const rest = moves.map((name): [keyof Choice, string] => [name, to[name]]);
  if (rest.length === 0) return from.key === to.key ? [] : [["key", to.key]];
  const gone: [keyof Choice, string][] = from.key === "" ? [] : [["key", ""]];
  return [...gone, ...rest, ...(to.key === "" ? [] : [["key", to.key] as [keyof Choice, string]])];
}

/** What is wrong with an address, as a sentence; undefined when nothing is. */
export function addressTrouble(typed: string): string | undefined {
  const url = URL.canParse(typed.trim()) ? new URL(typed.trim()) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    return "An address begins with http:// or https://, such as http://127.0.0.1:8080";
  }
  if (url.username || url.password) return "Leave the key out of the address; you are asked for it next.";
  return undefined;
}

/** What is wrong with where a key is said to be; empty is allowed and means none. */
export function keyTrouble(typed: string): string | undefined {
  if (typed === "" || /^env:[A-Za-z_]\w*$/.test(typed) || /^keyring:[^/\s]+\/\S+$/.test(typed)) return undefined;
  return "Say where the key is, not the key itself: env:NAME or keyring:SERVICE/USER. Leave it empty for none.";
}
