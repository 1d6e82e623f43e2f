// Programs that talk in lines, their CPU time, and telephones set on one of them.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const BIN = process.env.BIN ?? "build", HZ = 100; // /proc counts in USER_HZ, which Linux keeps at 100

export class Process {
	constructor(command, args, log = "inherit") {
		this.child = spawn(command, args.map(String), { stdio: ["pipe", "pipe", log] });
		this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
		this.gone = new Promise((done) => this.child.on("close", done));
	}

	async line() {
		const { value, done } = await this.lines.next();
		if (done) throw new Error(`${this.child.spawnargs.join(" ")}: ended before its time`);
		return value;
	}

	say(text) {
		this.child.stdin.write(`${text}\n`);
	}

	async ports() {
		return (await this.line()).split(" ").slice(1).map(Number);
	}

	// Seconds of CPU, user's and system's, of all its threads.
	cpu() {
		const field = readFileSync(`/proc/${this.child.pid}/stat`, "latin1").replace(/.*\) /s, "").split(" ");
		return (Number(field[11]) + Number(field[12])) / HZ;
	}

	async end() {
		this.child.stdin.end();
		this.child.kill();
		await this.gone;
	}
}

export const program = (name, ...args) => new Process(`${BIN}/tests/bench/${name}`, args);
export const isHere = (path) => existsSync(path);

// Telephones call what `connect` leads them to: given their ports it answers with a process and, for each of them, where it
// sends to. The result is what the telephones counted, and the CPU time of the process per leg and second.
export async function measure({ codec = "opus", roles, seconds, warmUp = 4 }, connect) {
	const phones = program("load_rtp", codec, roles.length, warmUp, seconds);
	try {
		const { target, ports } = await connect(await phones.ports());
		ports.forEach((port, i) => phones.say(`${port} ${roles[i]}`));
		await phones.line();
		const before = target.cpu();
		await phones.line();
		const cpu = target.cpu() - before, heard = JSON.parse(await phones.line());
		return { ...heard, us: (cpu * 1e6) / roles.length / heard.window_s };
	} finally {
		await phones.end();
	}
}
