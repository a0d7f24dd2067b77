/**
 * A server in memory for the tests of scripts that use Sqlacc.gs. It knows lists, filters, lines, update counters and
 * numbers; it does not compute amounts or taxes. Add it to a test project only.
 *
 *   const server = SqlaccFake.server();
 *   server.add("customers", { code: "300-A0001", companyname: "Kedai Contoh" });
 *   myFunction(server.client());
 *   if (server.records("salesInvoices").length !== 1) throw new Error("no invoice");
 */
/** @typedef {{[name: string]: any}} FakeRecord */
/** @typedef {{status?: number, headers?: {[name: string]: string}, body?: any}} FakeAnswer */
/** @typedef {{shape: any, records: Map<string, FakeRecord>}} FakeStore */

// `var`, so that the name is seen when this script is used as a library.
var SqlaccFake = (() => {
  const KEYS_ = { accessKey: "fake.sql.my/TEST", secretKey: "fake", baseUrl: "https://fake.invalid" };
  const MOST_ = 50;

  class Server_ {
    constructor() {
      /**
       * Everything that was asked, oldest first.
       * @type {{method: string, target: string, body: any}[]}
       */
      this.requests = [];
      /** @type {Map<string, FakeStore>} */
      this.stores_ = new Map();
      /** @type {(FakeAnswer | Error)[]} */
      this.answers_ = [];
      this.last_ = 0;
      for (const [name, resource] of Object.entries(Sqlacc.connect(KEYS_))) {
        if (resource && resource.shape) this.stores_.set(name, { shape: resource.shape, records: new Map() });
      }
    }

    /**
     * A client of this server. It does not wait between attempts.
     * @param {Sqlacc.ClientOptions} [options] More options of `Sqlacc.connect`.
     */
    client(options = {}) {
      const own = { sleep: () => undefined, transport: /** @type {any} */ (this) };
      return Sqlacc.connect(Object.assign({}, KEYS_, own, options));
    }

    /**
     * Stores a record as the server would on a create, and gives it back with its keys.
     * @param {string} resource The name of a resource of the client: `salesInvoices`.
     * @param {FakeRecord} record
     * @returns {FakeRecord}
     */
    add(resource, record) {
      return this.create_(this.store_(resource), record);
    }

    /**
     * What is stored.
     * @param {string} resource
     * @returns {FakeRecord[]}
     */
    records(resource) {
      return [...this.store_(resource).records.values()].map(copy_);
    }

    /**
     * The next request gets this answer instead of a true one, or its connection breaks with the error.
     * @param {FakeAnswer | Error} answer
     */
    answerNext(answer) {
      this.answers_.push(answer);
    }

    /**
     * As UrlFetchApp.fetch.
     * @param {string} url
     * @param {any} params
     * @returns {any}
     */
    fetch(url, params) {
      const [, path, query = ""] = /^[a-z]+:\/\/[^/]*([^?]*)(?:\?(.*))?$/.exec(url) || ["", "/"];
      const method = params.method.toUpperCase();
      const body = params.payload === undefined ? undefined : Sqlacc.parseJson(textOf_(params.payload));
      this.requests.push({ method, target: path + (query === "" ? "" : "?" + query), body });
      const prepared = /** @type {any} */ (this.answers_.shift());
      if (prepared && "stack" in prepared) throw prepared;
      const isPdf = String(params.headers["Content-Type"]).startsWith("application/pdf");
      return response_(prepared || this.answer_(method, path, pairsOf_(query), body, isPdf));
    }

    /**
     * As UrlFetchApp.fetchAll.
     * @param {any[]} requests
     * @returns {any[]}
     */
    fetchAll(requests) {
      return requests.map((request) => this.fetch(request.url, request));
    }

    /**
     * @param {string} name
     * @returns {FakeStore}
     */
    store_(name) {
      const store = this.stores_.get(name);
      if (store === undefined) throw new Sqlacc.ConfigurationError("there is no resource " + name);
      return store;
    }

    /**
     * @param {string} method
     * @param {string} path
     * @param {string[][]} query
     * @param {any} body
     * @param {boolean} isPdf
     * @returns {FakeAnswer}
     */
    answer_(method, path, query, body, isPdf) {
      if (path === "/version") return { body: { version: "fake" } };
      const stores = [...this.stores_.values()];
      const store = stores.find(({ shape }) => path === shape.path || path.startsWith(shape.path + "/"));
      if (store === undefined) return refuse_(404, "no such endpoint: " + path);
      const key = decodeURIComponent(path.slice(store.shape.path.length + 1));
      if (method === "POST") return { body: this.create_(store, body) };
      if (method === "GET" && (key === "" || key === "*")) return list_(store, query, key === "*");
      const record = store.records.get(key);
      if (record === undefined) return refuse_(400, store.shape.id + " " + key + " not found");
      if (isPdf) return { body: "%PDF-1.4\nfake\n%%EOF\n", headers: { "Content-Type": "application/pdf" } };
      if (method === "GET") return { body: { data: [record] } };
      if (method === "PUT") return this.update_(store, key, record, body);
      store.records.delete(key);
      return {};
    }

    /**
     * @param {FakeStore} store
     * @param {FakeRecord} given
     * @returns {FakeRecord}
     */
    create_({ shape, records }, given) {
      const record = copy_(given);
      if (shape.key_type === "integer") record[shape.key] = ++this.last_;
      if (shape.number !== null && !record[shape.number]) record[shape.number] = "NEW-" + ++this.last_;
      if (shape.counter !== null) record[shape.counter] = null;
      this.numberRows_(shape, record);
      records.set(String(record[shape.key]), record);
      return copy_(record);
    }

    /**
     * @param {FakeStore} store
     * @param {string} key
     * @param {FakeRecord} stored
     * @param {FakeRecord} sent
     * @returns {FakeAnswer}
     */
    update_({ shape, records }, key, stored, sent) {
      const { counter } = shape;
      if (counter !== null && Number(sent[counter]) !== Number(stored[counter] || 0) + 1) {
        return refuse_(400, "Record has been changed by another user");
      }
      const record = Object.assign({}, stored, copy_(sent));
      this.numberRows_(shape, record);
      records.set(key, record);
      return { body: copy_(record) };
    }

    /**
     * @param {any} shape
     * @param {FakeRecord} record
     */
    numberRows_(shape, record) {
      for (const [name, table] of Object.entries(/** @type {{[name: string]: any}} */ (shape.lines))) {
        record[name] = record[name] || [];
        for (const row of record[name]) {
          if (table.key !== null && !row[table.key]) row[table.key] = ++this.last_;
          this.numberRows_(table, row);
        }
      }
    }
  }

  /**
   * Records that fit all filters, 50 at most; whole ones for the detail form.
   * @param {FakeStore} store
   * @param {string[][]} query
   * @param {boolean} isWhole
   * @returns {FakeAnswer}
   */
  function list_({ shape, records }, query, isWhole) {
    /** @type {{[name: string]: string}} */
    const settings = Object.fromEntries(query);
    const filters = query.filter(([name]) => name !== "offset" && name !== "limit");
    const found = [...records.values()].filter((record) =>
      filters.every(([name, value]) => fits_(record[name], value)),
    );
    const offset = Number(settings.offset || 0);
    const page = found.slice(offset, offset + Math.min(Number(settings.limit || MOST_), MOST_));
    const data = page.map((record) => (isWhole ? record : withoutRows_(shape, record)));
    return { body: { pagination: { offset, limit: MOST_, count: data.length }, data } };
  }

  /**
   * @param {any} stored
   * @param {string} wanted
   */
  function fits_(stored, wanted) {
    const text = stored === undefined || stored === null ? "" : String(stored);
    return wanted.endsWith("*") ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
  }

  /**
   * @param {any} shape
   * @param {FakeRecord} record
   */
  function withoutRows_(shape, record) {
    return Object.fromEntries(Object.entries(record).filter(([name]) => !(name in shape.lines)));
  }

  /**
   * @param {string} query
   * @returns {string[][]}
   */
  function pairsOf_(query) {
    return query === "" ? [] : query.split("&").map((pair) => pair.split("=").map((part) => decodeURIComponent(part)));
  }

  /**
   * @param {any} payload
   * @returns {string}
   */
  function textOf_(payload) {
    return typeof payload === "string" ? payload : Utilities.newBlob(payload).getDataAsString();
  }

  /**
   * @param {FakeRecord} record
   * @returns {FakeRecord}
   */
  function copy_(record) {
    return Sqlacc.parseJson(Sqlacc.writeJson(record));
  }

  /**
   * @param {number} status
   * @param {string} message
   * @returns {FakeAnswer}
   */
  function refuse_(status, message) {
    return { status, body: { message } };
  }

  /**
   * As an HTTPResponse of UrlFetchApp. What is left out is a status of 200 and an empty body.
   * @param {FakeAnswer} answer
   */
  function response_({ status = 200, headers = {}, body = "" }) {
    const text = typeof body === "string" ? body : Sqlacc.writeJson(body);
    return {
      getResponseCode: () => status,
      getAllHeaders: () => Object.assign({ "Content-Type": "application/json" }, headers),
      getContentText: () => text,
      getContent: () => Utilities.newBlob(text).getBytes(),
    };
  }

  return Object.freeze({
    /** A new server without records. */
    server: () => new Server_(),
  });
})();
