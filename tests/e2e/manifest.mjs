#!/usr/bin/env node
// The Teams app: foyer manifest's zip, opened by Debian's unzip and by Python, judged by Microsoft's own schemas (npm's
// app-manifest, offline) from 1.20 to the newest it has; what those refuse; what our linter refuses beside; and that the
// service serves the pages the app names. Prints TAP.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { APP, done, foyer, House, ok, root, same } from "./house.mjs";

const require = createRequire(join(root, "tests", "peers", "package.json"));
const { AppManifestUtils: judge } = require("@microsoft/app-manifest");
const Draft4 = require("ajv-draft-04").default, formats = require("ajv-formats").default;
const schemas = join(dirname(require.resolve("@microsoft/app-manifest")), "json-schemas", "teams");

const house = new House("manifest", {}, (config) => {
	config.teams_app = { organisation: "Muster & <b>Söhne</b>", contact: "datenschutz@muster.example" };
});
await house.open();
const base = house.config, dir = house.dir;
const write = (name, change = () => {}) => {
	const config = structuredClone(base);
	change(config);
	writeFileSync(join(dir, name), JSON.stringify(config));
	return name;
};
const run = (config, ...more) => {
	const r = foyer(["manifest", "--config", config, ...more], { cwd: dir });
	return { status: r.code, out: r.stdout, told: r.stderr + r.stdout };
};
const file = (zip, name) => execFileSync("unzip", ["-p", zip, name], { cwd: dir, maxBuffer: 1 << 24 });
const json = (zip, name) => JSON.parse(file(zip, name));

// ---- the zip
const real = write("real.json", (c) => {
	c.public_url = "https://cc.example.org";
	c.bots.push({ name: "second", app_id: "22222222-2222-4333-8444-555555555555", tenant_id: c.bots[0].tenant_id });
});
const first = run(real, "--out", "a.zip");
same(first.status, 0, "foyer manifest writes an app");
run(real, "--out", "b.zip");
ok(readFileSync(join(dir, "a.zip")).equals(readFileSync(join(dir, "b.zip"))), "the same input gives the same bytes");
ok(/No errors detected/.test(execFileSync("unzip", ["-t", "a.zip"], { cwd: dir, encoding: "utf8" })), "Debian's unzip finds it whole");
const python = execFileSync("python3", ["-c", `
import zipfile, json
z = zipfile.ZipFile("a.zip")
assert z.testzip() is None
print(json.dumps([[i.filename, i.date_time[0]] for i in z.infolist()]))`], { cwd: dir, encoding: "utf8" });
same(JSON.parse(python), ["manifest.json", "en.json", "de.json", "color.png", "outline.png"].map((n) => [n, 1980]), "Python reads the same five files, at its root and without a time");
const pixels = (name) => execFileSync("ffmpeg", ["-v", "error", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "rgba", "pipe:1"], { input: file("a.zip", name) });
same([pixels("color.png").length, pixels("outline.png").length], [192 * 192 * 4, 32 * 32 * 4], "ffmpeg reads both icons, in the sizes Teams wants");

// ---- Microsoft's schemas
const versions = readdirSync(schemas).map((v) => v.slice(1)).filter((v) => /^1\.(2\d|30)$/.test(v)).sort();
ok(versions.includes("1.20") && versions.includes("1.30"), "there are schemas from 1.20 to 1.30", versions);
const compiled = (version, name) => {
	const schema = JSON.parse(readFileSync(join(schemas, `v${version}`, `${name}.schema.json`), "utf8"));
	const ajv = new Draft4({ strict: false, allErrors: true, unicodeRegExp: false });
	formats(ajv);
	return ajv.compile(schema);
};
for (const version of versions) {
	run(real, "--out", "v.zip", "--manifest-version", version);
	const manifest = json("v.zip", "manifest.json"), check = compiled(version, "MicrosoftTeams.Localization");
	same([manifest.manifestVersion, await judge.validateAgainstSchema(manifest)], [version, []], `schema ${version} accepts the manifest`);
	same(["en.json", "de.json"].map((name) => (check(json("v.zip", name)), check.errors)), [null, null], `and both translations`);
}
const [path, faults] = await (async () => {
	const at = join(dir, "manifest.json");
	writeFileSync(at, file("a.zip", "manifest.json"));
	return judge.readAndValidateTeamsManifest(at);
})();
same([path.id, faults], [APP, []], "Microsoft's own reader reads it from the file");
ok(/unknown: 1.20 to 1.30/.test(run(real, "--manifest-version", "1.18").told), "a version that never was is refused, and which are known is told");

