// Holds every answer of the API that a test gets anyway against the service's own document: its successes, whatever the verb.
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, same } from "./house.mjs";

const Ajv = createRequire(join(root, "tests", "peers", "package.json"))("ajv/dist/2020").default;

// From here on, until what it returns is called with the operations that must have been among them.
export async function shapes(house) {
	const document = JSON.parse((await house.ask(house.port, "GET", "/api/v1/openapi.json")).body);
	const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false }).addSchema(document, "api");
	const paths = Object.keys(document.paths).map((path) => [new RegExp(`^${path.replace(/\{[^}]*\}/g, "[^/]+")}$`), path]);
	const ask = house.ask.bind(house), wrong = [], seen = new Set();
	house.ask = async (port, method, url, more) => {
		const r = await ask(port, method, url, more), path = paths.find(([is]) => is.test(url.split("?")[0]))?.[1];
		const ref = document.paths[path]?.[method.toLowerCase()]?.responses[200].content?.["application/json"]?.schema.$ref;
		if (port !== house.port || !ref || r.status >= 300 || !String(r.headers["content-type"]).includes("json")) return r;
		const check = ajv.compile({ $ref: `api${ref}` });
		seen.add(`${method} ${path}`);
		if (!check(JSON.parse(r.body))) wrong.push([method, path, r.status, check.errors.map((e) => `${e.instancePath} ${e.message}`)]);
		return r;
	};
	return (...wanted) => {
		house.ask = ask;
		same(wanted.filter((w) => !seen.has(w)), [], `answers of ${wanted.length} operations were held against the document`);
		same(wrong, [], "and each is of the shape it tells");
	};
}
