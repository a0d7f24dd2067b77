/** Options, environment and the profiles file to the keys of a client. */

import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "./errors.js";
import type { ClientOptions } from "./options.js";
import type { SigningKeys } from "./sign.js";

export interface Credentials extends SigningKeys {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly profile: string;
}

export interface Defaults {
  readonly baseUrl: string;
  readonly region: string;
  readonly service: string;
}

type Settings = Readonly<Partial<Record<Setting, string>>>;
type Setting = (typeof SETTINGS)[number];

const SETTINGS = ["access_key", "secret_key", "region", "service", "base_url", "session_token"] as const;

/**
 * What the options say wins. Keys come from them, else from the profile that they name, else from `SQLACC_ACCESS_KEY`
 * and `SQLACC_SECRET_KEY`, else from the profile that `SQLACC_PROFILE` names.
 */
export function credentialsOf(
  options: ClientOptions,
  defaults: Defaults,
  environment: NodeJS.ProcessEnv = process.env,
): Credentials {
  const { accessKey, secretKey } = options;
  if ((accessKey === undefined) !== (secretKey === undefined)) {
    throw new ConfigurationError("accessKey and secretKey belong together; only one of them was given");
  }
  const [profile, found] = source(options, environment);
  const keys = { accessKey: accessKey ?? found.access_key ?? "", secretKey: secretKey ?? found.secret_key ?? "" };
  for (const [name, key] of Object.entries(keys)) {
    if (key === "") throw new ConfigurationError(`profile ${profile}: no ${name.replace("Key", "_key")}`);
  }
  const sessionToken = options.sessionToken ?? filled(found.session_token);
  const region = options.region ?? filled(found.region) ?? defaults.region;
  const service = options.service ?? filled(found.service) ?? defaults.service;
  for (const [name, key] of Object.entries({ ...keys, sessionToken: sessionToken ?? "x" })) {
    if (!/^[!-~](?:[ -~]*[!-~])?$/.test(key) || (name === "accessKey" && key.includes(" "))) {
      throw new ConfigurationError(`profile ${profile}: ${name} holds characters that no key has`);
    }
  }
  for (const [name, part] of Object.entries({ region, service })) {
    if (!/^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(part)) {
      throw new ConfigurationError(`profile ${profile}: ${JSON.stringify(part)} is no ${name}`);
    }
  }
  return {
    ...keys,
    sessionToken,
    region,
    service,
    baseUrl: checkedUrl(options.baseUrl ?? filled(found.base_url) ?? defaults.baseUrl),
    profile,
  };
}

/** The name of the profile, and what it or the environment says. */
function source(options: ClientOptions, environment: NodeJS.ProcessEnv): [profile: string, found: Settings] {
  const given = Object.fromEntries(
    SETTINGS.map((name) => [name, filled(environment[`SQLACC_${name.toUpperCase()}`])]),
  ) as Settings;
  const label = filled(environment["SQLACC_PROFILE"]);
  if (options.accessKey !== undefined) return [options.profile ?? label ?? "given", { ...given, session_token: "" }];
  if (options.profile !== undefined) return [options.profile, readProfile(options.profile, options, environment)];
  if (given.access_key !== undefined && given.secret_key !== undefined) return [label ?? "environment", given];
  if (given.access_key !== undefined || given.secret_key !== undefined) {
    throw new ConfigurationError("only one of SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY is set");
  }
  if (label !== undefined) return [label, readProfile(label, options, environment)];
  throw new ConfigurationError(
    "no keys: set SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY, or name a section of " +
      `${profilesPath(options, environment)} in the option profile or in SQLACC_PROFILE`,
  );
}

function checkedUrl(url: string): string {
  const base = url.replace(/\/+$/, "");
  if (/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/i.test(base)) return base;
  throw new ConfigurationError(`the base URL is not an http or https address: ${JSON.stringify(url)}`);
}

/** A section of the profiles file. Others must not be able to read that file. */
function readProfile(profile: string, options: ClientOptions, environment: NodeJS.ProcessEnv): Settings {
  const path = profilesPath(options, environment);
  let bytes: Buffer;
  let mode: number;
  try {
    bytes = readFileSync(path);
    mode = statSync(path).mode;
  } catch (error) {
    throw new ConfigurationError(`profile ${profile}: ${path} cannot be read`, { cause: error });
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new ConfigurationError(`${path} is open to other users; close it with: chmod 600 ${path}`);
  }
  if (!isUtf8(bytes)) throw new ConfigurationError(`profile ${profile}: ${path} is not UTF-8`);
  const sections = parseIni(bytes.toString("utf8"), path);
  const found = sections.get(profile);
  if (!found) {
    const names = [...sections.keys()].join(", ");
    throw new ConfigurationError(`profile ${profile}: not in ${path}; it has: ${names === "" ? "none" : names}`);
  }
  const unknown = Object.keys(found).filter((name) => !(SETTINGS as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(`profile ${profile}: ${path}: unknown setting ${unknown.join(", ")}`);
  }
  return found;
}

function profilesPath(options: ClientOptions, environment: NodeJS.ProcessEnv): string {
  const named = options.profilesFile ?? filled(environment["SQLACC_PROFILES"]);
  if (named !== undefined) return named.replace(/^~(?=[/\\]|$)/, homedir());
  switch (process.platform) {
    case "win32":
      return join(filled(environment["APPDATA"]) ?? join(homedir(), "AppData", "Roaming"), "sqlacc", "profiles.ini");
    case "darwin":
      return join(homedir(), "Library", "Application Support", "sqlacc", "profiles.ini");
    default:
      return join(filled(environment["XDG_CONFIG_HOME"]) ?? join(homedir(), ".config"), "sqlacc", "profiles.ini");
  }
}

/**
 * `[section]`, `name = value`, comments after `#` or `;` at the start of a line. A name given twice could mean the keys
 * of another company, so it is refused. No line is quoted: it may hold a key.
 */
export function parseIni(text: string, path = "the profiles file"): Map<string, Readonly<Record<string, string>>> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  const lines = text.replace(/^\ufeff/, "").split("\n");
  for (const [index, line] of lines.map((one) => one.trim()).entries()) {
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const refuse = (why: string): never => {
      throw new ConfigurationError(`${path}, line ${String(index + 1)}: ${why}`);
    };
    const header = /^\[\s*(\S|\S.*\S)\s*\]$/.exec(line)?.[1];
    const [, name, value = ""] = /^([^=:\s](?:[^=:]*[^=:\s])?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (header !== undefined) {
      if (sections.has(header)) refuse("the profile stands twice");
      sections.set(header, (current = {}));
    } else if (current && name !== undefined) {
      if (Object.hasOwn(current, name.toLowerCase())) refuse(`${name} stands twice`);
      if (/^(["']).*\1$/.test(value)) refuse("write values without quotes");
      current[name.toLowerCase()] = value;
    } else {
      refuse("neither [profile] nor name = value");
    }
  }
  return sections;
}

function filled(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
