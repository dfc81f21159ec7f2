import assert from "node:assert/strict";
import { test } from "node:test";
import { load, pretendPage } from "./load.mjs";

pretendPage();
const { formatNumber, formatAxis, formatShare } = await load("lib/format.ts");
const { linearBreaks, logBreaks, chooseBreaks, classOf, spread } = await load("lib/breaks.ts");
const { nextPause } = await load("progress.ts");
const { sortValue, compareValues } = await load("tables.ts");

const THIN = "\u2009";

test("no value is a dash and never zero", () => {
  for (const nothing of [null, undefined, Number.NaN]) assert.equal(formatNumber(nothing), "—");
  assert.equal(formatNumber(0), "0");
});

test("numbers are grouped, with a true minus, and only as many digits as they need", () => {
  assert.equal(formatNumber(1234567), `1${THIN}234${THIN}567`);
  assert.equal(formatNumber(-1234.5, 1), `−1${THIN}234.5`);
  assert.equal(formatNumber(12.3456), "12.35");
  assert.equal(formatNumber(20), "20");
  assert.equal(formatNumber(0.00012345), "0.0001");
  assert.equal(formatNumber(-0.00001, 2), "0.00");
});

test("a given precision keeps its zeros", () => assert.equal(formatNumber(4, 3), "4.000"));

test("axes stay in full below a million, because the unit may say 万 already", () => {
  assert.equal(formatAxis(25000, "zh"), `25${THIN}000`);
  assert.equal(formatAxis(1.2e6, "zh"), "120万");
  assert.equal(formatAxis(-3e8, "zh"), "−3亿");
  assert.equal(formatAxis(1.2e6, "en"), "1.2M");
});

test("shares have one digit", () => assert.equal(formatShare(0.4321), `43.2${THIN}%`));

test("linear limits are round and lie inside the values", () => {
  assert.deepEqual(linearBreaks([0, 97], 5), [20, 40, 60, 80]);
  assert.deepEqual(linearBreaks([], 5), []);
  assert.deepEqual(linearBreaks([3, 3], 5), [3]);
});

test("logarithmic limits are powers of ten inside the values", () => {
  assert.deepEqual(logBreaks([0.5, 12, 20_000], 9), [1, 10, 100, 1000, 10000]);
  assert.deepEqual(logBreaks([0.5, 120], 9), [1, 3, 10, 30, 100]);
  assert.deepEqual(logBreaks([-1, 0], 9), []);
});

test("one very large value switches the scale to logarithmic", () => {
  assert.ok(chooseBreaks([1, 2, 3, 4, 5000], 7).includes(100));
  assert.ok(!chooseBreaks([1, 2, 3, 4, 5], 7).includes(100));
});

test("a value on a limit belongs to the class above it", () => {
  assert.equal(classOf(9.99, [10, 20]), 0);
  assert.equal(classOf(10, [10, 20]), 1);
  assert.equal(classOf(20, [10, 20]), 2);
});

test("colours are spread over the whole scale", () => assert.deepEqual(spread(["a", "b", "c", "d", "e"], 3), ["a", "c", "e"]));

test("a job is asked less often while nothing changes, and often again when it moves", () => {
  assert.equal(nextPause(500, false), 700);
  assert.equal(nextPause(5000, false), 5000);
  assert.equal(nextPause(5000, true), 500);
});

test("cells sort by their full value, not by the printed one", () => {
  assert.equal(sortValue({ dataset: { value: "1234.5" }, textContent: "1.2" }, "number"), 1234.5);
  assert.equal(sortValue({ dataset: {}, textContent: ` −1${THIN}234 ` }, "number"), -1234);
  assert.equal(sortValue({ dataset: {}, textContent: "NE" }, "number"), null);
});

test("empty cells come last in both directions", () => {
  const sorted = (direction) => [2, null, 1].sort((a, b) => compareValues(a, b, direction));
  assert.deepEqual(sorted(1), [1, 2, null]);
  assert.deepEqual(sorted(-1), [2, 1, null]);
});
