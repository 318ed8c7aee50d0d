import assert from "node:assert/strict";
import { test } from "node:test";
import { Deaths } from "../src/server/deaths";
import { Turns } from "../src/server/turns";

test("each death is waited for twice as long, and the fifth within three minutes is the last", () => {
  const deaths = new Deaths();
  assert.deepEqual([0, 2, 5, 10, 20].map((second) => deaths.count(second * 1000)), [1000, 2000, 4000, 8000, undefined]);
});

test("deaths are forgotten after three minutes of health", () => {
  const deaths = new Deaths();
  [0, 1000, 2000].forEach((at) => deaths.count(at));
  assert.equal(deaths.count(2000 + 180_000), 1000);
});

test("one runs, one waits, and who asks meanwhile is served by the one that waits", async () => {
  const turns = new Turns();
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const task = (n: number) => () => {
    begun.push(n);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const calls = [1, 2, 3, 4].map((n) => turns.take(task(n)));
  ends.shift()?.();
  await calls[0];
  await new Promise(setImmediate);
  assert.deepEqual(begun, [1, 2]);
  ends.shift()?.();
  await Promise.all(calls);
  assert.deepEqual(begun, [1, 2]);
});

test("a turn that fails doesn't keep the next from running", async () => {
  const turns = new Turns();
  const first = turns.take(() => Promise.reject(new Error("no")));
  const second = turns.take(() => Promise.resolve());
  await assert.rejects(first, /no/);
  await second;
});
