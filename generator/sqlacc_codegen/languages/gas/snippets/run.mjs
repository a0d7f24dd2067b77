// Runs samples: the name of one on each line of standard input, what it printed as a line of JSON on standard output.
// Each runs in a world of its own over stand-ins of Apps Script's services; every function without parameters is called,
// as the editor's Run button does. Called in the folder of the generated client, with the folder of the samples.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { format } from "node:util";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

const { services } = await import(pathToFileURL("driver/apps-script.mjs"));
const client = new vm.Script(readFileSync("Sqlacc.gs", "utf8"), { filename: "Sqlacc.gs" });
const fake = new vm.Script(readFileSync("SqlaccFake.gs", "utf8"), { filename: "SqlaccFake.gs" });

for await (const name of createInterface({ input: process.stdin })) {
  const said = [];
  let error = "";
  try {
    run(readFileSync(join(process.argv[2], `${name}.gs`), "utf8"), name, (...words) => said.push(format(...words)));
  } catch (thrown) {
    error = String(thrown?.stack ?? thrown);
  }
  process.stdout.write(`${JSON.stringify({ printed: said.join("\n"), error })}\n`);
}

function run(code, name, log) {
  const console = { log, warn: log };
  const world = services({ console });
  const properties = world.PropertiesService.getScriptProperties();
  for (const [variable, value] of Object.entries(process.env)) {
    if (variable.startsWith("SQLACC_") && value) properties.setProperty(variable, value);
  }
  const mails = { sendEmail: (...mail) => log(...mail.slice(0, 2)) };
  const context = vm.createContext({ ...world, DriveApp: { createFile: (blob) => blob }, GmailApp: mails });
  client.runInContext(context);
  fake.runInContext(context);
  vm.runInContext(code, context, { filename: name });
  for (const [, called] of code.matchAll(/^function (\w+)\(\)/gm)) vm.runInContext(`${called}()`, context);
}
