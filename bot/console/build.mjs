#!/usr/bin/env node
// Builds the pages: node bot/console/build.mjs OUT [--watch]. OUT gets
//   assets/NAME-HASH.js.gz .css.gz    compressed once, here, and sent as they are
//   AREA.LANGUAGE.html, AREA.LANGUAGE.framed.html    what the browser needs at once is named in their heads
//   files.def                         the list of all, for the program to carry them
// With --watch it goes on; foyer serve --console-dir OUT shows what is there now.
import { context } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? "build/console"; // as given: so it is found from where make runs
const watch = process.argv.includes("--watch");
const AREAS = ["desk", "wall", "workshop"], LANGUAGES = ["en", "de"];
const TYPES = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };
const template = () => readFileSync(join(here, "index.html"), "utf8");

// What an output needs beside itself before it can run: its static imports, and theirs.
function needs(outputs, name, seen = new Set()) {
	for (const { path, kind } of outputs[name].imports)
		if (kind === "import-statement" && outputs[path] && !seen.has(path)) seen.add(path), needs(outputs, path, seen);
	return seen;
}

const outputOf = (outputs, entry) => Object.keys(outputs).find((name) => outputs[name].entryPoint === entry && name.endsWith(".js"));

function page(outputs, area, language, framed) {
	const entry = outputOf(outputs, `src/${area}/main.tsx`);
	const url = (name) => `/app/assets/${basename(name)}`;
	const wanted = [`src/shared/text/${language}.json`, `src/${area}/text/${language}.json`, ...(framed ? ["src/shared/teams.ts"] : [])]
		.map((e) => outputOf(outputs, e)).flatMap((name) => [name, ...needs(outputs, name)]);
	const ahead = [...new Set([...needs(outputs, entry), ...wanted])].filter((name) => name !== entry);
	const css = outputs[entry].cssBundle;
	return template().replaceAll("{{language}}", language).replace("{{head}}", [
		...(css ? [`<link rel="stylesheet" href="${url(css)}">`] : []),
		...ahead.map((name) => `<link rel="modulepreload" href="${url(name)}">`),
		`<script type="module" src="${url(entry)}"></script>`].join("\n"));
}

function write({ outputs }, files) {
	rmSync(join(out, "assets"), { recursive: true, force: true });
	mkdirSync(join(out, "assets"), { recursive: true });
	for (const name of readdirSync(out)) if (name.endsWith(".html")) rmSync(join(out, name));
	const lines = [];
	for (const { path, contents } of files) {
		const name = basename(path), type = TYPES[/\.\w+$/.exec(name)[0]];
		writeFileSync(join(out, "assets", `${name}.gz`), gzipSync(contents, { level: 9 }));
		lines.push(`CONSOLE_FILE(${lines.length}, "assets/${name}", "${type}", "${join(out, "assets", `${name}.gz`)}")`);
	}
	for (const area of AREAS) for (const language of LANGUAGES) for (const framed of [false, true]) {
		const name = `${area}.${language}${framed ? ".framed" : ""}.html`;
		writeFileSync(join(out, name), page(outputs, area, language, framed));
		lines.push(`CONSOLE_FILE(${lines.length}, "${name}", "text/html; charset=utf-8", "${join(out, name)}")`);
	}
	writeFileSync(join(out, "files.def"), `/* Written by bot/console/build.mjs. */\n${lines.join("\n")}\n`);
}

const ctx = await context({
	absWorkingDir: here,
	entryPoints: AREAS.map((area) => ({ in: `src/${area}/main.tsx`, out: area })),
	entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", assetNames: "[name]-[hash]",
	outdir: "assets", write: false, metafile: true, bundle: true, splitting: true, format: "esm", target: ["es2022", "chrome110", "safari16"],
	minify: true, jsx: "automatic", jsxImportSource: "preact", legalComments: "none", charset: "utf8", logLevel: "warning",
	define: { "process.env.NODE_ENV": '"production"' },
	plugins: [{ name: "write", setup: (build) => build.onEnd((r) => r.errors.length || write(r.metafile, r.outputFiles)) }],
});
if (watch) await ctx.watch();
else {
	await ctx.rebuild().catch(() => process.exit(1));
	await ctx.dispose();
}
