/** Finds a Python to make Tactful's environment from. */
import { ask, shortcoming, type Candidate, type Interpreter } from "./interpreter";
import { Refusal } from "./refusal";

/** Where to look. */
export interface Search {
  /** The setting `tactful.server.python`; "" when not set. When set, nothing else is tried. */
  readonly named: string;
  /** What other extensions know, asked only when needed. */
  readonly known: () => Promise<readonly string[]>;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
}

const USUAL: readonly Candidate[] = [
  ["python3.14"], ["python3.13"], ["python3.12"], ["python3.11"], ["python3"], ["python"],
];
const ADVICE = "Install Python 3.11 or newer, or name one in the setting tactful.server.python, and try again.";

/** The first Python that will do. Rejects with a Refusal that says what is missing. */
export async function find(search: Search, signal: AbortSignal): Promise<Interpreter> {
  if (search.named) return named(search, signal);
  const unfit: Interpreter[] = [];
  for await (const candidate of candidates(search)) {
    const python = await ask(candidate, search.cwd, signal);
    if (python && !shortcoming(python)) return python;
    if (python) unfit.push(python);
  }
  throw new Refusal(complaint(unfit), "python");
}

async function named(search: Search, signal: AbortSignal): Promise<Interpreter> {
  const python = await ask([search.named], search.cwd, signal);
  const whose = `The Python named in the setting tactful.server.python (${search.named})`;
  if (!python) throw new Refusal(`${whose} could not be run. Correct the setting, or empty it to look for one.`, "python");
  const fault = shortcoming(python);
  if (fault) throw new Refusal(`${whose} ${fault}. ${remedy(python)}`, "python");
  return python;
}

async function* candidates(search: Search): AsyncGenerator<Candidate> {
  for (const path of await search.known()) yield [path];
  yield* USUAL;
  if (search.platform === "win32") yield ["py", "-3"];
}

/** What to say when none will do: of those found, the one nearest to it is spoken of. */
export function complaint(unfit: readonly Interpreter[]): string {
  const nearest = unfit.find((python) => /^3\.1[1-9]\./.test(python.version)) ?? [...unfit].sort(byVersion).at(-1);
  if (!nearest) return `Tactful needs Python, and none was found. ${ADVICE}`;
  return `Tactful found no Python that will do: ${nearest.executable} ${shortcoming(nearest)}. ${remedy(nearest)}`;
}

function remedy(python: Interpreter): string {
  if (python.makesEnvironments || !shortcoming(python).startsWith("cannot")) return ADVICE;
  const minor = python.version.split(".").slice(0, 2).join(".");
  return python.kind.includes("linux")
    ? `Install it (on Debian and Ubuntu: sudo apt-get install python${minor}-venv), and try again.`
    : ADVICE;
}

function byVersion(one: Interpreter, other: Interpreter): number {
  return one.version.localeCompare(other.version, "en", { numeric: true });
}
