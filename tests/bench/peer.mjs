// The peer of bench_door: what one writes in Node for the same notifications. It reads the body, verifies the RS256
// token with a cached key, looks at issuer, audience and times, parses the JSON, and says 202. It keeps nothing.
//   node peer.mjs FOLDER JWK    prints its port
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";

const [folder, jwk] = process.argv.slice(2);
const { kid, ...rest } = JSON.parse(jwk);
const keys = new Map([[kid, createPublicKey({ key: rest, format: "jwk" })]]);
const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString());

function isAllowed(header = "") {
	const [head, claims, signature] = header.replace(/^Bearer /, "").split(".");
	const { alg, kid: id } = decode(head);
	const key = keys.get(id);
	if (alg !== "RS256" || !key || !verify("RSA-SHA256", Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, "base64url"))) return false;
	const c = decode(claims), now = Date.now() / 1000;
	return c.iss === "https://graph.microsoft.com" && c.aud === "11111111-2222-4333-8444-555555555555" && c.nbf <= now && now < c.exp;
}

const tls = { key: readFileSync(join(folder, "tls.key")), cert: readFileSync(join(folder, "tls.pem")) };
const server = createServer(tls, (req, res) => {
	const parts = [];
	req.on("data", (part) => parts.push(part));
	req.on("end", () => {
		const good = isAllowed(req.headers.authorization);
		const notes = JSON.parse(Buffer.concat(parts).toString()).value;
		res.writeHead(!good ? 401 : Array.isArray(notes) ? 202 : 400, { "Content-Length": 0 });
		res.end();
	});
});
server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
