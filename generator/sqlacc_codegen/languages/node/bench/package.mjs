// The built package, to the kilobytes of its bundle and the milliseconds of its import in a fresh process.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [, , module, esbuild] = process.argv;
const { buildSync } = createRequire(import.meta.url)(esbuild);
const settings = { bundle: true, minify: true, format: "esm", platform: "node", target: "node20", write: false };
const [{ contents }] = buildSync({ ...settings, entryPoints: ["src/index.ts"] }).outputFiles;
const size = gzipSync(contents, { level: 9 }).length / 1024;
console.log(JSON.stringify({ figure: "bundle, minified and gzipped", value: size, unit: "KB", limit: 25 }));

const program = `
  const start = performance.now();
  await import(${JSON.stringify(pathToFileURL(module).href)});
  console.log(performance.now() - start);`;
const times = Array.from({ length: 7 }, () =>
  Number(execFileSync(process.execPath, ["--input-type=module", "-e", program])),
);
console.log(JSON.stringify({ figure: "import", value: Math.min(...times), unit: "ms", limit: 25 }));
