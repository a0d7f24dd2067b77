// Runs driver.ts without leaving a build behind: node driver/start.mjs PATH/TO/esbuild/lib/main.js

import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const { buildSync } = createRequire(import.meta.url)(resolve(process.argv[2] ?? "esbuild"));
const { outputFiles } = buildSync({
  entryPoints: [join(dirname(fileURLToPath(import.meta.url)), "driver.ts")],
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  write: false,
});
await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
