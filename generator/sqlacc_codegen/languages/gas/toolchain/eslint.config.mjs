import js from "@eslint/js";
import googleappsscript from "eslint-plugin-googleappsscript";

const node = ["Buffer", "TextDecoder", "URL", "console", "process"];

export default [
  js.configs.recommended,
  {
    rules: {
      "no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" },
      ],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "prefer-const": "error",
    },
  },
  {
    files: ["**/*.gs"],
    languageOptions: {
      ecmaVersion: 2020,
      sourceType: "script",
      globals: { ...googleappsscript.environments.googleappsscript.globals, console: "readonly" },
    },
  },
  {
    // The names that a script project shares: each file of it declares some and uses those of others.
    files: ["**/*.gs"],
    ignores: ["Sqlacc.gs"],
    languageOptions: { globals: { Sqlacc: "readonly", SheetTable: "writable", SqlaccFake: "writable" } },
    rules: { "no-redeclare": ["error", { builtinGlobals: false }] },
  },
  {
    files: ["**/*.gs"],
    rules: {
      // What a script declares at top level is for other scripts, for menus and for the editor's Run button.
      "no-unused-vars": [
        "error",
        {
          vars: "local",
          varsIgnorePattern: "^_",
          argsIgnorePattern: "^_",
          caughtErrorsIgnorePattern: "^_",
        },
      ],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "module",
      globals: Object.fromEntries(
        [...node, "SharedArrayBuffer", "Atomics", "setTimeout", "clearTimeout"].map((name) => [name, "readonly"]),
      ),
    },
  },
];
