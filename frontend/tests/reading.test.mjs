import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { neighbour, offsetOf } = await load("reading.ts");

test("walking stops at both ends and begins where the direction says", () => {
  const list = ["a", "b", "c"];
  assert.equal(neighbour(list, null, 1), "a");
  assert.equal(neighbour(list, null, -1), "c");
  assert.equal(neighbour(list, "b", 1), "c");
  assert.equal(neighbour(list, "c", 1), "c");
  assert.equal(neighbour(list, "a", -1), "a");
  assert.equal(neighbour(list, "gone", 1), "a");
  assert.equal(neighbour([], null, 1), null);
});

test("an offset counts from the segment, and there is none outside segments", () => {
  assert.equal(offsetOf("120", 4), 124);
  assert.equal(offsetOf("0", 0), 0);
  assert.equal(offsetOf(undefined, 4), null);
  assert.equal(offsetOf("", 4), null);
  assert.equal(offsetOf("x", 4), null);
});
