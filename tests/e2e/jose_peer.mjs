#!/usr/bin/env node
// A JOSE we did not write (npm's jose) signs tokens, good and evil, for our verifier, and verifies the client
// assertion that our certificate credential makes. Prints TAP. FOYER names the built service; our side of the
// conversation, peers/jwt_tool, lies beside it.
import { execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const programs = process.env.FOYER ? dirname(process.env.FOYER) : join(root, "build", "asan");
const tool = join(programs, "peers", "jwt_tool");
const jose = createRequire(join(root, "tests", "peers", "package.json"))("jose");

const APP = "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01";
const TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const NOW = Math.floor(Date.now() / 1000);
const AUTHORITY = "https://login.microsoftonline.com";

if (!existsSync(tool)) {
	console.log(`Bail out! ${tool} is missing: make V=asan tests`);
	process.exit(1);
}
const ours = spawn(tool, { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: ours.stdout })[Symbol.asyncIterator]();
const ask = async (...words) => {
	ours.stdin.write(words.join(" ") + "\n");
	const { value, done } = await lines.next();
	if (done) throw new Error("jwt_tool ended");
	return value;
};
const verify = (profile, token) => ask("verify", profile, APP, TENANT, NOW, token);

let n = 0;
let failed = 0;
const report = (good, name, story) => {
	n++;
	if (!good) {
		failed++;
		console.log(`# ${story}`);
	}
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
};
const passes = async (name, profile, token) => {
	const answer = await verify(profile, token);
	report(answer.startsWith("ok "), name, answer);
};
// The story must say why, so that nothing is refused by accident.
const refused = async (name, profile, token, says) => {
	const answer = await verify(profile, token);
	report(/^no [1-9]/.test(answer) && says.test(answer), name, answer);
};

const call = { iss: "https://graph.microsoft.com", aud: APP, tid: TENANT, nbf: NOW - 60, exp: NOW + 3840 };
const chat = { iss: "https://api.botframework.com", aud: APP, serviceurl: "https://smba.test/", exp: NOW + 3600 };
const TRACKING = "0bf30f3b-4a52-48df-9a82-234910c4a086";
const change = { iss: `https://sts.windows.net/${TENANT}/`, aud: APP, tid: TENANT, ver: "1.0", appid: TRACKING, nbf: NOW - 60, exp: NOW + 28800 };
const user = {
	iss: `${AUTHORITY}/${TENANT}/v2.0`, aud: APP, tid: TENANT, oid: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
	ver: "2.0", azp: "1fec8e78-bce4-4aaf-ab1b-5451cc387264", scp: "access_as_user", roles: ["Agent"],
	iat: NOW, nbf: NOW, exp: NOW + 3600,
};
const without = (claims, name) => Object.fromEntries(Object.entries(claims).filter(([k]) => k !== name));

const keys = {};
for (const alg of ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"])
	keys[alg] = await jose.generateKeyPair(alg, { extractable: true });
const thief = await jose.generateKeyPair("RS256", { extractable: true });
const jwk = async (alg, kid, more = {}) => ({ ...(await jose.exportJWK(keys[alg].publicKey)), kid, ...more });
const sign = (claims, alg = "RS256", header = {}, key = keys[alg].privateKey) =>
	new jose.SignJWT(claims).setProtectedHeader({ alg, typ: "JWT", kid: alg, ...header }).sign(key);

const published = [];
for (const alg of Object.keys(keys)) published.push(await jwk(alg, alg, { use: "sig" }));
published.push(await jwk("RS256", "alg", { alg: "RS256" }), await jwk("RS256", "enc", { use: "enc" }));
published.push({ kty: "oct", kid: "oct", k: jose.base64url.encode(randomBytes(32)) });

async function good() {
	const answer = await ask("keys", JSON.stringify({ keys: published }));
	report(answer === "ok", "our reader takes jose's key set", answer);
	await passes("RS256 call", "call", await sign(call));
	await passes("RS256 call, the other issuer", "call", await sign({ ...call, iss: chat.iss }));
	await passes("RS256 on a key that names its alg", "call", await sign(call, "RS256", { kid: "alg" }));
	await passes("RS256 without typ", "call", await sign(call, "RS256", { typ: undefined }));
	await passes("RS256 with a list of one audience", "call", await sign({ ...call, aud: [APP] }));
	await passes("PS256 where allowed", "any", await sign(call, "PS256"));
	await passes("ES256 where allowed", "any", await sign(call, "ES256"));
	await passes("RS256 bot message", "chat", await sign(chat));
	await passes("RS256 person", "user", await sign(user));
	for (let i = 0; i < 20; i++)
		await passes(`ES256, signature ${i}`, "any", await sign({ ...call, jti: String(i) }, "ES256"));
}

// What every door refuses, and why.
async function everyDoor() {
	const thiefJwk = await jose.exportJWK(thief.publicKey);
	const pem = new TextEncoder().encode(await jose.exportSPKI(keys.RS256.publicKey));
	const bytes = (claims) => new TextEncoder().encode(JSON.stringify(claims));
	const raw = (claims) => new jose.CompactSign(bytes(claims)).setProtectedHeader({ alg: "RS256", kid: "RS256" }).sign(keys.RS256.privateKey);
	const alg = /alg is not one/, wrong = /signature: wrong/;

	for (const [door, good] of Object.entries({ call, chat, change, user })) {
		const no = (name, token, says) => refused(`${name} at ${door}`, door, token, says);

		await passes(`its own at ${door}`, door, await sign(good));
		await no("alg none", new jose.UnsecuredJWT(good).encode(), /empty part/);
		await no("HS256 keyed by our PEM", await sign(good, "HS256", { kid: "RS256" }, pem), alg);
		for (const a of ["PS256", "ES256", "RS384", "RS512", "EdDSA"]) await no(a, await sign(good, a), alg);
		await no("a thief's key", await sign(good, "RS256", {}, thief.privateKey), wrong);
		await no("a thief's key in the header", await sign(good, "RS256", { jwk: thiefJwk }, thief.privateKey), wrong);
		await no("no kid", await sign(good, "RS256", { kid: undefined }), /kid is not/);
		await no("a key for encryption", await sign(good, "RS256", { kid: "enc" }), /kid/);
		await no("a content of another kind", await sign(good, "RS256", { cty: "JWE" }), /has a "cty"/);
		await no("another typ", await sign(good, "RS256", { typ: "dpop+jwt" }), /typ is not/);
		await no("expired", await sign({ ...good, nbf: NOW - 3900, exp: NOW - 301 }), /expired/);
		await no("not yet", await sign({ ...good, nbf: NOW + 330 }), /starts in/);
		await no("exp as a text", await raw({ ...good, exp: String(good.exp) }), /exp is not/);
		await no("nbf as a real", await raw({ ...good, nbf: NOW - 60.5 }), /nbf is not/);
		await no("a life of two days", await sign({ ...good, exp: NOW + 172800 }), /lives longer/);
		await no("no iss", await sign(without(good, "iss")), /iss ""/);
		await no("another iss", await sign({ ...good, iss: "https://thief.test" }), /not one of ours/);
		await no("no aud", await sign(without(good, "aud")), /aud ""/);
		await no("another aud", await sign({ ...good, aud: TENANT }), /not our app id/);
		await no("two audiences", await sign({ ...good, aud: [APP, TENANT] }), /aud is not one/);
		await no("no exp", await sign(without(good, "exp")), /no exp/);
		await no("tid a word", await sign({ ...good, tid: "common" }), /tid is not a GUID/);
	}
	for (const [of, claims] of Object.entries({ call, chat, change, user }))
		for (const at of ["call", "chat", "change", "user"])
			if (at !== of) await refused(`${of} at ${at}`, at, await sign(claims), /not one of ours|no tid|asked for by app/);
}

// Graph's change notifications, whichever of its formats Entra chose.
async function changes() {
	const second = { ...without(change, "appid"), iss: `${AUTHORITY}/${TENANT}/v2.0`, ver: "2.0", azp: TRACKING };

	await passes("version 2.0 at change", "change", await sign(second));
	await refused("both names of the client", "change", await sign({ ...change, azp: TRACKING }), /and has azp/);
	await refused("both names of the client, 2.0", "change", await sign({ ...second, appid: TRACKING }), /and has appid/);
	await refused("another client", "change", await sign({ ...change, appid: APP }), /asked for by app/);
	await refused("no client", "change", await sign(without(change, "appid")), /asked for by app/);
	await refused("2.0 of 1.0's issuer", "change", await sign({ ...second, iss: change.iss }), /not its issuer's/);
	await refused("another tenant", "change",
		await sign({ ...change, tid: APP, iss: `https://sts.windows.net/${APP}/` }), /is not one of ours/);
	await refused("a token in a token", "change", await sign(change, "RS256", { cty: "JWT" }), /holds a token/);
	await passes("cty JWT of plain claims at call", "call", await sign(call, "RS256", { cty: "JWT" }));
	await passes("cty JWT of plain claims at chat", "chat", await sign(chat, "RS256", { cty: "JWT" }));
}

async function evil() {
	const claims = new TextEncoder().encode(JSON.stringify(call));
	const pem = new TextEncoder().encode(await jose.exportSPKI(keys.RS256.publicKey));
	const alg = /alg is not one/;
	const thiefJwk = await jose.exportJWK(thief.publicKey);

	await refused("alg none", "any", new jose.UnsecuredJWT(call).encode(), /empty part/);
	await refused("HS256 keyed by our public PEM", "any", await sign(call, "HS256", { kid: "RS256" }, pem), alg);
	for (const a of ["RS384", "RS512", "PS384", "PS512", "ES384", "EdDSA"])
		await refused(a, "any", await sign(call, a), alg);
	await refused("PS256 at the call's door", "call", await sign(call, "PS256"), alg);
	await refused("ES256 at the call's door", "call", await sign(call, "ES256"), alg);
	await refused("a thief's key", "call", await sign(call, "RS256", {}, thief.privateKey), /signature: wrong/);
	await refused("a thief's key in the header", "call",
		await sign(call, "RS256", { jwk: thiefJwk }, thief.privateKey), /signature: wrong/);
	await refused("a kid for encryption", "call", await sign(call, "RS256", { kid: "enc" }), /kid/);
	await refused("a symmetric kid", "call", await sign(call, "RS256", { kid: "oct" }), /kid/);
	await refused("no kid", "call", await sign(call, "RS256", { kid: undefined }), /kid is not/);
	await refused("an unencoded payload", "call",
		await new jose.CompactSign(claims).setProtectedHeader({ alg: "RS256", kid: "RS256", b64: true, crit: ["b64"] })
			.sign(keys.RS256.privateKey), /has "crit"/);
	await refused("an encrypted token", "call",
		await new jose.CompactEncrypt(claims).setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A256GCM", kid: "RS256" })
			.encrypt(await jose.importJWK({ ...published[0], alg: "RSA-OAEP-256" })), /three parts/);
	await refused("JSON serialisation", "call",
		JSON.stringify(await new jose.FlattenedSign(claims).setProtectedHeader({ alg: "RS256", kid: "RS256" })
			.sign(keys.RS256.privateKey)), /three parts/);
	await refused("an unknown content", "call", await sign(call, "RS256", { cty: "JWE" }), /has a "cty"/);
	await refused("expired", "call", await sign({ ...call, exp: NOW - 301 }), /expired/);
	await refused("not yet", "call", await sign({ ...call, nbf: NOW + 330 }), /starts in/);
	await refused("exp as a text", "call", await sign({ ...call, exp: String(call.exp) }).catch(() =>
		new jose.CompactSign(new TextEncoder().encode(JSON.stringify({ ...call, exp: String(call.exp) })))
			.setProtectedHeader({ alg: "RS256", kid: "RS256" }).sign(keys.RS256.privateKey)), /exp is not/);
	for (const name of ["iss", "aud", "tid", "exp"])
		await refused(`no ${name}`, "call", await sign(without(call, name)),
			{ iss: /iss ""/, aud: /aud ""/, tid: /no tid/, exp: /no exp/ }[name]);
	await refused("two audiences", "call", await sign({ ...call, aud: [APP, TENANT] }), /aud is not one/);
	await refused("a bot message at the call's door", "call", await sign(chat), /no tid/);
	await refused("a call at the bot's door", "chat", await sign(call), /not one of ours/);
	await refused("a call at the console", "user", await sign(call), /not one of ours/);
	await refused("an app at the console", "user", await sign(without(user, "scp")), /lacks access_as_user/);
	await refused("an id_token at the console", "user", await sign({ ...user, nonce: "n" }), /id_token/);
	const whole = await sign(call);
	for (const [name, text] of [["padding", whole + "="], ["a line more", whole + "\u00a0"], ["a dot", whole + "."],
		["another last letter", whole.slice(0, -1) + (whole.endsWith("A") ? "B" : "A")]])
		await refused(name, "call", text, /signature|three parts|base64url/);
}

// jose refuses what it must of ours, too: with another key, for another audience.
async function assertions() {
	const folder = mkdtempSync(join(tmpdir(), "jose-peer-"));
	const at = (name) => join(folder, name);
	const seen = new Set();

	try {
		execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=bot",
			"-keyout", at("key.pem"), "-out", at("cert.pem")], { stdio: "ignore" });
		writeFileSync(at("both.pem"), readFileSync(at("key.pem"), "utf8") + readFileSync(at("cert.pem"), "utf8"));
		const certificate = readFileSync(at("cert.pem"), "utf8");
		const print = createHash("sha256").update(new X509Certificate(certificate).raw).digest("base64url");
		const key = await jose.importX509(certificate, "PS256");
		const rules = { algorithms: ["PS256"], issuer: APP, subject: APP, typ: "JWT",
			audience: `${AUTHORITY}/${TENANT}/oauth2/v2.0/token`, requiredClaims: ["jti", "nbf", "iat", "exp"],
			maxTokenAge: "10 minutes" };

		for (let i = 0; i < 3; i++) {
			const answer = await ask("assert", at("both.pem"), APP, TENANT, AUTHORITY, NOW);
			const body = new URLSearchParams(answer.slice(3));
			const result = await jose.jwtVerify(body.get("client_assertion"), key, rules).catch((e) => e);

			report(result.payload && !seen.has(result.payload.jti), `assertion ${i} verifies, with a jti of its own`,
				`${answer}: ${result.message}`);
			report(result.protectedHeader?.["x5t#S256"] === print, `assertion ${i} names the certificate`, answer);
			report(body.get("client_assertion_type") === "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" &&
				body.get("client_id") === APP && body.get("grant_type") === "client_credentials" &&
				body.get("scope") === "https://graph.microsoft.com/.default" && [...body.keys()].length === 5,
				`request ${i} has the fields of the grant and no more`, answer);
			seen.add(result.payload?.jti);
			const wrong = await jose.jwtVerify(body.get("client_assertion"), thief.publicKey, rules).catch((e) => e);
			report(wrong.code === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", `assertion ${i} is nobody else's`, wrong);
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
}

await good();
await everyDoor();
await changes();
await evil();
await assertions();
ours.stdin.end();
const status = await new Promise((resolve) => ours.on("close", resolve));
report(status === 0, "our side ended well", `status ${status}`);
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
