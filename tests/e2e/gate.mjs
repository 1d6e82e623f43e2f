// A gate before the local Graph and its Entra: sees every request, may answer it itself or change it, and else hands it
// on. Not a test itself.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { root } from "./house.mjs";

export const json = (res, status, body, headers = {}) => {
	res.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
	return true;
};

export const isToken = (req) => req.url.endsWith("/oauth2/v2.0/token");

export class Gate {
	// before(req, res, body): true when it was answered there. It may change req.headers.
	constructor(before = () => false) {
		this.before = before;
		this.posts = []; // of token endpoints: { path, form, at }
	}
	async open(dir) {
		execFileSync(join(root, "scripts", "certs"), [dir]);
		this.server = createServer({ cert: readFileSync(join(dir, "tls.pem")), key: readFileSync(join(dir, "tls.key")) }, (req, res) => this.#handle(req, res));
		await new Promise((yes) => this.server.listen(0, "127.0.0.1", yes));
		this.server.unref();
		this.url = `https://127.0.0.1:${this.server.address().port}`;
	}
	// To the local Graph itself: { status, headers, body }.
	onward(req, body) {
		const headers = { ...req.headers, "content-length": body.length };
		delete headers["transfer-encoding"];
		return this.house.ask(this.house.simPort, req.method, req.url, { headers, body });
	}
	async #handle(req, res) {
		const parts = [];
		for await (const part of req) parts.push(part);
		const body = Buffer.concat(parts);
		if (isToken(req)) this.posts.push({ path: req.url, form: Object.fromEntries(new URLSearchParams(body.toString())), at: performance.now() });
		try {
			if (await this.before(req, res, body)) return;
			const answer = await this.onward(req, body);
			delete answer.headers["transfer-encoding"];
			res.writeHead(answer.status, answer.headers).end(answer.body);
		} catch {
			res.destroy(); // the local Graph hung up: so do we
		}
	}
	close() {
		this.server.close();
		this.server.closeAllConnections();
	}
}
