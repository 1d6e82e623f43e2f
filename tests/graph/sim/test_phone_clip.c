/* Prompt files, as strictly as Graph reads them; and what we write, as others read it. */
#include "tests/graph/sim/phone_help.h"

#define RIFF(n) "RIFF" n "\0\0\0WAVE"
#define FMT "fmt \x10\0\0\0"
#define PCM16 "\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0"
#define DATA "data\4\0\0\0abcd"
#define ROW(bytes) bytes, sizeof(bytes) - 1

static const struct {
	const char *name, *file;
	size_t n;
	const char *why; /* NULL: good */
} rows[] = {
	{ "the plain one", ROW(RIFF("\x28") FMT PCM16 DATA), NULL },
	{ "other chunks are walked over, odd ones with their padding",
		ROW(RIFF("\x3c") "LIST\3\0\0\0abc\0" FMT PCM16 DATA "junk\0\0\0\0"), NULL },
	{ "bytes after the RIFF are not ours", ROW(RIFF("\x28") FMT PCM16 DATA "tail"), NULL },
	{ "empty", ROW(""), "not a RIFF WAVE" },
	{ "an error page", ROW("<html>404 not found</html>"), "not a RIFF WAVE" },
	{ "big-endian RIFX", ROW("RIFX\x28\0\0\0WAVE" FMT PCM16 DATA), "not a RIFF WAVE" },
	{ "RIFF, but AVI", ROW("RIFF\x28\0\0\0AVI " FMT PCM16 DATA), "not a RIFF WAVE" },
	{ "RIFF longer than the file", ROW(RIFF("\x29") FMT PCM16 DATA), "RIFF says 49" },
	{ "stereo", ROW(RIFF("\x28") FMT "\1\0\2\0\x80\x3e\0\0\0\xfa\0\0\4\0\x10\0" DATA),
		"channels: 2, must be 1" },
	{ "8 kHz", ROW(RIFF("\x28") FMT "\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0" DATA),
		"samples a second: 8000, must be 16000" },
	{ "8 bit", ROW(RIFF("\x28") FMT "\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x08\0" DATA),
		"bits a sample: 8" },
	{ "mu-law", ROW(RIFF("\x28") FMT "\7\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0" DATA),
		"format (1 is PCM): 7" },
	{ "extensible", ROW(RIFF("\x28") FMT "\xfe\xff\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0" DATA),
		"format (1 is PCM): 65534" },
	{ "wrong byte rate", ROW(RIFF("\x28") FMT "\1\0\1\0\x80\x3e\0\0\1\x7d\0\0\2\0\x10\0" DATA),
		"bytes a second: 32001" },
	{ "short fmt", ROW(RIFF("\x26") "fmt \x0e\0\0\0\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0" DATA),
		"fmt has 14 bytes" },
	{ "no fmt", ROW(RIFF("\x10") DATA), "no fmt" },
	{ "no data", ROW(RIFF("\x1c") FMT PCM16), "no data" },
	{ "no sample", ROW(RIFF("\x24") FMT PCM16 "data\0\0\0\0"), "data has 0 bytes" },
	{ "half a sample", ROW(RIFF("\x27") FMT PCM16 "data\3\0\0\0abc"), "data has 3 bytes" },
	{ "cut off", ROW(RIFF("\x26") FMT PCM16 "data\4\0\0\0ab"), "says 4 bytes, 2 are left" },
	{ "a stream's made-up length",
		ROW(RIFF("\x26") FMT PCM16 "data\xff\xff\xff\xff"
					   "ab"),
		"says 4294967295 bytes" },
};

static void each_file_is_taken_or_refused_with_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *exact = malloc(rows[i].n + 1); /* so that ASan sees one byte too far */
		struct why why = { 0 };
		struct phone_clip *clip;

		memcpy(exact, rows[i].file, rows[i].n);
		exact = realloc(exact, rows[i].n ? rows[i].n : 1);
		clip = phone_clip_new(exact, rows[i].n, "x", &why);
		if (!rows[i].why && (phone_clip_subcode(clip) || clip->n != 2 ||
					    memcmp(clip->sample, "abcd", 4) != 0))
			fail_msg("%s: %s", rows[i].name, why.text);
		if (rows[i].why && (phone_clip_subcode(clip) != PHONE_SUBCODE_FORMAT ||
					   !strstr(why.text, rows[i].why)))
			fail_msg("%s: %s", rows[i].name, why.text);
		phone_clip_drop(clip);
		free(exact);
	}
}

