import assert from "node:assert/strict";
import { test } from "node:test";
import { type Around, type Ask, type Item, type Longer, Screen, SETTLE_MS, type View } from "../src/outcomes/screen";

const URI = "file:///a.py";

/** A screen with a clock that is moved by hand, and an editor that is where it was put. */
class Desk implements Around {
  readonly told: [string, Record<string, unknown>][] = [];
  readonly believed: boolean[] = [];
  readonly replacing: (() => void)[] = [];
  readonly screen = new Screen(this);
  #at = 0;
  #due: { at: number; call: () => void }[] = [];
  #view: View | undefined = { uri: URI, version: 1, caret: 10 };

  now = (): number => this.#at;
  later = (delayMs: number, call: () => void): void => void this.#due.push({ at: this.#at + delayMs, call });
  view = (): View | undefined => this.#view;
  tell = (method: string, params: object): void => void this.told.push([method.split("/")[1] ?? "", { ...params }]);
  believe = (onScreen: boolean): void => void this.believed.push(onScreen);
  replace = (_shown: Item, _longer: Longer, done: () => void): void => void this.replacing.push(done);

  wait(ms: number): void {
    this.#at += ms;
    const due = this.#due.filter(({ at }) => at <= this.#at);
    this.#due = this.#due.filter(({ at }) => at > this.#at);
    for (const { call } of due) call();
  }

  put(view: Partial<View>): void {
    this.#view = { uri: URI, version: 1, caret: 10, ...view };
  }

  answer(text: string, about: Partial<Ask> = {}, id = "s1"): void {
    const ask: Ask = { uri: URI, version: 1, caret: 10, chosen: undefined, ...about };
    this.put(ask);
    this.screen.asked(ask);
    this.screen.answered(ask, { id, text });
  }

  show(text: string): void {
    this.answer(text);
    this.wait(SETTLE_MS);
  }

  type(text: string, offset: number, version = 2, length = 0): void {
    this.screen.changed(URI, version, [{ offset, length, text }]);
  }

  get ends(): string[] {
    return this.told.map(([method, { kind, reason, known, acceptedLength, item }]) =>
      [WORDS[method] ?? method, kind, reason, acceptedLength, item ? "more" : known].filter((one) => one !== undefined).join(" "),
    );
  }
}

const WORDS: Record<string, string> = {
  didShowCompletion: "shown",
  didPartiallyAcceptCompletion: "part",
  didEndCompletion: "ended",
};

test("an answer that nothing touches for a moment was shown", () => {
  const desk = new Desk();
  desk.answer("return x");
  assert.deepEqual(desk.ends, []);
  desk.wait(SETTLE_MS);
  assert.deepEqual(desk.ends, ["shown answer"]);
});

test("an answer was not shown where the caret, the version or the editor is another by then", () => {
  for (const elsewhere of [{ caret: 11 }, { version: 2 }, { uri: "file:///b.py" }]) {
    const desk = new Desk();
    desk.answer("return x");
    desk.put(elsewhere);
    desk.wait(SETTLE_MS);
    assert.deepEqual(desk.ends, []);
    assert.deepEqual(desk.believed, [true, false]);
  }
});

test("Escape proves that it was on screen, tells for how long, and leaves the key to others", () => {
  const desk = new Desk();
  desk.answer("return x");
  desk.wait(50);
  desk.screen.escaped();
  desk.screen.escaped();
  assert.deepEqual(desk.ends, ["shown client", "ended rejected escape client"]);
  assert.equal(desk.told[1]?.[1]["shownMs"], 50);
  assert.deepEqual(desk.believed, [true, false]);
});

test("a word taken by our key is counted from the beginning of the suggestion, typed characters included", () => {
  const desk = new Desk();
  desk.show("(a, b):");
  desk.type("(", 10);
  desk.answer("a, b):", { version: 2, caret: 11 });
  desk.screen.taking();
  desk.type("a,", 11, 3);
  desk.screen.taken();
  assert.deepEqual(desk.ends, ["shown answer", "part 3 client"]);
});

