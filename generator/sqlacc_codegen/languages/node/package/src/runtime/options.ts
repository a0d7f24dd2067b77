/** What can be set for a client and for a single call, and what is told about each attempt. */

/** As much of `fetch` as is used; the global one fits, and so does a function of ten lines in a test. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  readonly method: string;
  readonly headers: [string, string][];
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: Iterable<[string, string]>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface RetryOptions {
  /** Tries in all, the first included. Default 4. */
  readonly attempts?: number;
  /** The first wait is a random time up to this, each later one up to twice the one before. Default 500. */
  readonly baseMs?: number;
  /** No wait is longer, whatever `Retry-After` says. Default 30000. */
  readonly maxMs?: number;
}

/** What happens around each request. */
export type ClientEvent =
  | { readonly type: "request"; readonly method: string; readonly target: string; readonly attempt: number }
  | {
      readonly type: "response";
      readonly method: string;
      readonly target: string;
      readonly attempt: number;
      readonly status: number;
      readonly ms: number;
    }
  | {
      readonly type: "failure";
      readonly method: string;
      readonly target: string;
      readonly attempt: number;
      readonly error: Error;
      readonly ms: number;
    }
  | { readonly type: "sleep"; readonly ms: number }
  | { readonly type: "page"; readonly offset: number; readonly count: number };

export interface CallOptions {
  /** Cancels the call, waits between attempts included. */
  readonly signal?: AbortSignal;
  /** For one attempt, from connecting to the last byte of the answer. Default 30000. */
  readonly timeoutMs?: number;
  /** For the whole call with all its attempts and waits. Default: none. */
  readonly deadlineMs?: number;
  readonly retry?: RetryOptions;
  /** Whether records are checked before they are sent. Default true. */
  readonly validate?: boolean;
  /** Further headers. They are sent but not signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called around each attempt, wait and page. What it throws is reported as a process warning. */
  readonly onEvent?: (event: ClientEvent) => void;
}

export interface ClientOptions extends CallOptions {
  /** `<32 hex>.sql.my/<user>`. Default: the profile's. */
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly sessionToken?: string;
  /** Part of the signing scope. Default `ap-southeast-5`. */
  readonly region?: string;
  /** Part of the signing scope. Default `sqlaccount`. */
  readonly service?: string;
  /** Default `https://api.sql.my`. */
  readonly baseUrl?: string;
  /** A section of the profiles file; default: `SQLACC_PROFILE`. Its name appears in errors and logs. */
  readonly profile?: string;
  /** Default: `SQLACC_PROFILES`, else `sqlacc/profiles.ini` in the user's configuration folder. */
  readonly profilesFile?: string;
  /** Instead of the global `fetch`. */
  readonly fetch?: FetchLike;
  /** A line about each attempt, without secrets: `log: console.error`. */
  readonly log?: (line: string) => void;
  /** Put in front of this library's own in the `User-Agent` header: `my-shop/1.2`. */
  readonly userAgent?: string;
  /** The clock that requests are signed with. */
  readonly now?: () => Date;
  /** Waits between attempts. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
}
