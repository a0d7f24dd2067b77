// Judges a collection by Postman's official schema. Usage: node validate.cjs FILE
"use strict";
const { readFileSync } = require("node:fs");
const { PostmanValidator } = require("@har-sdk/validator");

const collection = JSON.parse(readFileSync(process.argv[2], "utf8"));
new PostmanValidator().verify(collection).then((errors) => {
  for (const error of errors) console.error(error.message, error.instancePath ?? "");
  if (errors.length === 0) console.log(`= ${collection.info.schema.split("/").at(-2)}`);
  process.exitCode = errors.length === 0 ? 0 : 1;
});
