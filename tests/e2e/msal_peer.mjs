#!/usr/bin/env node
// Microsoft's own authentication library (npm @azure/msal-node) gets its tokens from the local Entra: by secret, by
// certificate, by managed identity, on behalf of a person, by code with PKCE; and its own error classes tell what was
// wrong. What it cannot do there, no bot can. Prints TAP.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { done, gone, ok, root, same } from "./house.mjs";

const dir = join(root, "build", "e2e", "msal");
// Node reads its authorities once, at the start: this file starts itself again with the local one.
if (process.env.NODE_EXTRA_CA_CERTS !== join(dir, "ca.pem")) {
	rmSync(dir, { recursive: true, force: true });
	mkdirSync(dir, { recursive: true });
	execFileSync(join(root, "scripts", "certs"), [dir]);
	execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bot", "-days", "2",
		"-keyout", join(dir, "bot.key"), "-out", join(dir, "bot.pem")], { stdio: "ignore" });
	const again = spawnSync(process.execPath, [process.argv[1]], { stdio: "inherit",
		env: { ...process.env, NODE_EXTRA_CA_CERTS: join(dir, "ca.pem") } });
	process.exit(again.status ?? 1);
}

const msal = createRequire(join(root, "tests", "peers", "package.json"))("@azure/msal-node");
const TENANT = "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e", NOWHERE = "99999999-9999-4999-8999-999999999999";
const APP = "11111111-2222-4333-8444-555555555555";
const BOB = "bbbbbbbb-0000-4000-8000-000000000001";
const MI = "55555555-0000-4000-8000-000000000001", MI_OBJECT = "66666666-0000-4000-8000-000000000001";
const GRAPH = "https://graph.microsoft.com/.default", CONNECTOR = "https://api.botframework.com/.default";

// ---- the local Entra

writeFileSync(join(dir, "scenario.json"), JSON.stringify({ seed: 5, tenant: TENANT, app_id: APP, client_secret: "a+b c~=",
	client_certificate: "bot.pem", webhook: "https://127.0.0.1:1/", identity_header: "rotated",
	managed_identities: [{ client_id: MI, object_id: MI_OBJECT }], federated_credentials: [{ managed_identity: MI_OBJECT }],
	agents: [{ user: BOB, name: "bob" }] }));
