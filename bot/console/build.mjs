#!/usr/bin/env node
// Builds the pages: node bot/console/build.mjs OUT [--watch]. OUT gets
//   assets/NAME-HASH.js.gz .css.gz    compressed once, here, and sent as they are
//   AREA.LANGUAGE.html, AREA.LANGUAGE.framed.html    what the browser needs at once is named in their heads
//   files.def                         the list of all, for the program to carry them
// Each area is built in each language by itself, its texts inside, and Teams' library alone: what is needed at first is then one
// script, one sheet of styles and, in a frame, the library. On a phone a request more costs more than the bytes areas could share.
// With --watch it goes on (but for shared/teams.ts); foyer serve --console-dir OUT shows what is there now.
import { build, context } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? "build/console"; // as given: so it is found from where make runs
const watch = process.argv.includes("--watch");
const TEXTS = { desk: ["shared", "story", "desk"], wall: ["shared", "story", "wall"], workshop: ["shared", "workshop"] };
const BUILDS = Object.keys(TEXTS).flatMap((area) => ["en", "de"].map((language) => ({ area, language })));
const TYPES = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };
const template = () => readFileSync(join(here, "index.html"), "utf8");
const textFile = (area, language) => join(here, "src", area, "text", `${language}.json`);
const texts = (area, language) => JSON.parse(readFileSync(textFile(area, language), "utf8"));

const outputOf = (outputs, entry) => Object.keys(outputs).find((name) => outputs[name].entryPoint === entry && name.endsWith(".js"));

// What an output needs beside itself before it can run: its static imports, and theirs.
function needs(outputs, name, seen = new Set()) {
	for (const { path, kind } of outputs[name].imports)
		if (kind === "import-statement" && outputs[path] && !seen.has(path)) seen.add(path), needs(outputs, path, seen);
	return seen;
}

function page(outputs, area, language, framed) {
	const entry = outputOf(outputs, `src/${area}/main.tsx`);
	const url = (name) => `/app/assets/${basename(name)}`;
	const script = (name) => `<script type="module" src="${url(name)}"></script>`;
	return template().replaceAll("{{language}}", language).replace("{{loading}}", texts("shared", language).loading).replace("{{head}}", [
		`<link rel="stylesheet" href="${url(outputs[entry].cssBundle)}">`,
		...(framed ? [script(teamsName)] : []),
		script(entry),
		...[...needs(outputs, entry)].map((name) => `<link rel="modulepreload" href="${url(name)}">`)].join("\n"));
}

// results: one for each of BUILDS, in their order.
function write(results) {
	rmSync(join(out, "assets"), { recursive: true, force: true });
	mkdirSync(join(out, "assets"), { recursive: true });
	for (const name of readdirSync(out)) if (name.endsWith(".html")) rmSync(join(out, name));
	const lines = [];
	const carry = (name, type, file, body) => (writeFileSync(file, body), lines.push(`CONSOLE_FILE(${lines.length}, "${name}", "${type}", "${file}")`));
	// What does not speak a language comes out of both builds, by the same name.
	const files = new Map([teams, ...results].flatMap((r) => r.outputFiles).map((f) => [basename(f.path), f.contents]));
	for (const [name, contents] of files)
		carry(`assets/${name}`, TYPES[/\.\w+$/.exec(name)[0]], join(out, "assets", `${name}.gz`), gzipSync(contents, { level: 9 }));
	for (const [i, { area, language }] of BUILDS.entries()) for (const framed of [false, true]) {
		const name = `${area}.${language}${framed ? ".framed" : ""}.html`;
		carry(name, "text/html; charset=utf-8", join(out, name), page(results[i].metafile.outputs, area, language, framed));
	}
	writeFileSync(join(out, "files.def"), `/* Written by bot/console/build.mjs. */\n${lines.join("\n")}\n`);
}

// import texts from "texts": those of the area and of what it stands on, in the language of the build.
const textsOf = (area, language) => ({ name: "texts", setup(b) {
	b.onResolve({ filter: /^texts$/ }, () => ({ path: `${area}.${language}`, namespace: "texts" }));
	b.onLoad({ filter: /.*/, namespace: "texts" }, () =>
		({ contents: JSON.stringify(Object.assign({}, ...TEXTS[area].map((a) => texts(a, language)))), loader: "json", watchFiles: TEXTS[area].map((a) => textFile(a, language)) }));
} });

const common = {
	absWorkingDir: here, outdir: "assets", write: false, metafile: true, bundle: true, format: "esm", target: ["es2022", "chrome110", "safari16"],
	entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", assetNames: "[name]-[hash]",
	minify: true, legalComments: "none", charset: "utf8", logLevel: "warning", define: { "process.env.NODE_ENV": '"production"' },
};
const teams = await build({ ...common, entryPoints: ["src/shared/teams.ts"] }).catch(() => process.exit(1));
const teamsName = basename(teams.outputFiles[0].path);
const teamsApart = { name: "teams", setup: (b) => b.onResolve({ filter: /\/teams$/ }, () => ({ path: `./${teamsName}`, external: true })) };

const latest = [];
const contexts = await Promise.all(BUILDS.map(({ area, language }, i) => context({
	...common, entryPoints: [{ in: `src/${area}/main.tsx`, out: area }], splitting: true, jsx: "automatic", jsxImportSource: "preact",
	plugins: [textsOf(area, language), teamsApart, { name: "write", setup: (b) => b.onEnd((r) => {
		latest[i] = r.errors.length ? null : r;
		if (BUILDS.every((_, n) => latest[n])) write(latest);
	}) }],
})));
if (watch) await Promise.all(contexts.map((c) => c.watch()));
else {
	await Promise.all(contexts.map((c) => c.rebuild())).catch(() => process.exit(1));
	await Promise.all(contexts.map((c) => c.dispose()));
}
