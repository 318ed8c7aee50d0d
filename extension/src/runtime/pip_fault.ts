/** From what pip printed to one sentence that says what happened and what to do. */

interface Sign {
  readonly seen: RegExp;
  readonly sentence: string;
}

const OFFLINE =
  /Failed to establish a new connection|Temporary failure in name resolution|getaddrinfo failed|nodename nor servname|Name or service not known|Network is unreachable|No route to host|Connection refused|ConnectTimeout|Read timed out|Connection aborted|RemoteDisconnected|Retrying \(Retry|Max retries exceeded/i;

const SIGNS: readonly Sign[] = [
  {
    seen: /DO NOT MATCH THE HASHES|Hashes are required|expected sha256/i,
    sentence:
      "A downloaded package is not the one Tactful was tested with (its hash differs), so nothing was installed. " +
      "Check the package index or proxy that pip uses, and try again.",
  },
  {
    seen: /No space left on device|not enough space on the disk|Errno 28|Disk quota exceeded/i,
    sentence: "The disk is full: Tactful needs about 700 MB for its environment. Make room, and try again.",
  },
  {
    seen: /CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError/i,
    sentence:
      "The package index's certificate was not accepted. Where a proxy inspects traffic, tell pip its certificate " +
      "(pip config set global.cert PATH), and try again.",
  },
  {
    seen: /ProxyError|Tunnel connection failed|407 Proxy Authentication/i,
    sentence: "The proxy refused the connection to the package index. Correct pip's proxy settings, and try again.",
  },
  {
    seen: /\b40[13] Client Error|401 Unauthorized|403 Forbidden/i,
    sentence: "The package index refused access. Correct its address or password in pip's configuration, and try again.",
  },
  {
    seen: OFFLINE,
    sentence:
      "The packages could not be downloaded: there is no connection to the package index. " +
      "Connect to the internet, or name a reachable index in pip's configuration, and try again.",
  },
  {
    seen: /Permission denied|Access is denied|Errno 13|WinError 5\b/i,
    sentence:
      "A file of Tactful's environment could not be written: permission denied. " +
      "Look into the log for which one, and try again.",
  },
];

/** Whether pip found no package that fits this platform and Python, though it could look. */
export function nothingFits(lines: readonly string[]): boolean {
  const text = lines.join("\n");
  return /No matching distribution found/.test(text) && !OFFLINE.test(text) && !/\b40[137] /.test(text);
}

/** The sentence for a step of pip's that failed. */
export function pipFault(lines: readonly string[], python: string): string {
  const text = lines.join("\n");
  const sign = SIGNS.find(({ seen }) => seen.test(text));
  if (sign) return sign.sentence;
  if (nothingFits(lines)) return unavailable(text, python);
  const last = [...lines].reverse().find((line) => /^\s*error/i.test(line)) ?? lines.at(-1) ?? "pip said nothing";
  return `Tactful's environment could not be made (${last.trim().replace(/^error:\s*/i, "")}). The log says more.`;
}

function unavailable(text: string, python: string): string {
  const what = /No matching distribution found for ([\w.-]+)/.exec(text)?.[1] ?? "a package";
  return (
    `The package index has no ${what} for this platform and Python ${python}. ` +
    "Name another Python (3.11 to 3.14) in the setting tactful.server.python, and try again."
  );
}
