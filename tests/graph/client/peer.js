// The other side for the client's tests, with faults by URL. Node's own HTTP, HTTP/2 and TLS.
//   node peer.js CERT KEY MODE      MODE: h2 (and 1.1), h1 (1.1 only), plain
// Prints its port on one line, then serves until its standard input ends.
'use strict';
const fs = require('fs');
const [cert, key, mode] = process.argv.slice(2);

const log = []; // arrivals: { name, at_ms, connection, body }
const scripts = new Map(); // name -> steps left
const running = new Map(); // lane -> requests under way now
const crowds = new Map(); // name -> answers held back until enough have come
const halves = []; // streams whose answer has only begun
let connections = 0;
let overlapped = 0;

const json = (res, value, status = 200, headers = {}) => {
	res.writeHead(status, { 'content-type': 'application/json', ...headers });
	res.end(JSON.stringify(value));
};

// /script/NAME?steps=429:0.3,503,200 : each request takes the next step; the last one stays.
function script(req, res, url, name) {
	if (!scripts.has(name)) scripts.set(name, url.searchParams.get('steps').split(','));
	const steps = scripts.get(name);
	const [status, wait] = (steps.length > 1 ? steps.shift() : steps[0]).split(':');
	if (status === 'reset') return destroy(req, res);
	json(res, { step: status }, Number(status), wait ? { 'retry-after': wait } : {});
}

function destroy(req, res) {
	const stream = res.stream;
	(stream ? stream.session : req.socket).destroy();
}

// Whoever shares a lane may not be here at the same time.
function lane(req, res, name) {
	const n = (running.get(name) || 0) + 1;
	running.set(name, n);
	if (n > 1) overlapped++;
	setTimeout(() => {
		running.set(name, running.get(name) - 1);
		json(res, { ok: true });
	}, 5);
}

// /recording/BYTES: what recordResponse made, in chunks, for the holder of its own token.
function recording(req, res, bytes) {
	if (req.headers.authorization !== 'Bearer the-recording-s-own')
		return json(res, { error: { code: 'InvalidAuthenticationToken' } }, 401);
	res.writeHead(200, { 'content-type': 'application/octet-stream' });
	for (let left = bytes; left > 0; left -= 160696) res.write(Buffer.alloc(Math.min(left, 160696), 'RIFF'));
	return res.end();
}

// Answers nobody before n are here together.
function crowd(res, name, n) {
	const held = crowds.get(name) || [];
	crowds.set(name, held);
	held.push(res);
	if (held.length >= n) while (held.length) json(held.pop(), { together: n });
}

// The head of an answer, whose stream is broken off when /break comes: what nginx does with return 202.
function early(res) {
	res.stream.respond({ ':status': 202 }, { endStream: false });
	halves.push(res.stream);
}

function breakOff(res) {
	while (halves.length) halves.pop().close(8);
	json(res, {});
}

function answer(req, res, body) {
	const url = new URL(req.url, 'https://localhost');
	const [, verb, name] = url.pathname.split('/');
	const socket = res.stream ? res.stream.session.socket : req.socket;
	log.push({ name, at_ms: performance.now(), connection: socket.number, body });
	switch (verb) {
	case 'echo': return json(res, { method: req.method, headers: req.headers, body, version: req.httpVersion },
		200, { 'request-id': '7d1f0000-1111-4222-8333-444455556666', location: '/v1.0/here',
			'x-ms-ags-diagnostic': '{"ServerInfo":{"DataCenter":"West Europe","Ring":"5"}}' });
	case 'log': return json(res, { log, connections, overlapped });
	case 'script': return script(req, res, url, name);
	case 'lane': return lane(req, res, name);
	case 'crowd': return crowd(res, name, Number(url.searchParams.get('n')));
	case 'reset': return destroy(req, res);
	case 'early': return early(res);
	case 'break': return breakOff(res);
	case 'hang': return undefined;
	case 'recording': return recording(req, res, Number(name));
	case 'big': return res.end('x'.repeat(Number(name)));
	case 'redirect': res.writeHead(302, { location: '/echo' }); return res.end();
	default: return json(res, { error: { code: 'itemNotFound' } }, 404);
	}
}

function take(req, res) {
	let body = '';
	res.on('error', () => {});
	req.on('error', () => {});
	req.on('data', (d) => { body += d; });
	req.on('end', () => answer(req, res, body));
}

const tls = mode === 'plain' ? {} : { cert: fs.readFileSync(cert), key: fs.readFileSync(key) };
const server = mode === 'plain' ? require('http').createServer(take) :
	mode === 'h1' ? require('https').createServer(tls, take) :
		require('http2').createSecureServer({ ...tls, allowHTTP1: true }, take);
server.on(mode === 'plain' ? 'connection' : 'secureConnection', (s) => { s.number = ++connections; });
server.on('sessionError', () => {});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
