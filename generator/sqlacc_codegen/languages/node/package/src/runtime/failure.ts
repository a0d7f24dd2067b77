/** How an attempt failed, and the error that it means: whether anything had been sent decides over writes. */

import {
  AmbiguousWriteError,
  CancelledError,
  ConnectionError,
  type RequestSummary,
  TimeoutError,
  type TransportError,
} from "./errors.js";

/** An attempt without an answer. `sent`: some of the request may have reached the server. */
export interface Failure {
  readonly failure: Error;
  readonly timedOut: boolean;
  readonly cancelled: boolean;
  readonly sent: boolean;
}

// Codes of failures before a connection stood: nothing of the request can have been read.
const NEVER_SENT = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"],
  ...["UND_ERR_CONNECT_TIMEOUT", "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"],
  ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "ERR_TLS_CERT_ALTNAME_INVALID"],
]);

/** The error for the caller. */
export function errorOf(attempt: Failure, request: RequestSummary): TransportError | AmbiguousWriteError {
  const cause = attempt.failure;
  const why = attempt.timedOut ? cause.message : reason(cause);
  const options = { cause };
  const isWrite = request.method !== "GET";
  if (attempt.cancelled && !(attempt.sent && isWrite)) return new CancelledError(request, options);
  if (attempt.sent && isWrite) {
    const what = attempt.cancelled ? "cancelled" : why;
    const message = `${what}; the request had left, so it may have been carried out: check before repeating it`;
    return new AmbiguousWriteError(request, message, options);
  }
  return attempt.timedOut ? new TimeoutError(request, why, options) : new ConnectionError(request, why, options);
}

/** The innermost words: `fetch failed` alone helps nobody. */
function reason(error: Error): string {
  const inner = error.cause;
  return inner instanceof Error && inner.message !== "" ? `${error.message}: ${reason(inner)}` : error.message;
}

/** Whether it failed before a connection stood. */
export function neverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverSent);
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === "connect" || syscall === "getaddrinfo" || error.message === "bad port") return true;
  return (code !== undefined && NEVER_SENT.has(code)) || neverSent(error.cause);
}

/** Rejects when the signal fires, also when a given `fetch` does not heed it. */
export async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
    work.catch(() => undefined);
  }
}
