import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, type Replaced, type Stretch, stretched, touches } from "../src/marking/moving";
import { Places } from "../src/marking/places";

const URI = "file:///project/adding.py";
const HERE = stretch(1, 10, 1, 16);
const BROKE = { broke: ["old_tests"], whole: false, sentence: "2 tests that passed now fail." };
const WHOLE = { broke: [], whole: true, sentence: "Nothing is broken that was whole." };

test("a change before a place moves it, one behind it leaves it, one in it is told apart", () => {
  const cases: readonly (readonly [Replaced, Stretch | undefined])[] = [
    [put(0, 0, "import os\n"), stretch(2, 10, 2, 16)],
    [put(0, 3, "x"), HERE],
    [put(1, 4, "yes "), stretch(1, 14, 1, 20)],
    [put(1, 10, "b\r\n  "), stretch(2, 2, 2, 8)],
    [put(1, 16, "tail"), HERE],
    [put(5, 0, "more"), HERE],
    [{ range: stretch(0, 8, 1, 4), text: "" }, stretch(0, 14, 0, 20)],
    [put(1, 12, "x"), undefined],
    [{ range: stretch(1, 8, 1, 12), text: "" }, undefined],
  ];
  for (const [change, expected] of cases) assert.deepEqual(moved(HERE, change), expected);
});

test("a change in a place stretches or shrinks it; of what was taken out nothing is left", () => {
  assert.deepEqual(stretched(HERE, put(1, 12, "xy")), stretch(1, 10, 1, 18));
  assert.deepEqual(stretched(HERE, put(1, 12, "\nab")), stretch(1, 10, 2, 6));
  assert.deepEqual(stretched(HERE, { range: stretch(1, 8, 1, 12), text: "" }), stretch(1, 8, 1, 12));
  assert.equal(stretched(HERE, { range: stretch(1, 10, 1, 16), text: "" }), undefined);
});

test("a change touches a place when it alters one of its lines, not when it puts lines around it", () => {
  const cases: readonly (readonly [Replaced, boolean])[] = [
    [put(1, 12, "x"), true],
    [put(1, 16, " + b"), true],
    [put(1, 0, "if a: "), true],
    [{ range: stretch(0, 5, 1, 4), text: "" }, true],
    [put(1, 16, "\nmore"), false],
    [put(1, 0, "import os\n"), false],
    [{ range: stretch(0, 0, 1, 0), text: "" }, false],
    [put(0, 3, "x"), false],
    [put(2, 0, "x"), false],
  ];
  for (const [change, expected] of cases) assert.equal(touches(HERE, change), expected, JSON.stringify(change));
});

test("what was taken is followed, and found by its name and by a spot in it", () => {
  const places = following();
  places.changed(URI, 2, [put(0, 0, "import os\n")]);
  assert.deepEqual(places.in(URI), [{ id: "g", uri: URI, range: stretch(2, 10, 2, 16) }]);
  assert.equal(places.at(URI, { line: 2, character: 12 })?.id, "g");
  assert.equal(places.at(URI, { line: 0, character: 0 }), undefined);
  assert.equal(places.near(URI, { line: 0, character: 0 })?.id, "g");
});

test("what is told of an older version is carried on to the document as it is now", () => {
  const places = new Places();
  places.changed(URI, 2, [put(0, 0, "import os\n")]);
  places.taken({ id: "g", uri: URI, version: 1, range: HERE });
  assert.deepEqual(places.of("g")?.range, stretch(2, 10, 2, 16));
  places.changed(URI, 3, [{ range: stretch(2, 10, 2, 16), text: "" }]);
  places.taken({ id: "late", uri: URI, version: 2, range: stretch(2, 10, 2, 16) });
  assert.deepEqual(places.in(URI), []);
});

test("what broke is marked, and the mark moves with the text", () => {
  const places = following();
  places.checked({ id: "g", uri: URI, version: 1, range: HERE, ...BROKE });
  places.changed(URI, 2, [put(0, 0, "\n")]);
  assert.deepEqual([places.of("g")?.mark, places.of("g")?.range.start.line], [BROKE.sentence, 2]);
});

test("a mark goes when the code there changes or a later check is whole, and stays when that could not look", () => {
  const places = following();
  const finding = { id: "g", uri: URI, version: 1, range: HERE };
  places.checked({ ...finding, ...BROKE });
  places.checked({ ...finding, broke: [], whole: false, sentence: "" });
  assert.equal(places.of("g")?.mark, BROKE.sentence);
  places.checked({ ...finding, ...WHOLE });
  assert.equal(places.of("g")?.mark, undefined);
  places.checked({ ...finding, ...BROKE });
  places.changed(URI, 2, [put(1, 12, "x")]);
  assert.equal(places.of("g")?.mark, undefined);
});

test("code that has changed since it was checked is not marked, nor is what a linter finds or nobody took", () => {
  const places = following();
  places.changed(URI, 2, [put(1, 12, "x")]);
  const finding = { id: "g", uri: URI, version: 1, range: HERE };
  places.checked({ ...finding, ...BROKE });
  places.checked({ ...finding, version: 2, ...BROKE, broke: ["lints"] });
  places.checked({ ...finding, version: 2, ...BROKE, id: "other" });
  assert.deepEqual(places.in(URI).map(({ mark }) => mark), [undefined]);
});

test("places go with their text, their document and their server", () => {
  const places = following();
  places.changed(URI, 2, [{ range: stretch(1, 0, 2, 0), text: "" }]);
  assert.equal(places.of("g"), undefined);
  const others = [following(), following()] as const;
  others[0].closed(URI);
  others[1].clear();
  for (const other of others) assert.deepEqual(other.in(URI), []);
});

function following(): Places {
  const places = new Places();
  places.taken({ id: "g", uri: URI, version: 1, range: HERE });
  return places;
}

function stretch(startLine: number, startCharacter: number, endLine: number, endCharacter: number): Stretch {
  return { start: { line: startLine, character: startCharacter }, end: { line: endLine, character: endCharacter } };
}

function put(line: number, character: number, text: string): Replaced {
  return { range: stretch(line, character, line, character), text };
}
