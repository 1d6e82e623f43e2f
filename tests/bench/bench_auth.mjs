#!/usr/bin/env node
// Tokens verified per second of processor time: ours (bench_auth.c), "openssl speed rsa2048", and what others use in
// Node: jose, jsonwebtoken with a cached key, and Microsoft's own botframework-connector. Rounds of all of them
// alternate, and medians are shown. Tokens are those of a bot message, RS256, signed here by jose.
import { execFileSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const peers = createRequire(join(root, "tests", "peers", "package.json"));
const jose = peers("jose"), jsonwebtoken = peers("jsonwebtoken"), connector = peers("botframework-connector");

const APP = "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01", ISSUER = "https://api.botframework.com", SERVICE = "https://smba.trafficmanager.net/emea/";
const TOKENS = 500, ROUNDS = 5;

const pair = await jose.generateKeyPair("RS256");
const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid: "bot-1", use: "sig", endorsements: ["msteams"] };
const now = Math.floor(Date.now() / 1000);
const tokens = [];
for (let i = 0; i < TOKENS; i++)
	tokens.push(await new jose.SignJWT({ serviceurl: SERVICE, nbf: now - 60, exp: now + 3540, iss: ISSUER, aud: APP, jti: String(i).padStart(32, "0") })
		.setProtectedHeader({ alg: "RS256", kid: jwk.kid, x5t: "rewhh8PnKQp2f0F7lq2gSV8vDkI", typ: "JWT" }).sign(pair.privateKey));

// The connector fetches its keys; it keeps them for a day.
const server = createServer((req, res) => res.end(JSON.stringify(req.url === "/keys" ? { keys: [jwk] }
	: { issuer: ISSUER, jwks_uri: `http://127.0.0.1:${server.address().port}/keys`, id_token_signing_alg_values_supported: ["RS256"] })));
await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
connector.ChannelValidation.OpenIdMetadataEndpoint = `http://127.0.0.1:${server.address().port}/`;
const credentials = new connector.SimpleCredentialProvider(APP, "");
const key = createPublicKey({ key: jwk, format: "jwk" });

const verifiers = {
	"jose": (t) => jose.jwtVerify(t, pair.publicKey, { algorithms: ["RS256"], issuer: ISSUER, audience: APP }),
	"jsonwebtoken": (t) => jsonwebtoken.verify(t, key, { algorithms: ["RS256"], issuer: ISSUER, audience: APP }),
	"botframework-connector": (t) => connector.ChannelValidation.authenticateChannelTokenWithServiceUrl(`Bearer ${t}`, credentials, SERVICE, "msteams"),
};
const evil = tokens[0].slice(0, -8) + "AAAAAAAA";
for (const [name, verify] of Object.entries(verifiers)) {
	await verify(tokens[0]);
	const { error } = console;
	console.error = () => {}; // the connector prints its keys when a signature is wrong
	const accepted = await (async () => verify(evil))().then(() => true, () => false);
	console.error = error;
	if (accepted) throw new Error(`${name} accepts anything: this bench would prove nothing`);
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
async function rate(verify) {
	const start = process.cpuUsage();
	for (const token of tokens) await verify(token);
	const { user, system } = process.cpuUsage(start);
	return TOKENS / ((user + system) / 1e6);
}

const rates = Object.fromEntries(Object.keys(verifiers).map((name) => [name, []]));
const speed = [];
for (let round = 0; round < ROUNDS; round++) {
	for (const [name, verify] of Object.entries(verifiers)) rates[name].push(await rate(verify));
	const line = execFileSync("openssl", ["speed", "-seconds", "1", "-mr", "rsa2048"], { stdio: ["ignore", "pipe", "ignore"] }).toString();
	speed.push(Number(/^\+F2:\d+:2048:[^:]+:(\S+)$/m.exec(line)[1]));
}
server.close();
const ours = execFileSync(join(process.env.BIN ?? "build", "tests", "bench", "bench_auth"), { cwd: root }).toString();
const first = Number(/RS256.*first seen (\d+)/.exec(ours)[1]), again = Number(/RS256.*shown again (\d+)/.exec(ours)[1]);

process.stdout.write(ours);
console.log(`openssl speed rsa2048: ${median(speed).toFixed(0)} verifications a second; ours, first seen, ${(first / median(speed)).toFixed(2)} of it`);
for (const [name, list] of Object.entries(rates))
	console.log(`${name}: ${median(list).toFixed(0)} tokens a core-second; ours, first seen, ${(first / median(list)).toFixed(1)} times that, shown again ${(again / median(list)).toFixed(0)} times`);