test("a single character taken by our key is a part, and the same character typed is not", () => {
  const desk = new Desk();
  desk.show("(a)");
  desk.screen.taking();
  desk.type("(", 10);
  desk.screen.taken();
  desk.type("a", 11, 3);
  assert.deepEqual(desk.ends, ["shown answer", "part 1 client"]);
});

test("a line taken in a document with CRLF counts its line ends as the document does", () => {
  const desk = new Desk();
  desk.show("one\r\ntwo");
  desk.screen.taking();
  desk.type("one\r\n", 10);
  assert.deepEqual(desk.ends, ["shown answer", "part 5 client"]);
  desk.screen.taken();
  desk.screen.moved(URI, 15);
  assert.equal(desk.screen.onScreen, "s1");
});

test("several characters that agree and come at once without our key are a part, inferred", () => {
  const desk = new Desk();
  desk.show("return x");
  desk.type("return", 10);
  assert.deepEqual(desk.ends, ["shown answer", "part 6 change"]);
});

test("Enter with its indentation and a Tab that indents are typing", () => {
  const desk = new Desk();
  desk.show("\n    \tx = 1");
  desk.type("\n    ", 10);
  desk.type("\t", 15, 3);
  assert.deepEqual(desk.ends, ["shown answer"]);
  assert.equal(desk.screen.onScreen, "s1");
});

test("a closing bracket that the editor adds does not move the caret on", () => {
  const desk = new Desk();
  desk.show("(a)");
  desk.type("()", 10);
  desk.screen.moved(URI, 11);
  assert.deepEqual(desk.ends, ["shown answer"]);
});

test("what the document shows by itself is left to the server: typed over, deleted, taken whole", () => {
  for (const [text, offset, length] of [["x", 10, 0], ["", 9, 1], ["return x", 10, 0]] as const) {
    const desk = new Desk();
    desk.show("return x");
    desk.type(text, offset, 2, length);
    desk.screen.moved(URI, 3);
    assert.deepEqual(desk.ends, ["shown answer"]);
    assert.deepEqual(desk.believed, [true, false]);
  }
});

test("a caret that moves without a change ends it; one that a change moved does not", () => {
  const desk = new Desk();
  desk.show("return x");
  desk.type("import os\n", 0);
  desk.screen.moved(URI, 20);
  assert.deepEqual(desk.ends, ["shown answer"]);
  desk.screen.moved(URI, 19);
  assert.deepEqual(desk.ends, ["shown answer", "ended ignored moved change"]);
});

test("selecting text ends it", () => {
  const desk = new Desk();
  desk.show("return x");
  desk.screen.moved(URI, undefined);
  assert.deepEqual(desk.ends, ["shown answer", "ended ignored moved change"]);
});

test("a caret moved before it was seen ends it without a word", () => {
  const desk = new Desk();
  desk.answer("return x");
  desk.screen.moved(URI, 3);
  desk.wait(SETTLE_MS);
  assert.deepEqual(desk.ends, []);
});

test("another editor, or none, ends it; the same editor again does not", () => {
  const desk = new Desk();
  desk.show("return x");
  desk.screen.left(URI);
  desk.screen.left();
  assert.deepEqual(desk.ends, ["shown answer", "ended ignored editor_changed change"]);
});

test("the suggest widget opening ends what was on screen before, not what came with it", () => {
  const desk = new Desk();
  desk.show("return x");
  desk.answer("nt()", { chosen: "print" }, "s2");
  desk.wait(SETTLE_MS);
  desk.answer("nt(1)", { chosen: "print" }, "s2");
  assert.deepEqual(desk.ends, ["shown answer", "ended ignored suggest_widget change", "shown answer"]);
});

test("undoing ends it, since what comes back was not typed", () => {
  const desk = new Desk();
  desk.show("return x");
  desk.screen.changed(URI, 2, [{ offset: 10, length: 0, text: "return x" }], true);
  assert.deepEqual(desk.ends, ["shown answer", "ended ignored undone change"]);
});

test("with two carets the first one's change counts", () => {
  const desk = new Desk();
  desk.show("(a)");
  desk.screen.changed(URI, 2, [
    { offset: 40, length: 0, text: "(" },
    { offset: 10, length: 0, text: "(" },
  ]);
  desk.screen.moved(URI, 11);
  assert.equal(desk.screen.onScreen, "s1");
});

