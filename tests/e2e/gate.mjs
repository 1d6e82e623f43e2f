// A gate before the local Graph and its Entra: sees every request, may answer it itself or change it, and else hands it
// on. Not a test itself.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { join } from "node:path";
import { root } from "./house.mjs";

export const json = (res, status, body, headers = {}) => {
	res.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
	return true;
};

export class Gate {
	// before(req, res, body): true when it was answered there. It may change req.headers, and return another body.
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
	async #handle(req, res) {
		const parts = [];
		for await (const part of req) parts.push(part);
		let body = Buffer.concat(parts);
		if (req.url.endsWith("/oauth2/v2.0/token"))
			this.posts.push({ path: req.url, form: Object.fromEntries(new URLSearchParams(body.toString())), at: Date.now() });
		const said = await this.before(req, res, body);
		if (said === true) return;
		if (typeof said === "string") body = Buffer.from(said);
		const headers = { ...req.headers, "content-length": body.length };
		delete headers["transfer-encoding"];
		const on = request({ host: "127.0.0.1", port: this.house.simPort, method: req.method, path: req.url, headers, ca: this.house.ca }, (answer) => {
			res.writeHead(answer.statusCode, answer.headers);
			answer.pipe(res);
		});
		on.on("error", () => res.destroy());
		on.end(body);
	}
	close() {
		this.server.close();
		this.server.closeAllConnections();
	}
}