const sim = spawn(resolve(root, process.env.FOYER_SIM ?? "build/asan/foyer-sim"), ["--scenario", "scenario.json", "--certificate", "tls.pem",
	"--key", "tls.key", "--ca", "ca.pem", "--identity-port", "0", "--log", "sim.log"], { cwd: dir, stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => sim.kill("SIGKILL"));
const [origin, machine] = await new Promise((yes, no) => {
	let text = "";
	sim.stdout.on("data", (c) => {
		const hit = /(https:\S+)[^]*(http:\S+)/.exec(text += c);
		if (hit) yes(hit.slice(1));
	});
	sim.once("exit", () => no(new Error("foyer-sim ended")));
});
const post = (path, body) => fetch(origin + path, { method: "POST", body: JSON.stringify(body) });
const graph = (token) => fetch(`${origin}/v1.0/me`, { headers: { Authorization: `Bearer ${token}` } });
const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

// ---- its clients: a fresh one has an empty cache

const certificate = new X509Certificate(readFileSync(join(dir, "bot.pem")));
const privateKey = readFileSync(join(dir, "bot.key"), "utf8");
const bare = (print) => print.replaceAll(":", "");
const secret = { clientSecret: "a+b c~=" };
const client = (credential, tenant = TENANT, more = {}) => new msal.ConfidentialClientApplication({ auth: { clientId: APP,
	authority: `${origin}/${tenant}`, knownAuthorities: [new URL(origin).host], ...credential, ...more } });
const tokenFor = (c, scope = GRAPH) => c.acquireTokenByClientCredential({ scopes: [scope] });
async function fails(name, promise, kind, code, number) {
	const e = await promise.then(() => null, (error) => error);
	ok(e instanceof kind && e.errorCode === code && (!number || `${e.errorMessage}`.includes(`AADSTS${number}: `)),
		name, e ? `${e.constructor.name} ${e.errorCode} ${e.errorMessage}` : "it succeeded");
	return e;
}

// ---- for the application itself

const bySecret = client(secret);
const first = await tokenFor(bySecret);
same(first.tokenType, "Bearer", "a secret gets a token");
same(claims(first.accessToken).appid, APP, "of this application");
same((await graph(first.accessToken)).status, 400, "Graph knows the token, but it speaks for nobody");
same((await tokenFor(bySecret)).fromCache, true, "the second time from the cache");
ok(!(await tokenFor(bySecret, CONNECTOR)).fromCache, "the Connector's token is another one");

const modern = client({ clientCertificate: { thumbprintSha256: bare(certificate.fingerprint256), privateKey } });
ok((await tokenFor(modern)).accessToken, "a certificate as today: PS256 and x5t#S256");
ok((await tokenFor(modern, CONNECTOR)).accessToken, "and its assertion a second time");
ok((await tokenFor(client({ clientCertificate: { thumbprint: bare(certificate.fingerprint), privateKey } }))).accessToken,
	"a certificate as before: RS256 and x5t");
await fails("another thumbprint", tokenFor(client({ clientCertificate: { thumbprintSha256: "00".repeat(32), privateKey } })),
	msal.ServerError, "invalid_client", 700027);

await fails("the wrong secret", tokenFor(client({ clientSecret: "a b c~=" })), msal.ServerError, "invalid_client", 7000215);
await fails("a permission for a scope", tokenFor(client(secret), "https://graph.microsoft.com/User.Read"), msal.ServerError,
	"invalid_scope", 1002012);
await fails("a resource nobody has here", tokenFor(client(secret), "https://vault.example/.default"), msal.ServerError,
	"invalid_resource", 500011);
for (const tenant of ["common", "organizations"])
	await fails(`${tenant}, for an application`, tokenFor(client(secret, tenant)), msal.ClientAuthError, "missing_tenant_id_error");
await fails("a tenant that is none, when it looks for its endpoints", tokenFor(client(secret, NOWHERE)), msal.ClientAuthError,
	"endpoints_resolution_error");
const endpoints = await (await fetch(`${origin}/${TENANT}/v2.0/.well-known/openid-configuration`)).text();
await fails("and when it knows them", tokenFor(client(secret, NOWHERE, { authorityMetadata: endpoints.replaceAll(TENANT, NOWHERE) })),
	msal.ServerError, "invalid_request", 90002);

// ---- by the machine it runs on

const identity = (more = {}) => new msal.ManagedIdentityApplication({ system: { disableInternalRetries: true },
	managedIdentityIdParams: { userAssignedClientId: MI, ...more } });
process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = machine;
const exchange = await identity().acquireToken({ resource: "api://AzureADTokenExchange" });
same(claims(exchange.accessToken).sub, MI_OBJECT, "the metadata service knows the machine");
ok((await tokenFor(client({ clientAssertion: exchange.accessToken }))).accessToken, "and its token stands for a secret");
await fails("another token does not", tokenFor(client({ clientAssertion: first.accessToken })), msal.ServerError, "invalid_client", 700211);
const none = await identity({ userAssignedClientId: NOWHERE }).acquireToken({ resource: "https://graph.microsoft.com" }).catch((e) => e);
ok(none instanceof msal.ServerError && /Identity not found/.test(none.errorMessage), "an identity the machine has not", String(none));
Object.assign(process.env, { IDENTITY_ENDPOINT: `${machine}/msi/token`, IDENTITY_HEADER: "rotated" });
const onAppService = await identity().acquireToken({ resource: "https://graph.microsoft.com" });
ok(onAppService.accessToken && onAppService.expiresOn > Date.now() / 1000 + 80000, "App Service's endpoint too", onAppService);

// ---- in a person's name

const redirectUri = "https://bot.example/in", scopes = ["https://graph.microsoft.com/User.Read"];
const pkce = await new msal.CryptoProvider().generatePkceCodes();
const other = await new msal.CryptoProvider().generatePkceCodes();
async function code(c, nonce) {
	const url = await c.getAuthCodeUrl({ scopes, redirectUri, nonce, state: "s t", loginHint: "bob", codeChallenge: pkce.challenge,
		codeChallengeMethod: "S256" });
	const r = await fetch(url, { redirect: "manual" });
	return new URL(r.headers.get("location"));
}
for (const tenant of [TENANT, "organizations"]) {
	const c = client(secret, tenant), back = await code(c, "n1");
	same([back.origin + back.pathname, back.searchParams.get("state")], [redirectUri, "s t"], `${tenant}: the browser comes back`);
	const redeem = { code: back.searchParams.get("code"), scopes, redirectUri };
	await fails("another verifier", c.acquireTokenByCode({ ...redeem, codeVerifier: other.verifier }), msal.ServerError, "invalid_grant", 501481);
	await fails("another address", c.acquireTokenByCode({ ...redeem, redirectUri: `${redirectUri}2`, codeVerifier: pkce.verifier }),
		msal.ServerError, "invalid_grant", 500112);
	const got = await c.acquireTokenByCode({ ...redeem, codeVerifier: pkce.verifier }, { nonce: "n1" });
	same([got.account.homeAccountId, got.account.tenantId, got.idTokenClaims.nonce], [`${BOB}.${TENANT}`, TENANT, "n1"], "an account");
	same((await (await graph(got.accessToken)).json()).id, BOB, "whom Graph knows");
	await fails("the code once more", c.acquireTokenByCode({ ...redeem, codeVerifier: pkce.verifier }), msal.ServerError, "invalid_grant", 54005);
}
const nonce = await code(client(secret), "n1");
await fails("a nonce that is not the one asked with", client(secret).acquireTokenByCode({ code: nonce.searchParams.get("code"), scopes, redirectUri,
	codeVerifier: pkce.verifier }, { nonce: "n2" }), msal.ClientAuthError, "nonce_mismatch");

const { access_token: oboAssertion } = await (await post("/sim/token", { user: BOB, name: "bob" })).json();
const behalf = (c, more = {}) => c.acquireTokenOnBehalfOf({ oboAssertion, scopes, ...more });
same((await (await graph((await behalf(client(secret))).accessToken)).json()).id, BOB, "on behalf of her");
ok((await behalf(modern)).accessToken, "also by certificate");
await fails("on behalf of an application", behalf(client(secret), { oboAssertion: first.accessToken }), msal.ServerError, "invalid_grant", 500133);
await fails("for a scope of nobody", behalf(client(secret), { scopes: ["https://vault.example/x"] }), msal.ServerError, "invalid_scope", 70011);

// ---- Entra out of order

await post("/sim/token-outage", { status: 429, times: 1, retry_after: 120 });
const throttled = client(secret);
await fails("throttled", tokenFor(throttled), msal.ServerError, "temporarily_unavailable", 90055);
const before = readFileSync(join(dir, "sim.log"), "utf8");
await fails("and asks no more until Retry-After", tokenFor(throttled), msal.ServerError, "90055", 90055);
same(readFileSync(join(dir, "sim.log"), "utf8"), before, "not even once");
await post("/sim/token-outage", { status: 503, times: 4 });
const out = await fails("an outage", tokenFor(client(secret)), msal.ServerError, "temporarily_unavailable", 90033);
ok(/Trace ID: \S{36} Correlation ID: \S{36} Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ /.test(out?.errorMessage), "with what support asks for",
	out?.errorMessage);
await post("/sim/token-outage", { status: 503, times: 0 });
ok((await tokenFor(client(secret))).accessToken, "and then again");

sim.kill("SIGTERM");
await gone(sim);
same(sim.exitCode, 0, "the local Entra ends well");
done();
