/** An error of the client to the outcome of the driver protocol. */

import { ApiError, SqlAccountError, ValidationError } from "../src/index.js";
import type { JsonObject } from "../src/runtime/json.js";
import { tag } from "./tags.js";

export function failure(error: unknown): JsonObject {
  if (error instanceof ApiError) {
    const { kind, status, serverMessage, body } = error;
    return { api_error: { kind, status, message: serverMessage, body: tag(body) } };
  }
  if (error instanceof SqlAccountError) {
    const fields = error instanceof ValidationError ? error.fields : undefined;
    return { client_error: { kind: error.kind, message: error.message, fields } };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  return { client_error: { kind: "usage", message: text } };
}
