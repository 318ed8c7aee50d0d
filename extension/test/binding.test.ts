import assert from "node:assert/strict";
import { test } from "node:test";
import { Binding, LINGER_MS } from "../src/outcomes/binding.js";

class Desk {
  readonly bound: boolean[] = [];
  #waiting: { at: number; call: () => void }[] = [];
  #now = 0;
  readonly binding = new Binding({
    bind: (bound) => void this.bound.push(bound),
    later: (delayMs, call) => {
      const one = { at: this.#now + delayMs, call };
      this.#waiting.push(one);
      return () => void (this.#waiting = this.#waiting.filter((other) => other !== one));
    },
  });

  wait(ms: number): void {
    this.#now += ms;
    const due = this.#waiting.filter(({ at }) => at <= this.#now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now);
    for (const { call } of due) call();
  }
}

test("our keys are bound at once, and stay for a while after the last suggestion has gone", () => {
  const desk = new Desk();
  desk.binding.believe(true);
  assert.deepEqual(desk.bound, [true]);
  desk.binding.believe(false);
  desk.wait(LINGER_MS - 1);
  assert.deepEqual(desk.bound, [true]);
  desk.wait(1);
  assert.deepEqual(desk.bound, [true, false]);
});

test("while one types on and suggestions come and go, nothing is bound anew", () => {
  const desk = new Desk();
  for (let key = 0; key < 20; key += 1) {
    desk.binding.believe(true);
    desk.wait(200);
    desk.binding.believe(false);
    desk.wait(200);
  }
  assert.deepEqual(desk.bound, [true]);
});
