// Azure Speech as its documents have it, for the voice's tests; faults by the first part of the path. Node's own HTTP and TLS.
//   node speech.js CERT KEY MODE
// Prints its port on one line, then serves until its standard input ends.
'use strict';
const fs = require('fs');
const [cert, key] = process.argv.slice(2);

const FORMATS = ['raw-16khz-16bit-mono-pcm', 'riff-8khz-16bit-mono-pcm', 'riff-24khz-16bit-mono-pcm', 'riff-48khz-16bit-mono-pcm'];
const VOICES = ['en-GB-SoniaNeural', 'de-DE-KatjaNeural', 'de-DE-Seraphina:DragonHDLatestNeural'];
const SSML = new RegExp('^<speak version="1\\.0" xmlns="http://www\\.w3\\.org/2001/10/synthesis" xml:lang="([a-z]{2})">' +
	'<voice name="([^"<&]+)"><prosody rate="([+-]\\d+)%">((?:[^<>&"\'\\x00-\\x1f]|&(?:amp|lt|gt|quot|apos);)*)</prosody></voice></speak>$');
const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');

const asked = new Map(); // first part of the path -> how often

// A tone of so many samples; what the header promises may be another number.
function wav(rate, bits, samples, promised = samples) {
	const data = Buffer.alloc(samples * bits / 8), head = Buffer.alloc(44);
	for (let i = 0; i < samples; i++)
		if (bits === 8) data[i] = 128 + 60 * Math.sin(i * 2764 / rate);
		else data.writeInt16LE(Math.round(9000 * Math.sin(i * 2764 / rate)), 2 * i);
	head.write('RIFF', 0);
	head.writeUInt32LE(promised < 0 ? 0xffffffff : 36 + promised * bits / 8, 4);
	head.write('WAVEfmt ', 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(rate, 24);
	head.writeUInt32LE(rate * bits / 8, 28);
	head.writeUInt16LE(bits / 8, 32);
	head.writeUInt16LE(bits, 34);
	head.write('data', 36);
	head.writeUInt32LE(promised < 0 ? 0xffffffff : promised * bits / 8, 40);
	return Buffer.concat([head, data]);
}

// Half a second, as long as that at the voice's own pace.
const speech = (rate) => wav(24000, 16, Math.round(12000 / (1 + rate / 100)));

function say(res, audio) {
	res.writeHead(200, { 'content-type': 'audio/x-wav', 'content-length': audio.length });
	res.end(audio);
}

function refuse(res, status, headers = {}, text = '') {
	res.writeHead(status, headers);
	res.end(text);
}

// What a request must be: else the documents' status.
function wrong(req, body) {
	const ssml = SSML.exec(body), agent = req.headers['user-agent'] ?? '';
	if (req.headers['ocp-apim-subscription-key'] !== 'the-resource-s-key') return [401];
	if (req.headers['content-type'] !== 'application/ssml+xml') return [415];
	if (req.method !== 'POST' || !agent || agent.length >= 255) return [400];
	if (!FORMATS.includes(req.headers['x-microsoft-outputformat'])) return [400, {}, 'Unsupported output format'];
	if (!ssml) return [400, {}, 'The SSML is not well formed'];
	if (!VOICES.includes(ssml[2])) return [400, {}, `Unsupported voice \u001b[31m${ssml[2]}\nmore`];
	return null;
}

// By the first part of the path; n: the how manieth time.
const kinds = {
	ok: (res, n, rate) => say(res, speech(rate)),
	quote: (res, n, rate, text) => text === 'Tom & "Ann" <say> it\'s 3 > 2 für ' + ' Öl' ? say(res, speech(rate)) : refuse(res, 400, {}, text),
	stream: (res, n, rate) => { res.writeHead(200); res.write(wav(24000, 16, 6000, -1)); res.end(speech(rate).subarray(44, 44 + 12000)); },
	busy: (res, n, rate) => (n < 3 ? refuse(res, 429, { 'retry-after': '0' }) : say(res, speech(rate))),
	away: (res) => refuse(res, 429, { 'retry-after': '3600' }),
	shaky: (res, n, rate) => (n < 2 ? refuse(res, 500) : say(res, speech(rate))),
	down: (res) => refuse(res, 503, { 'retry-after': '3600' }, 'maintenance'),
	lost: (res, n, rate) => {
		if (n > 1) return say(res, speech(rate));
		res.writeHead(200, { 'content-length': 24044 });
		return res.write(speech(0).subarray(0, 9000), () => res.destroy());
	},
	short: (res) => say(res, wav(24000, 16, 3000, 12000)),
	page: (res) => refuse(res, 200, { 'content-type': 'text/html' }, '<!doctype html><title>Sign in to the network</title>'),
	empty: (res) => refuse(res, 200),
	endless: (res) => say(res, wav(4000, 8, 4000 * 600)),
	mute: () => undefined,
	forbidden: (res) => refuse(res, 403, {}, 'Access denied due to Virtual Network/Firewall rules.'),
};

function answer(req, res, body) {
	const [, kind, ...rest] = req.url.split('/');
	const n = (asked.get(kind) ?? 0) + 1;
	asked.set(kind, n);
	if (req.url.startsWith('/asked/')) return refuse(res, 200, {}, String(asked.get(rest[0]) ?? 0));
	if (!kinds[kind] || rest.join('/') !== 'cognitiveservices/v1') return refuse(res, 404);
	const fault = wrong(req, body);
	if (fault) return refuse(res, ...fault);
	const [, , , rate, text] = SSML.exec(body);
	return kinds[kind](res, n, Number(rate), plain(text));
}

const server = require('https').createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) }, (req, res) => {
	let body = '';
	req.setEncoding('utf8');
	req.on('data', (d) => { body += d; });
	req.on('end', () => answer(req, res, body));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
