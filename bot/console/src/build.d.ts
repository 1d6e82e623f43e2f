// What build.mjs makes of imports that are no scripts.
declare module "*.css";
declare module "texts" {
	const texts: Record<string, string>;
	export default texts;
}
