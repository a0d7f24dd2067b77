/** Options, environment and the profiles file to the keys of a client. */

import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "./errors.js";
import type { ClientOptions } from "./options.js";
import type { SigningKeys } from "./sign.js";

export interface Credentials extends SigningKeys {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly profile: string | undefined;
}

export interface Defaults {
  readonly baseUrl: string;
  readonly region: string;
  readonly service: string;
}

type Settings = Readonly<Partial<Record<string, string>>>;

/** Options first, then the profile, then `SQLACC_*` of the environment, then the defaults. */
export function credentialsOf(
  options: ClientOptions,
  defaults: Defaults,
  environment: NodeJS.ProcessEnv = process.env,
): Credentials {
  const explicit = options.accessKey !== undefined && options.secretKey !== undefined;
  const profile = options.profile ?? (explicit ? undefined : filled(environment["SQLACC_PROFILE"]));
  const stored = profile === undefined || explicit ? {} : readProfile(profile, options.profilesFile, environment);
  const named = profile !== undefined && !explicit;
  const setting = (name: string): string | undefined =>
    filled(stored[name]) ?? (named ? undefined : filled(environment[`SQLACC_${name.toUpperCase()}`]));
  const accessKey = options.accessKey ?? setting("access_key");
  const secretKey = options.secretKey ?? setting("secret_key");
  if (accessKey === undefined || accessKey === "" || secretKey === undefined || secretKey === "") {
    const where = named
      ? `profile ${profile}`
      : "the options, SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY, or SQLACC_PROFILE";
    throw new ConfigurationError(`no ${accessKey ? "secret" : "access"} key in ${where}`);
  }
  // eslint-disable-next-line no-control-regex -- a key goes into a header
  if (/[\u0000-\u0020\u007f,]/.test(accessKey)) throw new ConfigurationError("the access key holds a space or comma");
  const baseUrl = (options.baseUrl ?? setting("base_url") ?? defaults.baseUrl).replace(/\/+$/, "");
  if (!/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/i.test(baseUrl)) {
    throw new ConfigurationError(`the base URL is not an http or https address: ${JSON.stringify(baseUrl)}`);
  }
  return {
    accessKey,
    secretKey,
    sessionToken: options.sessionToken ?? setting("session_token"),
    region: options.region ?? setting("region") ?? defaults.region,
    service: options.service ?? setting("service") ?? defaults.service,
    baseUrl,
    profile,
  };
}

/** A section of the profiles file. Others must not be able to read that file. */
function readProfile(profile: string, file: string | undefined, environment: NodeJS.ProcessEnv): Settings {
  const path = file ?? filled(environment["SQLACC_PROFILES_FILE"]) ?? profilesPath(environment);
  let text: string;
  try {
    if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
      throw new ConfigurationError(`${path} holds secrets and others may read it: chmod 600 ${path}`);
    }
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`the profiles file ${path} cannot be read`, { cause: error });
  }
  const sections = parseIni(text);
  const found = sections.get(profile);
  if (found) return found;
  const names = [...sections.keys()].join(", ");
  throw new ConfigurationError(`${path} has no profile ${JSON.stringify(profile)}; it has: ${names || "none"}`);
}

function profilesPath(environment: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case "win32":
      return join(environment["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "sqlacc", "profiles.ini");
    case "darwin":
      return join(homedir(), "Library", "Application Support", "sqlacc", "profiles.ini");
    default:
      return join(filled(environment["XDG_CONFIG_HOME"]) ?? join(homedir(), ".config"), "sqlacc", "profiles.ini");
  }
}

/** `[section]`, `name = value`, comments after `#` or `;` at the start of a line. */
export function parseIni(text: string): Map<string, Settings> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((one) => one.trim())) {
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const header = /^\[(.+)\]$/.exec(line);
    const member = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line);
    if (header?.[1] !== undefined) {
      current = {};
      sections.set(header[1].trim(), current);
    } else if (current && member?.[1] !== undefined) {
      current[member[1].toLowerCase()] = member[2] ?? "";
    } else {
      throw new ConfigurationError("the profiles file has a line that is neither [profile] nor name = value");
    }
  }
  return sections;
}

function filled(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
