/** Whether a Python will do, found out by running it. */
import { run } from "./process";
import { cleaned } from "./variables";

/** The oldest minor version of Python 3 that Tactful runs on. */
export const OLDEST = 11;

/** A Python that was run and answered. */
export interface Interpreter {
  /** The program itself, with its path. */
  readonly executable: string;
  /** As in `3.12.1`. */
  readonly version: string;
  /** What tells it from others of its version: implementation and platform, as in `cpython-linux-x86_64`. */
  readonly kind: string;
  /** Whether it can make virtual environments with pip in them. */
  readonly makesEnvironments: boolean;
}

/** A program that may be a Python, with leading arguments, such as `py -3`. */
export type Candidate = readonly [program: string, ...args: string[]];

const QUESTION = [
  "import importlib.util as u, json, sys, sysconfig",
  "print(json.dumps({'executable': sys.executable, 'version': '.'.join(map(str, sys.version_info[:3])),",
  "'kind': sys.implementation.name + '-' + sysconfig.get_platform(),",
  "'makesEnvironments': all(map(u.find_spec, ('venv', 'ensurepip')))}))",
].join("\n");

/** Runs a candidate; undefined when it is no Python or does not answer within ten seconds. */
export async function ask(candidate: Candidate, cwd: string, signal: AbortSignal): Promise<Interpreter | undefined> {
  const [program, ...args] = candidate;
  const command = { program, args: [...args, "-I", "-c", QUESTION], cwd, env: cleaned(process.env) };
  try {
    const { code, lines } = await run(command, { signal, timeoutMs: 10_000 });
    return code === 0 ? read(lines.at(-1) ?? "") : undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

/** Why this one won't do, as the end of a sentence that begins with its name; "" when it does. */
export function shortcoming(python: Interpreter): string {
  const [major = 0, minor = 0] = python.version.split(".").map(Number);
  if (major !== 3 || minor < OLDEST) return `is version ${python.version}`;
  if (!python.kind.startsWith("cpython-")) return "is not CPython";
  return python.makesEnvironments ? "" : `cannot make environments: its venv module is incomplete`;
}

function read(line: string): Interpreter | undefined {
  try {
    const answer = JSON.parse(line) as Partial<Interpreter>;
    return answer.executable && answer.version && answer.kind ? (answer as Interpreter) : undefined;
  } catch {
    return undefined;
  }
}
