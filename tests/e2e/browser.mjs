// A browser that a test drives: pages over TLS with a jar of cookies, which obeys RFC 6265bis where it matters to a sign-in
// (paths, Secure, SameSite, the __Host- prefix), and forms. Not a test itself.
import { request } from "node:https";

const covers = (path, at) => at === path || at.startsWith(path.endsWith("/") ? path : `${path}/`);

export class Browser {
	constructor(ca) {
		this.ca = ca;
		this.cookies = []; // { host, name, value, path, httponly, samesite, secure, "max-age" }
		this.visited = [];
	}
	#keep(url, header) {
		const [pair, ...rest] = header.split(";").map((part) => part.trim());
		const [, name, value] = /^([^=]+)=(.*)$/.exec(pair);
		const words = Object.fromEntries(rest.map((word) => [word.split("=")[0].toLowerCase(), word.split("=")[1] ?? true]));
		const cookie = { host: url.hostname, name, value, ...words, path: words.path ?? "/" };
		if (name.startsWith("__Host-") && !(cookie.secure && words.path === "/" && !words.domain))
			throw new Error(`a browser would refuse this cookie: ${header}`);
		this.cookies = this.cookies.filter((c) => c.host !== cookie.host || c.name !== name || c.path !== cookie.path);
		const over = cookie["max-age"] !== undefined ? Number(cookie["max-age"]) <= 0 : cookie.expires && new Date(cookie.expires) <= new Date();
		if (!over) this.cookies.push(cookie);
	}
	cookie(name) {
		return this.cookies.find((c) => c.name === name);
	}
	// One request, no redirect followed. from: the page it comes from; none: typed by hand.
	ask(address, { method = "GET", body, from, headers = {} } = {}) {
		const url = new URL(address), cross = from && new URL(from).hostname !== url.hostname;
		const sent = this.cookies.filter((c) => c.host === url.hostname && covers(c.path, url.pathname) &&
			!(cross && (c.samesite?.toLowerCase() === "strict" || (c.samesite?.toLowerCase() === "lax" && method !== "GET"))));
		const all = { Accept: "text/html", "Sec-Fetch-Site": !from ? "none" : cross ? "cross-site" : new URL(from).origin === url.origin ? "same-origin" : "same-site",
			...(from && method !== "GET" ? { Origin: new URL(from).origin } : {}), ...(body ? { "Content-Type": "application/x-www-form-urlencoded" } : {}),
			...(sent.length ? { Cookie: sent.map((c) => `${c.name}=${c.value}`).join("; ") } : {}), ...headers };
		Object.keys(all).forEach((name) => all[name] === undefined && delete all[name]);
		this.visited.push(`${method} ${url.origin}${url.pathname}`);
		return new Promise((yes, no) => {
			const r = request(url, { method, headers: all, ca: this.ca, agent: false }, (res) => {
				const parts = [];
				res.on("data", (c) => parts.push(c));
				res.on("end", () => {
					(res.headers["set-cookie"] ?? []).forEach((c) => this.#keep(url, c));
					yes({ url: url.href, status: res.statusCode, headers: res.headers, text: Buffer.concat(parts).toString() });
				});
			});
			r.on("error", no);
			r.end(body);
		});
	}
	// Follow redirects until a page, or until one is about to lead to where stop says.
	async go(address, { stop = () => false, ...how } = {}) {
		let page = await this.ask(address, how);
		for (let hops = 0; page.headers.location && hops < 20; hops++) {
			const next = new URL(page.headers.location, page.url).href;
			if (stop(new URL(next))) return { ...page, next };
			page = await this.ask(next, { from: page.url });
		}
		return page;
	}
	// Send the first form of a page, filled in.
	submit(page, fields, how) {
		const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1];
		if (!action) throw new Error(`no form at ${page.url} (${page.status}): ${page.text.slice(0, 300)}`);
		const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((m) => [m[1], m[2]]);
		const body = new URLSearchParams([...hidden, ...Object.entries(fields)]).toString();
		return this.go(new URL(action, page.url).href, { method: "POST", body, from: page.url, ...how });
	}
}
