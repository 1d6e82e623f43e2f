// The service's log, as it is written. Not a test itself.
export class Log {
	constructor(house) {
		this.text = "";
		this.readers = new Set();
		house.foyer.stderr.on("data", (chunk) => {
			this.text += chunk;
			this.readers.forEach((look) => look());
		});
	}
	get end() {
		return this.text.length;
	}
	// The line after position `from` that matches, or undefined after some seconds.
	line(pattern, from = 0, seconds = 10) {
		return new Promise((yes) => {
			const timer = setTimeout(() => yes(this.readers.delete(look) && undefined), seconds * 1000);
			const look = () => {
				const line = this.text.slice(from).split("\n").slice(0, -1).find((l) => pattern.test(l));
				if (line === undefined) return;
				clearTimeout(timer);
				this.readers.delete(look);
				yes(line);
			};
			this.readers.add(look);
			look();
		});
	}
	count(pattern, from = 0) {
		return this.text.slice(from).split("\n").filter((l) => pattern.test(l)).length;
	}
}
