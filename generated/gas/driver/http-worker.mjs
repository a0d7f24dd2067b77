// Carries out HTTP requests for a thread that waits: a list of requests in, a list of results out.

import http from "node:http";
import https from "node:https";
import { workerData } from "node:worker_threads";

const { port, flag } = workerData;
const agents = { "http:": new http.Agent({ keepAlive: true }), "https:": new https.Agent({ keepAlive: true }) };

/** One request to `{status, headers, body}` or `{code}` of what broke it. The target is sent as it is written. */
function exchange({ url, method, headers, body, timeoutMs }) {
  return new Promise((resolve) => {
    const [, protocol, host, target] = /^(https?:)\/\/([^/?#]+)([^#]*)/i.exec(url) ?? [];
    if (host === undefined) return resolve({ code: "ERR_INVALID_URL" });
    const { hostname, port: number } = new URL(`${protocol}//${host}/`);
    const settings = { hostname: hostname.replace(/^\[|\]$/g, ""), port: number, path: target || "/", method };
    let request;
    const timer = setTimeout(() => {
      done({ code: "ETIMEDOUT" });
      request.destroy();
    }, timeoutMs);
    const done = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    const fail = (error) => done({ code: error.code ?? error.message });
    try {
      const send = protocol.toLowerCase() === "https:" ? https.request : http.request;
      request = send({ ...settings, headers: { ...headers, Host: host }, agent: agents[protocol.toLowerCase()] });
    } catch (error) {
      return fail(error);
    }
    request.on("error", fail);
    request.on("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", fail);
      response.on("aborted", () => done({ code: "ECONNRESET" }));
      response.on("end", () =>
        done({ status: response.statusCode, headers: response.rawHeaders, body: Buffer.concat(chunks) }),
      );
    });
    request.end(body);
  });
}

port.on("message", async (requests) => {
  port.postMessage(await Promise.all(requests.map(exchange)));
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
