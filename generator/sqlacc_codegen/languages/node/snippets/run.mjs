// Runs samples: the name of one on each line of standard input, what it printed as a line of JSON on standard output.
// Called in the folder of the generated client: node run.mjs PATH/TO/esbuild/lib/main.js FOLDER-OF-SAMPLES

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const [, , esbuild, folder] = process.argv;
const { buildSync } = createRequire(import.meta.url)(resolve(esbuild));
const home = join(folder, "node_modules", "sqlacc-client");
mkdirSync(home, { recursive: true });
buildSync({
  entryPoints: ["src/index.ts", "src/testing.ts"],
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  outdir: home,
});
const exports = { ".": "./index.js", "./testing": "./testing.js" };
writeFileSync(join(home, "package.json"), JSON.stringify({ name: "sqlacc-client", type: "module", exports }));
process.chdir(folder);

for await (const name of createInterface({ input: process.stdin })) {
  const said = [];
  let error = "";
  console.log = (...words) => said.push(format(...words));
  try {
    await import(pathToFileURL(hoisted(name)));
  } catch (thrown) {
    error = String(thrown?.stack ?? thrown);
  }
  process.stdout.write(`${JSON.stringify({ printed: said.join("\n"), error })}\n`);
}

/** The sample with its imports at the top, where alone they may stand; an example of a README is inside a block. */
function hoisted(name) {
  const code = readFileSync(join(folder, `${name}.mjs`), "utf8");
  const imports = [];
  const rest = code.replace(/^import .*;$/gm, (line) => (imports.push(line), ""));
  const path = join(folder, `${name}-run.mjs`);
  writeFileSync(path, [...new Set(imports), rest].join("\n"));
  return path;
}
