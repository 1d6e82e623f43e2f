#!/usr/bin/env node
// The pages as the service serves them: which document comes to whom, what its head forbids, assets that are kept for ever and
// compressed once, nothing beside them, and a folder instead of them while one works.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { done, House, ok, same } from "./house.mjs";

const house = await new House("console", {}).open();
const get = async (path, headers = {}) => {
	const r = await house.ask(house.port, "GET", path, { headers });
	return { ...r, text: r.body.toString() };
};

// ---- documents
const page = await get("/app/desk");
same([page.status, page.headers["content-type"], page.headers["cache-control"], page.headers["referrer-policy"], page.headers["x-content-type-options"], page.headers["set-cookie"]],
	[200, "text/html; charset=utf-8", "no-store", "no-referrer", "nosniff", undefined], "a page is never kept, tells nobody where it was, and sets no cookie");
const rules = Object.fromEntries(page.headers["content-security-policy"].split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1)]));
same([rules["default-src"], rules["script-src"], rules["style-src"], rules["object-src"], rules["base-uri"], rules["form-action"]], [["'self'"], ["'self'"], ["'self'"], ["'none'"], ["'none'"], ["'self'"]],
	"scripts and styles are our own files alone");
ok(["'self'", "https://teams.microsoft.com", "https://*.teams.microsoft.com", "https://*.cloud.microsoft"].every((host) => rules["frame-ancestors"].includes(host)) &&
	!rules["frame-ancestors"].includes("*") && !page.headers["x-frame-options"], "Teams may show it in a frame, others may not", rules["frame-ancestors"]);
ok(!/<script(?![^>]* src=)|<style| style=| on[a-z]+=/.test(page.text), "and nothing in it is inline", page.text);
const head = async (path, headers) => {
	const r = await get(path, headers);
	return [r.status, /<html lang="(\w+)" data-theme="(\w+)"/.exec(r.text)?.slice(1), /src="\/app\/assets\/(\w+)-/.exec(r.text)?.[1]];
};
same([await head("/app/desk"), await head("/app/wall/queue/sales"), await head("/app/workshop?theme=dark&l=de-at"), await head("/app/desk?theme=contrast&l=fr-fr", { "Accept-Language": "de" }), await head("/app/desk", { "Accept-Language": "de-DE,de" })],
	[[200, ["en", "light"], "desk"], [200, ["en", "light"], "wall"], [200, ["de", "dark"], "workshop"], [200, ["en", "contrast"], "desk"], [200, ["de", "light"], "desk"]],
	"the area is in the path, language and theme in what Teams puts into the address, or in the browser's languages");
same([await head("/app/desk?theme=%22%3E%3Cscript%3E"), await head("/app/desk?theme=glass")], [[200, ["en", "light"], "desk"], [200, ["en", "light"], "desk"]], "a theme that is none is light");
const names = (text) => [...text.matchAll(/(?:href|src)="\/app\/assets\/([^"]+)"/g)].map((m) => m[1]);
const framed = names((await get("/app/desk", { "Sec-Fetch-Dest": "iframe" })).text), alone = names(page.text);
ok(framed.some((n) => n.startsWith("teams-")) && !alone.some((n) => n.startsWith("teams-")), "in a frame Teams' library is named ahead, elsewhere not", { framed, alone });
same([(await get("/")).headers.location, (await get("/app")).headers.location], ["/app/desk", "/app/desk"], "the front door leads to the desk");

// ---- assets
let bytes = 0;
for (const name of framed) {
	const r = await get(`/app/assets/${name}`);
	bytes += r.body.length;
	if (r.status !== 200 || r.headers["content-encoding"] !== "gzip" || !/immutable/.test(r.headers["cache-control"]) || r.headers.vary !== "Accept-Encoding" ||
		!gunzipSync(r.body).length || r.headers["content-type"] !== (name.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8")) ok(false, `asset ${name}`, r.headers);
}
ok(bytes + gzipSync(page.body).length <= 60 * 1024, `the desk's first load in Teams is ${bytes + gzipSync(page.body).length} bytes of gzip, 60 KB at most, assets kept for ever`);
const asset = `/app/assets/${framed[0]}`;
same([(await get(asset, { "Accept-Encoding": "br;q=1.0, gzip;q=0.8" })).status, (await get(asset, { "Accept-Encoding": "identity" })).status], [200, 406], "who does not read gzip is told");
same((await Promise.all(["/app/nobody", "/app/desk.en", "/app/assets/none.js", "/app/assets/a/b.js", "/app/assets/files.def", "/app/files.def", `/app/${"x".repeat(300)}`, `/app/assets/${"x".repeat(300)}`].map((p) => get(p)))).map((r) => r.status),
	Array(8).fill(404), "what is not there is not there");
same((await house.ask(house.port, "POST", "/app/desk")).status, 405, "nothing is posted to a page");
same(await house.close(), 0, "the service ends with status 0");

// ---- a folder instead
const other = new House("console_dir", {});
const dir = join(other.dir, "pages");
mkdirSync(join(dir, "assets"), { recursive: true });
writeFileSync(join(dir, "desk.en.html"), '<html lang="en" data-theme="{{theme}}">mine');
writeFileSync(join(dir, "assets", "a-1.js.gz"), gzipSync("1"));
writeFileSync(join(other.dir, "secret.html"), "no");
other.words = ["--console-dir", dir];
await other.open();
const from = async (path) => {
	const r = await other.ask(other.port, "GET", path);
	return [r.status, r.status === 200 ? r.body.toString() : ""];
};
same([await from("/app/desk?theme=dark"), (await from("/app/assets/a-1.js"))[0]], [[200, '<html lang="en" data-theme="dark">mine'], 200], "--console-dir shows what is in the folder");
writeFileSync(join(dir, "desk.en.html"), "now");
same(await from("/app/desk"), [200, "now"], "as it is now");
same((await Promise.all(["/app/..%2fsecret", "/app/assets/..%2f..%2fsecret.html", "/app/assets/.hidden", "/app/wall"].map(from))).map(([status]) => status >= 400), [true, true, true, true], "and nothing beside it");
ok(!readFileSync(join(other.dir, "foyer.log"), "utf8").includes("ERROR: AddressSanitizer"), "without harm");
same(await other.close(), 0, "the service ends with status 0");
done();
