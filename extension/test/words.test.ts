import assert from "node:assert/strict";
import { test } from "node:test";
import { addressTrouble, type Choice, EMBEDDED, keyTrouble, writes } from "../src/choosing/found";
import { card, fill } from "../src/status/card";
import type { Report } from "../src/status/report";
import { face, inert, tally } from "../src/status/words";

const REPORT: Report = {
  state: "shadow",
  snoozedS: 0,
  gate: { version: "prior", own: false, refused: "", mode: "shadow" },
  model: { key: "ollama:x", state: "ready", message: "" },
  requests: {},
  problems: [],
};

test("every state has a face of its own", () => {
  const states = ["starting", "shadow", "on", "off", "paused", "snoozed", "switched_off", "model_unreachable"];
  const faces = states.map((state) => face("running", "", { ...REPORT, state }, "10:30"));
  assert.equal(new Set(faces.map(({ short }) => short)).size, states.length);
  assert.equal(faces[5]?.short, "quiet until 10:30");
});

test("what is being learned is said first, and what needs a person is marked", () => {
  assert.equal(face("running", "", { ...REPORT, learning: true }, "").short, "training");
  const model = { key: "openai:x", state: "unauthorized", message: "The server refused the key." };
  const refused = face("running", "", { ...REPORT, state: "model_unauthorized", model }, "");
  assert.deepEqual([refused.short, refused.isTrouble], ["model refuses the key", true]);
  assert.match(refused.sentence, /^The server refused the key\. Nothing is suggested/);
  const failed = face("failed", "No Python was found; install one.", undefined, "");
  assert.deepEqual([failed.short, failed.sentence, failed.isTrouble], ["stopped", "No Python was found; install one.", true]);
});

test("the tally counts what was answered and what was held back, and is silent before the first request", () => {
  assert.equal(tally({}), "");
  assert.equal(tally({ produced: 12, withheld: 3, cancelled: 40 }), "This session: 12 answered, 3 held back");
});

test("the why-card says the sentence, both stages, and reasons by strength", () => {
  const reasons = {
    for: [{ words: "you took 4 of the last 5 here", weight: 0.9 }],
    against: [{ words: "it is long", weight: -0.3 }],
  };
  const decision = { probability: 0.62, threshold: 0.18, action: "show", would: "show", exploring: false, reasons };
  const page = card({ found: true, result: "produced", sentence: "Shown, as you are likely to take it.", decisions: [{ ...decision, stage: 2 }] });
  assert.match(page, /^Why this was suggested\n─+\n\nShown, as you are likely to take it\./);
  assert.match(page, /Once the first line had come: show\n {2}chance that you take it +62 %\n {2}shown from +18 %/);
  assert.match(page, / {2}for +▪▪▪ you took 4 of the last 5 here\n {2}against +▪ +it is long/);
});

test("a card of nothing says so, and long words wrap", () => {
  assert.match(card({ found: false }), /^Nothing has been asked yet/);
  assert.equal(card({ found: false, sentence: "That is not remembered any more." }), "That is not remembered any more.\n");
  assert.equal(fill("one two three", 7), "one two\nthree");
});

test("an address is a web address without a key in it; a key is named, never written down", () => {
  assert.equal(addressTrouble("http://127.0.0.1:8080"), undefined);
  for (const wrong of ["127.0.0.1:8080", "file:///x", "http://me:secret@host"]) assert.ok(addressTrouble(wrong));
  for (const right of ["", "env:MY_KEY", "keyring:mistral/me"]) assert.equal(keyTrouble(right), undefined);
  for (const wrong of ["sk-123456", "env:", "keyring:x"]) assert.ok(keyTrouble(wrong));
});

test("a text that would be a link or a picture is set sign by sign", () => {
  assert.equal(inert("has no model [a](b)"), "has no model &#91;a&#93;&#40;b&#41;");
  assert.doesNotMatch(inert("![x](https://h/x.png) <img src=x> `c` _e_ www.h.de $(i) \u{1f600}"), /[[\](!<`:.$]|_/u);
});

test("a key is never written beside another server's address: the former goes first, the new one comes last", () => {
  const one: Choice = { provider: "mistral", address: "https://one.example", name: "a", key: "env:ONE" };
  const other: Choice = { provider: "openai", address: "http://127.0.0.1:1", name: "b", key: "env:OTHER" };
  const here = { ...EMBEDDED };
  for (const [from, to] of [[one, other], [one, here], [here, other], [other, { ...other, address: "http://127.0.0.1:2" }]] as const) {
    const settings = { ...from };
    for (const [name, value] of writes(from, to)) {
      settings[name] = value;
      if (settings.key !== "") assert.deepEqual(settings, to);
    }
    assert.deepEqual(settings, to);
  }
  assert.deepEqual(writes(one, one), []);
  assert.deepEqual(writes(one, { ...one, key: "env:NEW" }), [["key", "env:NEW"]]);
});
