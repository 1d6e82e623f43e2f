// The wire between one browser and the service, which can be cut: connections end in the middle of whatever they carry, and no new
// one is made until it is mended. Not a test itself.
import { connect, createServer } from "node:net";

export class Wire {
	static async open(port) {
		const it = new Wire();
		it.pairs = new Set();
		it.up = true;
		it.server = createServer((near) => {
			near.on("error", () => near.destroy());
			if (!it.up) return near.destroy();
			const far = connect(port, "127.0.0.1"), pair = [near, far];
			it.pairs.add(pair);
			const end = () => (pair.forEach((s) => s.destroy()), it.pairs.delete(pair));
			far.on("error", end).on("close", end);
			near.on("error", end).on("close", end);
			near.pipe(far).pipe(near);
		});
		await new Promise((yes) => it.server.listen(0, "127.0.0.1", yes));
		it.server.unref();
		it.port = it.server.address().port;
		return it;
	}
	cut() {
		this.up = false;
		for (const pair of this.pairs) pair.forEach((s) => s.destroy());
	}
	mend() {
		this.up = true;
	}
}
