// Reads GET /api/v1/events as a page would, over a socket that may be paused or cut. Not a test itself.
import { request } from "node:https";

// What came so far: events { event, data, id } in order, the last id, and bytes. until(what) waits for an event.
export class Stream {
	constructor(house, token, last) {
		Object.assign(this, { events: [], id: last ?? null, beats: 0, open: true, waiting: [] });
		this.began = new Promise((yes, no) => {
			const headers = { Authorization: `Bearer ${token}`, ...(last !== undefined && { "Last-Event-ID": String(last) }) };
			this.request = request({ host: "127.0.0.1", port: house.port, path: "/api/v1/events", headers, ca: house.ca, agent: false }, (res) => {
				this.response = res;
				this.status = res.statusCode;
				let text = "";
				res.setEncoding("utf8");
				res.on("data", (more) => {
					text += more;
					for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) this.#block(text.slice(0, end));
				});
				const over = () => {
					this.open = false;
					this.#look();
				};
				res.on("end", over).on("error", over).on("close", over);
				yes(this);
			}).on("error", no);
			this.request.end();
		});
	}
	#block(block) {
		const field = (name) => block.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
		if (field("id")) this.id = Number(field("id"));
		if (field("data")) this.events.push({ event: field("event"), data: JSON.parse(field("data")), id: field("id") ? this.id : null });
		else if (block.startsWith("id")) this.beats++;
		this.#look();
	}
	#look() {
		this.waiting = this.waiting.filter((w) => !w());
	}
	// The first event from `from` on that fits; undefined when the stream ends or it takes too long.
	until(fits, seconds = 30) {
		return new Promise((yes) => {
			const timer = setTimeout(() => yes(undefined), seconds * 1000);
			const look = () => {
				const found = this.events.find(fits);
				if (!found && this.open) return false;
				clearTimeout(timer);
				yes(found);
				return true;
			};
			if (!look()) this.waiting.push(look);
		});
	}
	cut() {
		this.request.destroy();
	}
}

// The view that a stream leads to: each noun in the place of the one before.
export function applied(events) {
	const key = { queue: "queue", agent: "agent", contact: "contact", voicemail: "voicemail" };
	let view = null;
	for (const { event, data } of events) {
		if (event === "snapshot") view = structuredClone(data);
		const [noun, gone] = event.split("_");
		if (!(noun in key) || !view) continue;
		const list = view[`${noun}s`], at = list.findIndex((x) => x[noun] === data[noun]);
		if (gone) at >= 0 && list.splice(at, 1);
		else if (at >= 0) list[at] = data;
		else list.push(data);
	}
	return view;
}
