<?php

/** A server that misbehaves as the path says; prints its port, then the method of each request, a line each. */

declare(strict_types=1);

$socket = stream_socket_server('tcp://127.0.0.1:0') ?: exit(1);
fwrite(STDOUT, substr((string) strrchr((string) stream_socket_get_name($socket, false), ':'), 1) . "\n");
$answers = [
    '/garbage' => "garbage\r\n\r\n",
    '/silent' => '',
    '/cut' => "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
];
$connections = [];
while (true) {
    $ready = [$socket, ...array_values($connections)];
    $write = $except = null;
    stream_select($ready, $write, $except, 60) > 0 || exit(0);
    foreach ($ready as $connection) {
        if ($connection === $socket) {
            $connections[] = stream_socket_accept($socket);
            continue;
        }
        [$method, $path] = explode(' ', (string) fgets($connection)) + [1 => '/silent'];
        $length = 0;
        while (trim($header = (string) fgets($connection)) !== '') {
            $length = stripos($header, 'content-length:') === 0 ? (int) substr($header, 15) : $length;
        }
        $length === 0 || stream_get_contents($connection, $length);
        $method === '' || fwrite(STDOUT, $method . "\n");
        fwrite($connection, $answers[$path] ?? "HTTP/1.1 200 OK\r\nX-Path: $path\r\nContent-Length: 2\r\n\r\n{}");
        if (isset($answers[$path])) {
            unset($connections[(int) array_search($connection, $connections, true)]);
            fclose($connection);
        }
    }
}