// The judge can say no. (Compiled once: what Microsoft's reader does for each.)
const manifest = json("a.zip", "manifest.json"), strict = compiled("1.20", "MicrosoftTeams");
ok(strict(manifest), "the schema, read again, accepts it too");
const refused = {
	"a short name of 31 characters": (m) => (m.name.short = "x".repeat(31)),
	"an ftp address": (m) => (m.developer.websiteUrl = "ftp://example.org"),
	"groupchat in lower case": (m) => (m.bots[0].scopes = ["groupchat"]),
	"an unknown member": (m) => (m.colour = "red"),
	"101 domains": (m) => (m.validDomains = Array.from({ length: 101 }, (_, i) => `h${i}.example.org`)),
	"two bots": (m) => m.bots.push(structuredClone(m.bots[0])),
	"a colour's name": (m) => (m.accentColor = "red"),
	"a device that is none": (m) => (m.devicePermissions = ["camera"]),
	"no icons": (m) => delete m.icons,
	"a tab without an id": (m) => delete m.staticTabs[0].entityId,
	"de_DE": (m) => (m.localizationInfo.additionalLanguages[0].languageTag = "de_DE"),
	"17 permissions": (m) => (m.authorization.permissions.resourceSpecific = Array.from({ length: 17 }, (_, i) => ({ name: `P${i}`, type: "Application" }))),
};
for (const [name, spoil] of Object.entries(refused)) {
	const bad = structuredClone(manifest);
	spoil(bad);
	ok(!strict(bad), `the schema refuses ${name}`);
}

// ---- everything out of the configuration
same([manifest.staticTabs.map((t) => t.entityId), manifest.staticTabs[0].contentUrl], [["desk", "wall", "workshop", "conversations", "about"], "https://cc.example.org/app/desk?l={locale}&theme={theme}"], "three pages of ours, two of Teams' own");
same([manifest.webApplicationInfo, manifest.validDomains], [{ id: APP, resource: `api://cc.example.org/botid-${APP}` }, ["cc.example.org"]], "people sign in by the bot's registration, at the host the pages are on");
same([manifest.bots[0].supportsCalling, manifest.authorization.permissions.resourceSpecific], [true, [{ name: "TeamsActivity.Send.User", type: "Application" }]], "the bot can be called, and may write into its people's activity feed");
same(Object.keys(json("a.zip", "en.json")), Object.keys(json("a.zip", "de.json")), "both languages translate the same things");
run(real, "--out", "second.zip", "--bot", "second");
const other = json("second.zip", "manifest.json");
same([other.id, other.bots[0].botId, other.staticTabs.map((t) => t.entityId), strict(other)],
	["22222222-2222-4333-8444-555555555555", "22222222-2222-4333-8444-555555555555", ["conversations", "about"], true], "another bot's app has its ids, and no pages that sign in by the first");