test("an answer with nothing takes it away, but not the rest of what was taken in parts", () => {
  const empty = (desk: Desk, version: number, caret: number): void =>
    desk.screen.answered({ uri: URI, version, caret, chosen: undefined }, undefined);
  const seen = new Desk();
  seen.show("return x");
  empty(seen, 1, 10);
  assert.deepEqual(seen.ends, ["shown answer", "ended ignored superseded answer"]);

  const taken = new Desk();
  taken.show("return x");
  taken.type("return", 10);
  empty(taken, 2, 16);
  assert.equal(taken.screen.onScreen, "s1");
});

test("typing along asks again and stays one suggestion, shown once it has rested", () => {
  const desk = new Desk();
  desk.answer("return x");
  for (const [index, char] of [..."ret"].entries()) {
    desk.wait(80);
    desk.type(char, 10 + index, 2 + index);
    desk.answer("return x".slice(index + 1), { version: 2 + index, caret: 11 + index });
  }
  assert.deepEqual(desk.ends, []);
  desk.wait(SETTLE_MS);
  assert.deepEqual(desk.ends, ["shown answer"]);
});

test("a second key whose work begins before the first one's has ended counts as a key too", () => {
  const desk = new Desk();
  desk.show("one\ntwo\nthree");
  desk.screen.taking();
  desk.screen.taking();
  desk.type("one\n", 10);
  desk.screen.taken();
  desk.type("two\n", 14, 3);
  desk.screen.taken();
  const known = desk.told.filter(([method]) => method.includes("Partially")).map(([, about]) => about["known"]);
  assert.deepEqual(known, ["client", "client"]);
});

test("the same text under another id is another suggestion, which is told as shown itself", () => {
  const desk = new Desk();
  desk.show("return x");
  desk.wait(1000);
  desk.answer("return x", {}, "s2");
  desk.wait(SETTLE_MS);
  desk.screen.moved(URI, 3);
  assert.deepEqual(desk.ends, ["shown answer", "shown answer", "ended ignored moved change"]);
  assert.deepEqual(desk.told.map(([, { id }]) => id), ["s1", "s2", "s2"]);
  assert.equal(desk.told[2]?.[1]["shownMs"], SETTLE_MS);
});

test("more text takes the place of what is on screen once, after it was seen", () => {
  const desk = new Desk();
  const longer = { id: "s1", uri: URI, version: 1, caret: 10, text: "one\ntwo" };
  desk.answer("one");
  desk.screen.grown(longer);
  assert.equal(desk.replacing.length, 0);
  desk.wait(SETTLE_MS);
  assert.equal(desk.replacing.length, 1);
  desk.replacing[0]?.();
  desk.screen.grown({ ...longer, text: "one\ntwo\nthree" });
  assert.equal(desk.replacing.length, 1);
  desk.screen.taking();
  desk.type("one\n", 10);
  assert.deepEqual(desk.ends, ["shown answer", "shown more", "part 4 client"]);
});

test("more text comes too late once a key was pressed, for another version, place or suggestion, or where it is no longer", () => {
  const longer = { id: "s1", uri: URI, version: 1, caret: 10, text: "one\ntwo" };
  for (const other of [{ id: "s2" }, { version: 2 }, { caret: 9 }, { text: "one" }, { text: "two\nmore" }]) {
    const desk = new Desk();
    desk.show("one");
    desk.screen.grown({ ...longer, ...other });
    assert.equal(desk.replacing.length, 0);
  }
  const desk = new Desk();
  desk.show("one");
  desk.screen.grown(longer);
  desk.type("o", 10);
  desk.replacing[0]?.();
  assert.deepEqual(desk.ends, ["shown answer"]);
});

test("our keys are bound only while one of ours is believed on screen", () => {
  const desk = new Desk();
  desk.show("return x");
  desk.answer("eturn x", { version: 2, caret: 11 }, "s2");
  desk.screen.forget();
  assert.deepEqual(desk.believed, [true, false]);
});
