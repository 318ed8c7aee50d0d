import assert from "node:assert/strict";
import { test } from "node:test";
import { follow, plain } from "../src/outcomes/following";

test("a change is read against what is left of the suggestion", () => {
  const cases = [
    [{ offset: 4, length: 0, text: "r" }, "along", 5, "est"],
    [{ offset: 4, length: 0, text: "re" }, "part", 6, "st"],
    [{ offset: 4, length: 0, text: "rest" }, "whole", 8, ""],
    [{ offset: 4, length: 0, text: "x" }, "over", 4, "rest"],
    [{ offset: 3, length: 1, text: "" }, "over", 4, "rest"],
    [{ offset: 4, length: 2, text: "" }, "elsewhere", 4, "rest"],
    [{ offset: 9, length: 0, text: "y" }, "elsewhere", 4, "rest"],
    [{ offset: 0, length: 1, text: "abc" }, "elsewhere", 6, "rest"],
  ] as const;
  for (const [change, step, caret, rest] of cases) assert.deepEqual(follow(4, "rest", change), { step, caret, rest });
});

test("the caret moves by the document's line ends, the rest has plain ones", () => {
  assert.deepEqual(follow(0, "a\nb", { offset: 0, length: 0, text: "a\r\n" }), { step: "part", caret: 3, rest: "b" });
  assert.equal(plain("a\r\nb\rc"), "a\nb\nc");
});
