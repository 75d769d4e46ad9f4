// A model server behind TLS, over HTTP/2 and HTTP/1.1. Prints "port N", then a
// line of JSON for every handshake and request; ends when its stdin is closed.
//
//     node server.mjs FOLDER [h2|http/1.1 [client]]
//
// FOLDER holds what tests/tools/certificates made; "client" asks for a
// certificate of that authority. A model may be called "redirect:PORT" or
// "hold", which begins to answer and does not go on.
import fs from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';

const [folder, protocol, client] = process.argv.slice(2);
const read = (name) => fs.readFileSync(`${folder}/${name}`);
const tell = (event) => process.stdout.write(JSON.stringify(event) + '\n');

const options = {
    key: read('server.key'),
    cert: read('server.pem'),
    ca: read('ca.pem'),
    requestCert: client === 'client',
    rejectUnauthorized: client === 'client',
};
const server = protocol === 'http/1.1' ? https.createServer(options)
    : http2.createSecureServer({ ...options, allowHTTP1: true });

let connections = 0;
server.on('secureConnection', (socket) => {
    socket.number = ++connections;
    tell({ event: 'handshake', connection: socket.number, protocol: socket.alpnProtocol });
    socket.on('error', () => {});
});
server.on('tlsClientError', (error) => tell({ event: 'refused', code: error.code }));
server.on('sessionError', () => {});

function answer(response, text) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify({ choices: [{ text }] })}\n\n`);
}

server.on('request', (request, response) => {
    let body = '';
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => {
        const model = JSON.parse(body || '{}').model ?? '';
        const socket = request.stream?.session?.socket ?? request.socket;
        tell({ event: 'request', version: request.httpVersion, model,
            connection: socket.number, path: request.url, headers: request.headers });
        response.on('close', () => tell({ event: 'over', model }));
        if (model.startsWith('redirect:')) {
            response.writeHead(307, { location: `https://localhost:${model.slice(9)}/v1/completions` });
            response.end();
        } else if (model === 'hold') {
            answer(response, 'sum(');
        } else {
            answer(response, 'sum(rows)');
            response.end('data: {"choices":[{"text":"","finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
        }
    });
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${server.address().port}\n`));
process.stdin.on('close', () => process.exit(0)).resume();