static void a_clip_lives_as_long_as_somebody_holds_it(void **state)
{
	struct phone_clip *clip = phone_clip_failed(PHONE_SUBCODE_DOWNLOAD, "x");

	(void)state;
	assert_ptr_equal(phone_clip_hold(clip), clip);
	phone_clip_drop(clip);
	assert_int_equal(phone_clip_subcode(clip), PHONE_SUBCODE_DOWNLOAD); /* ASan watches */
	phone_clip_drop(clip);
	phone_clip_drop(NULL);
	assert_null(phone_clip_hold(NULL));
}

/* The oracle for what we write is ffprobe. */
static void ffprobe_says(struct desk *d, const char *name, const char *want)
{
	char command[256], got[256] = "";
	FILE *f;

	snprintf(command, sizeof(command),
		"ffprobe -v error -of csv=p=0 -show_entries "
		"stream=codec_name,sample_rate,channels,duration %s/%s.wav",
		d->dir, name);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(got, sizeof(got), f));
	assert_int_equal(pclose(f), 0);
	assert_string_equal(got, want);
}

static void ears_are_good_wavs_to_others_also_before_the_end(void **state)
{
	struct desk *d = *state;
	uint32_t anna;

	if (system("ffprobe -version >/dev/null 2>&1") != 0)
		skip();
	anna = person(d, "anna", "Hello.", 50);
	ticks(d, 149); /* a crash now leaves two seconds known to the header, and more behind it */
	ffprobe_says(d, "anna", "pcm_s16le,16000,1,2.000000\n");
	ticks(d, 1);
	ffprobe_says(d, "anna", "pcm_s16le,16000,1,3.000000\n");
	ticks(d, 7);
	phone_hang_up(d->p, anna);
	ticks(d, 1);
	ffprobe_says(d, "anna", "pcm_s16le,16000,1,3.140000\n");
}

static void what_the_scribe_has_no_room_for_is_silence_in_its_place(void **state)
{
	struct desk *d = *state;
	struct inbox *events = inbox_new(8, sizeof(struct phone_event));
	int16_t pcm[TICK_SAMPLES];
	struct ear_files files;
	struct phone_event ev;
	struct why why = { 0 };
	struct phone_scribe e;
	char path[128];
	struct pcm wav;
	uint64_t fits;

	noise(pcm, TICK_SAMPLES, 5);
	must(scribe_init(&e, 1, 1, true, events, &why), &why);
	fits = e.ring.capacity - e.reserve - 1; /* after the open */
	snprintf(path, sizeof(path), "%s/x.wav", d->dir);
	files.wav = creat(path, 0600);
	files.log = -1;
	scribe_open(&e, 0, files);
	for (uint64_t i = 0; i < fits + 3; i++)
		scribe_hear(&e, 0, i, pcm);
	assert_int_equal(e.lost, 3);
	scribe_tick(&e); /* the scribe comes back */
	scribe_hear(&e, 0, fits + 3, pcm);
	scribe_close(&e, 0, 77, fits + 6);
	scribe_fini(&e);
	assert_true(inbox_take(events, &ev));
	assert_int_equal(ev.phone, 77);
	inbox_free(events);

	wav = read_wav_at(path);
	assert_int_equal(wav.n, (fits + 6) * TICK_SAMPLES);
	assert_memory_equal(wav.at + (fits - 1) * TICK_SAMPLES, pcm, sizeof(pcm));
	assert_true(silent(wav.at + fits * TICK_SAMPLES, 3 * TICK_SAMPLES));
	assert_memory_equal(wav.at + (fits + 3) * TICK_SAMPLES, pcm, sizeof(pcm));
	assert_true(silent(wav.at + (fits + 4) * TICK_SAMPLES, 2 * TICK_SAMPLES));
	free(wav.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_is_taken_or_refused_with_its_reason),
		cmocka_unit_test(a_clip_lives_as_long_as_somebody_holds_it),
		AT_DESK(ears_are_good_wavs_to_others_also_before_the_end),
		AT_DESK(what_the_scribe_has_no_room_for_is_silence_in_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
