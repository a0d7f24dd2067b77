// HTTP that waits for its answer, as UrlFetchApp does: a worker thread sends, this thread sleeps until it is done.

import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";

let post;

/** Results of requests that are sent at the same time. The connections are kept. */
export function exchangeAll(requests) {
  post ??= start();
  return post(requests);
}

function start() {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL("http-worker.mjs", import.meta.url), {
    workerData: { flag, port: port2 },
    transferList: [port2],
  });
  worker.unref();
  port1.unref();
  return (requests) => {
    Atomics.store(flag, 0, 0);
    port1.postMessage(requests);
    Atomics.wait(flag, 0, 0);
    return receiveMessageOnPort(port1).message;
  };
}
