// The README's examples are JavaScript, and every name of this library in them exists.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { world } from "./world.mjs";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code);
const { Sqlacc, SqlaccFake } = world();
const server = SqlaccFake.server();
const roots = { Sqlacc, SqlaccFake, server, client: server.client() };

test("examples can be read", () => {
  assert.ok(examples.length >= 8);
  for (const code of examples) new vm.Script(`(() => {${code}})`);
});

test("names exist", () => {
  const names = [...readme.matchAll(/\b(Sqlacc|SqlaccFake|server|client)((?:\.[A-Za-z]+)+)/g)];
  const code = names.filter(([whole]) => !/^Sqlacc\.(gs|[A-Z][a-zA-Z]+Invoice$)/.test(whole) && !whole.endsWith(".gs"));
  assert.ok(code.length >= 30);
  for (const [whole, root, path] of code) {
    const found = path
      .slice(1)
      .split(".")
      .reduce((value, name) => value?.[name], roots[root]);
    assert.notEqual(found, undefined, whole);
  }
});
