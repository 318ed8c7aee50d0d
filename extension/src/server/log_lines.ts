/** What the server writes to its standard error, as the editor's own log shows it: with one time and the level it has. */

/** The levels of an editor's log. */
export type Level = "debug" | "info" | "warn" | "error";

/** One line for the log. */
export interface LogLine {
  readonly level: Level;
  readonly text: string;
}

const BEGINNING = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)$/;
const LEVELS: Record<string, Level> = { DEBUG: "debug", INFO: "info", WARNING: "warn", ERROR: "error", CRITICAL: "error" };

/** Reads one line; one that goes on with what another began, or comes from elsewhere, has the level of the one before. */
export function logLine(written: string, before: Level): LogLine {
  const [, word = "", text = written] = BEGINNING.exec(written) ?? [];
  return { level: LEVELS[word] ?? before, text };
}
