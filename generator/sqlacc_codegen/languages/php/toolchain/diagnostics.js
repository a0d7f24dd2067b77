// Asks a PHP language server for its diagnostics of files and prints each; exits with 1 when there is any.
// usage: node diagnostics.js "SERVER COMMAND" ROOT FILE...
'use strict';
const { spawn } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, relative, resolve } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

const [command, ...rest] = process.argv[2].split(' ');
const root = resolve(process.argv[3]);
const files = process.argv.slice(4).map((file) => resolve(file));
const QUIET_MS = 300; // the server says nothing more for so long, after it has spoken of every file
const LIMIT_MS = 180000;

const storage = mkdtempSync(join(tmpdir(), 'sqlacc-php-'));
const server = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
const found = new Map();
let last = Date.now();
let indexed = false;
let input = Buffer.alloc(0);

function send(message) {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function receive(message) {
  if (message.method && message.id !== undefined) {
    const isConfiguration = message.method === 'workspace/configuration';
    send({ id: message.id, result: isConfiguration ? message.params.items.map(() => ({})) : null });
  } else if (message.id === 1) {
    send({ method: 'initialized', params: {} });
    const settings = { intelephense: { environment: { phpVersion: '8.1.0' }, diagnostics: { enable: true } } };
    send({ method: 'workspace/didChangeConfiguration', params: { settings } });
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      const textDocument = { uri: pathToFileURL(file).href, languageId: 'php', version: 1, text };
      send({ method: 'textDocument/didOpen', params: { textDocument } });
    }
  } else if (message.method === 'indexingEnded') {
    found.clear(); // what it said before it knew all files; it speaks of each again
    indexed = true;
  } else if (message.method === 'textDocument/publishDiagnostics') {
    found.set(message.params.uri, message.params.diagnostics);
    last = Date.now();
  }
}

server.stdout.on('data', (data) => {
  input = Buffer.concat([input, data]);
  for (;;) {
    const head = input.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(input.subarray(0, head).toString())[1]);
    if (input.length < head + 4 + length) return;
    receive(JSON.parse(input.subarray(head + 4, head + 4 + length).toString()));
    input = input.subarray(head + 4 + length);
  }
});

function finish(code) {
  server.kill();
  rmSync(storage, { recursive: true, force: true });
  process.exit(code);
}

server.on('exit', (code) => {
  console.log(`the language server ended by itself (${code})`);
  finish(2);
});

send({
  id: 1,
  method: 'initialize',
  params: {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'client' }],
    capabilities: {
      textDocument: { publishDiagnostics: {}, synchronization: {} },
      workspace: { configuration: true, didChangeConfiguration: {} },
    },
    initializationOptions: { storagePath: storage, globalStoragePath: storage, clearCache: true },
  },
});

const start = Date.now();
setInterval(() => {
  const silent = Date.now() - last > QUIET_MS;
  const complete = indexed && found.size >= files.length;
  if (Date.now() - start > LIMIT_MS) {
    console.log(`the language server spoke of ${found.size} of ${files.length} files only`);
    finish(2);
  }
  if (!silent || !complete) return;
  let count = 0;
  for (const [uri, diagnostics] of found) {
    for (const { range, code, message } of diagnostics) {
      count += 1;
      console.log(`${relative(root, fileURLToPath(uri))}:${range.start.line + 1}: ${code ?? ''} ${message}`);
    }
  }
  finish(count === 0 ? 0 : 1);
}, 100);
