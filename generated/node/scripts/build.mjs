// Compiles src/ twice, as ES modules and as CommonJS, into the folder named on the command line.
// The compiler is the package's own, or the one named in TSC.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const out = resolve(process.argv[2] ?? "dist");
const tsc = process.env.TSC ?? createRequire(import.meta.url).resolve("typescript/bin/tsc");
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

rmSync(out, { recursive: true, force: true });
for (const [kind, type] of [
  ["esm", "module"],
  ["cjs", "commonjs"],
]) {
  const folder = join(out, kind);
  const settings = ["-p", join(root, `tsconfig.${kind}.json`), "--outDir", folder];
  const { status } = spawnSync(process.execPath, [tsc, ...settings], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ type })}\n`);
}
