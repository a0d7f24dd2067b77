// Runs calls.gs beside the client in one world of Apps Script; run.sh says how it is started.

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [, , home, calls] = process.argv;
const { runFiles } = await import(pathToFileURL(join(home, "driver/apps-script.mjs")).href);
const files = [join(home, "Sqlacc.gs"), fileURLToPath(new URL("calls.gs", import.meta.url))];
const [measure, properties] = runFiles(files, "[measure, PropertiesService.getScriptProperties()]", {
  globals: { now: () => performance.now() },
});
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith("SQLACC_")) properties.setProperty(name, value);
}
measure(Number(calls));
