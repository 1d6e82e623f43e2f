// Calls the eye and the ear: the window's title, and two soft notes each three seconds where nothing else rings. Browsers let a page
// sound only after somebody touched it; then it is silent, and Teams' card and ring are what one hears.
import { titleOfCall } from "../shared/title";

const EACH_MS = 3_000;

function chime(audio: AudioContext): void {
	for (const [at, hz] of [[0, 660], [.18, 880]] as const) {
		const tone = audio.createOscillator(), level = audio.createGain(), begin = audio.currentTime + at;
		tone.frequency.value = hz;
		level.gain.setValueAtTime(0, begin);
		level.gain.linearRampToValueAtTime(.12, begin + .02);
		level.gain.exponentialRampToValueAtTime(.001, begin + .35);
		tone.connect(level).connect(audio.destination);
		tone.start(begin);
		tone.stop(begin + .4);
	}
}

// Until the function it returns is called. sound: Teams does not ring.
export function alertStart(title: string, sound: boolean): () => void {
	const audio = sound ? new AudioContext() : null;
	let shown = true;
	const ring = () => {
		titleOfCall((shown = !shown) ? title : "");
		if (audio?.state === "running") chime(audio);
	};
	titleOfCall(title);
	if (audio) void audio.resume().then(() => chime(audio));
	const timer = setInterval(ring, EACH_MS);
	return () => {
		clearInterval(timer);
		titleOfCall("");
		void audio?.close();
	};
}
