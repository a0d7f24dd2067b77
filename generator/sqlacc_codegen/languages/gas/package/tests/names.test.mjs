// What the file shows to others is documented; everything else has a name that ends in an underscore.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { world } from "./world.mjs";

const source = readFileSync(new URL("../Sqlacc.gs", import.meta.url), "utf8");
const { Sqlacc, SqlaccFake } = world();
const declared = [...source.matchAll(/^ {2}(?:class|function|const|let) (\w+)/gm)].map(([, name]) => name);

test("the file declares one name", () => {
  assert.deepEqual(
    [...source.matchAll(/^(?:var|const|let|class|function) (\w+)/gm)].map(([, name]) => name),
    ["Sqlacc"],
  );
});

test("private names end in an underscore", () => {
  assert.ok(declared.length > 150);
  const shown = new Set([...Object.keys(Sqlacc), "Records"]); // Records is what iterate() gives
  assert.deepEqual(
    declared.filter((name) => !name.endsWith("_") && !shown.has(name)),
    [],
  );
});

test("everything public is documented", () => {
  for (const name of Object.keys(Sqlacc)) {
    assert.match(source, new RegExp(`\\*/\\n {2}(?:class|function|const) ${name}\\b`), name);
  }
  const client = SqlaccFake.server().client();
  for (const [name, value] of Object.entries(client).filter(([, one]) => one?.shape)) {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(value)).filter((one) => !one.endsWith("_"));
    assert.ok(methods.length >= 11, name);
    const start = source.indexOf(`\n  class ${value.constructor.name} `);
    for (const method of methods) {
      assert.match(source.slice(start), new RegExp(`\\*/\\n {4}${method}\\(`), `${name}.${method}`);
    }
  }
});
