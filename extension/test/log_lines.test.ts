import assert from "node:assert/strict";
import { test } from "node:test";
import { logLine } from "../src/server/log_lines.js";

test("a line of the server's keeps its level and loses its time, which the editor's log writes itself", () => {
  const line = logLine("2026-11-23 10:00:01,123 INFO tactful_server.desk: somebody listens again", "warn");
  assert.deepEqual(line, { level: "info", text: "tactful_server.desk: somebody listens again" });
});

test("what goes on with an error is an error too, and is shown whole", () => {
  assert.deepEqual(logLine('  File "x.py", line 3', "error"), { level: "error", text: '  File "x.py", line 3' });
});

test("a line of somebody else's has the level of the one before", () => {
  assert.deepEqual(logLine("Segmentation fault", "warn"), { level: "warn", text: "Segmentation fault" });
});
