// Entra, played by an OpenID provider we did not write (npm's oidc-provider): behind TLS, at Entra's addresses and with
// Entra's claims. It issues the bot's tokens and people's, exchanges one for another, and changes its keys. Not a test
// itself.
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { APP, root, TENANT } from "./house.mjs";

const peers = createRequire(join(root, "tests", "peers", "package.json"));
export const jose = peers("jose");
console.info = console.warn = () => {}; // it warns of the very switches that tests want
const { default: Provider, errors } = await import(pathToFileURL(peers.resolve("oidc-provider")));

export const GRAPH = "https://graph.microsoft.com", API = `api://${APP}`, OBO = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;

// The public half of a certificate's key, for a client that proves itself by it.
export const jwkOf = (pem) => ({ ...new X509Certificate(readFileSync(pem)).publicKey.export({ format: "jwk" }), use: "sig", alg: "PS256" });

const servers = {
	[GRAPH]: { scope: `${GRAPH}/.default ${GRAPH}/User.Read`, audience: GRAPH },
	[API]: { scope: `${APP}/access_as_user`, audience: APP },
};

export class Entra {
	// people: { login: { oid, name, roles, tid?, and oid_of_id: another person's, in the id_token } }
	constructor(people = {}) {
		this.people = people;
		this.keys = {};
		this.gets = { openid: 0, keys: 0 };
		this.posts = []; // of the token endpoint, as they arrive
		this.forms = []; // and as they were judged: the fields, and error, "" when it was granted
		this.mustAct = new Map(); // oid -> claims that her next sign-in must bring
		this.before = null; // (req, res) of a token request: true when it was answered there
	}
	async open(dir) {
		execFileSync(join(root, "scripts", "certs"), [dir]);
		this.server = createServer({ cert: readFileSync(join(dir, "tls.pem")), key: readFileSync(join(dir, "tls.key")) }, (req, res) => this.#handle(req, res));
		await new Promise((yes) => this.server.listen(0, "127.0.0.1", yes));
		this.server.unref();
		// Another host than the service's, as in life: a cookie crosses sites only where it may.
		this.authority = `https://localhost:${this.server.address().port}`;
		this.openid = `${this.authority}/${TENANT}/v2.0/.well-known/openid-configuration`;
	}
	// The clients registered, and the keys published: the first one signs. Again: a change of keys.
	serve(clients, kids) {
		this.clients = clients;
		for (const kid of kids)
			this.keys[kid] ??= { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
		this.kid = kids[0];
		this.jwks = { keys: kids.map((kid) => this.keys[kid]) };
		this.provider = new Provider(ISSUER, this.#configuration());
		this.provider.proxy = false;
		this.provider.registerGrantType(OBO, (ctx, next) => this.#onBehalfOf(ctx, next), ["assertion", "scope", "requested_token_use"]);
		for (const word of ["grant.success", "grant.error", "server_error"])
			this.provider.on(word, (ctx, e) => this.forms.push({ ...ctx.oidc?.body, error: e ? e.error_detail ?? e.error_description ?? e.message : "" }));
		this.callback = this.provider.callback();
	}
	// What it publishes, for whoever verifies.
	get published() {
		return jose.createLocalJWKSet({ keys: this.jwks.keys.map(({ kty, n, e, kid, use, alg }) => ({ kty, n, e, kid, use, alg })) });
	}
	rotate(...kids) {
		this.serve(this.clients, kids);
	}
	// A token of hers for our API, as Teams gives it to her tab.
	async tokenOf(login) {
		const client = await this.provider.Client.find(APP);
		const token = new this.provider.AccessToken({ client, accountId: login, gty: "implicit", scope: servers[API].scope });
		token.resourceServer = this.#resource(API);
		return token.save();
	}
	close() {
		this.server.close();
		this.server.closeAllConnections();
	}
	#resource(id) {
		return new this.provider.ResourceServer(id, this.#resourceInfo(id));
	}
	#resourceInfo(id) {
		return { ...servers[id], accessTokenFormat: "jwt", accessTokenTTL: 3599, jwt: { sign: { alg: "RS256", kid: this.kid } } };
	}
	// What Entra says of a person, and of an app.
	#claimsOf(token) {
		const p = this.people[token.accountId];
		if (!p) return { tid: TENANT, ver: "1.0", appid: token.clientId, idtyp: "app", roles: ["Calls.Initiate.All"] };
		return { tid: p.tid ?? TENANT, oid: p.oid, ver: "2.0", azp: token.clientId, scp: "access_as_user", roles: p.roles, name: p.name };
	}
	#configuration() {
		return {
			clients: this.clients, jwks: this.jwks, cookies: { keys: ["of the test alone"] },
			routes: { authorization: "/oauth2/v2.0/authorize", token: "/oauth2/v2.0/token", jwks: "/discovery/v2.0/keys" },
			enabledJWA: { clientAuthSigningAlgValues: ["PS256"], idTokenSigningAlgValues: ["RS256"] },
			pkce: { methods: ["S256"], required: () => true },
			scopes: ["openid", "profile", "offline_access"],
			claims: { openid: ["sub", "tid", "oid", "ver"], profile: ["name", "roles"] },
			conformIdTokenClaims: false,
			features: {
				devInteractions: { enabled: true }, clientCredentials: { enabled: true },
				resourceIndicators: {
					enabled: true, useGrantedResource: () => true,
					defaultResource: (ctx) => (ctx.oidc.params.grant_type === "client_credentials" ? GRAPH : API),
					getResourceServerInfo: (_, id) => this.#resourceInfo(id),
				},
			},
			findAccount: (_, login) => this.people[login] && { accountId: login, claims: () => this.#idClaims(login) },
			extraTokenClaims: (_, token) => this.#claimsOf(token),
			// Entra's tokens: typ JWT, scp and azp in place of scope and client_id, and a beginning.
			formats: { customizers: { jwt: (_, token, jwt) => {
				jwt.header = { typ: "JWT" };
				jwt.payload.nbf = jwt.payload.iat ??= Math.floor(Date.now() / 1000);
				delete jwt.payload.scope;
				delete jwt.payload.client_id;
			} } },
		};
	}
	#idClaims(login) {
		const p = this.people[login];
		return { sub: login, tid: p.tid ?? TENANT, oid: p.oid_of_id ?? p.oid, ver: "2.0", name: p.name, roles: p.roles };
	}
	async #onBehalfOf(ctx, next) {
		const { client, params } = ctx.oidc;
		if (params.requested_token_use !== "on_behalf_of" || params.scope !== `${GRAPH}/User.Read`)
			throw new errors.InvalidRequest("not an exchange in a person's name");
		const { payload } = await jose.jwtVerify(params.assertion, this.published, { issuer: ISSUER, audience: client.clientId })
			.catch((e) => { throw new errors.InvalidGrant(e.message); });
		const login = Object.keys(this.people).find((l) => this.people[l].oid === payload.oid);
		if (!login || !payload.scp) throw new errors.InvalidGrant("not a person's token");
		if (this.mustAct.has(payload.oid)) {
			ctx.status = 400;
			ctx.body = { error: "interaction_required", error_description: "AADSTS50076: she must use a second factor", error_codes: [50076],
				suberror: "basic_action", claims: this.mustAct.get(payload.oid) };
			return next();
		}
		const token = new this.provider.AccessToken({ client, accountId: login, gty: OBO, scope: params.scope });
		token.resourceServer = this.#resource(GRAPH);
		ctx.body = { token_type: "Bearer", access_token: await token.save(), expires_in: token.expiration, scope: token.scope };
		return next();
	}
	async #handle(req, res) {
		const [path] = req.url.split("?"), prefix = `/${TENANT}`;
		if (!path.startsWith(`${prefix}/`)) return res.writeHead(404).end();
		if (path.endsWith("/openid-configuration")) this.gets.openid++;
		if (path.endsWith("/keys")) this.gets.keys++;
		if (path.endsWith("/token")) {
			this.posts.push(Date.now());
			if (await this.before?.(req, res)) return;
		}
		req.url = req.url.slice(prefix.length).replace(/^\/v2\.0(?=\/\.well-known)/, "");
		req.originalUrl = prefix + req.url; // so that the addresses it publishes are Entra's
		this.callback(req, res);
	}
}