run(write("own.json", (c) => {
	c.public_url = "https://cc.example.org";
	c.teams_app = { id: "99999999-2222-4333-8444-555555555555", version: "2.3.4", name: "Hotline", organisation: "Muster", website: "https://muster.example", accent_color: "#336699" };
}), "--out", "own.zip");
const own = json("own.zip", "manifest.json");
same([own.id, own.version, own.name, own.developer.name, own.developer.websiteUrl, own.developer.privacyUrl, strict(own)],
	["99999999-2222-4333-8444-555555555555", "2.3.4", { short: "Hotline", full: "Hotline contact centre" }, "Muster", "https://muster.example", "https://cc.example.org/privacy", true], "names, version and addresses are the configuration's");
same([...pixels("color.png").subarray(0, 4)], [0x5b, 0x5f, 0xc7, 255], "the drawn icon's ground is the accent colour");

// ---- what no schema sees
const says = (name, change, pattern) => {
	const r = run(write("bad.json", change), "--out", "bad.zip");
	ok(r.status === 1 && pattern.test(r.told), name, r);
};
says("capitals in the host: sign-in would break on Android", (c) => (c.public_url = "https://CC.example.org"), /resource: host "CC.example.org" has capitals/);
says("no https: Teams frames no such page", (c) => (c.public_url = "http://127.0.0.1:8080"), /staticTabs\[0\].contentUrl: .*is not https/);
says("an icon that is not there", (c) => (c.teams_app.color_icon = "nowhere.png"), /nowhere.png: No such file/);
writeFileSync(join(dir, "small.png"), file("a.zip", "outline.png"));
writeFileSync(join(dir, "blue.png"), execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "color=c=blue:s=32x32", "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "pipe:1"]));
says("a colour icon of another size", (c) => (c.teams_app.color_icon = "small.png"), /icons.color: color.png has 32x32 pixels: 192x192 would be right/);
says("an outline icon on a ground", (c) => (c.teams_app.outline_icon = "blue.png"), /icons.outline: outline.png is nowhere transparent/);
writeFileSync(join(dir, "text.png"), "not a picture");
says("an icon that is no picture", (c) => (c.teams_app.outline_icon = "text.png"), /icons.outline: outline.png: not a PNG/);
says("a version that is none", (c) => (c.teams_app.version = "1.0"), /bad.json:\d+:\d+: "1.0" does not fit: Three numbers like 1.0.0/);
ok(!readdirSync(dir).some((f) => f.startsWith("bad.zip")), "of what is refused nothing is written, whole or half");
mkdirSync(join(dir, "taken.zip"));
ok(run(real, "--out", "taken.zip").status === 1 && !readdirSync(dir).some((f) => /^taken\.zip\.\d/.test(f)), "a place that cannot be written to: told, and nothing is left beside it");

// ---- the pages the app names
const page = async (path, language) => {
	const r = await house.ask(house.port, "GET", path, { headers: language ? { "Accept-Language": language } : {} });
	return { status: r.status, type: r.headers["content-type"], policy: r.headers["content-security-policy"], html: r.body.toString() };
};
const en = await page("/privacy"), de = await page("/privacy", "de-AT,de;q=0.9,en;q=0.8");
same([en.status, en.type], [200, "text/html; charset=utf-8"], "/privacy is a page, for anybody");
ok(/<html lang="en">/.test(en.html) && /<h1>Privacy<\/h1>/.test(en.html) && /<html lang="de">/.test(de.html) && /<h1>Datenschutz<\/h1>/.test(de.html), "in the browser's language");
ok(/lang="de"/.test((await page("/terms?l=de-de", "en")).html) && /<h1>Terms of use/.test((await page("/terms")).html), "/terms too, and ?l= goes first");
ok(en.html.includes("Muster &amp; &lt;b&gt;Söhne&lt;/b&gt; runs it") && en.html.includes("datenschutz@muster.example"), "who runs it and whom to ask are the configuration's, shown as they are written", en.html);
ok(/default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'/.test(en.policy), "nothing but its own style may run there", en.policy);
same((await house.ask(house.port, "POST", "/privacy", { body: "x" })).status, 405, "and nothing can be sent to it");
same(await house.close(), 0, "the service ends with status 0");
done();
