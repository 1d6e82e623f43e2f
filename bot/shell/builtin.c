#include "bot/shell/builtin.h"

const struct builtin_prompt builtin_prompts[] = {
	{ "greeting", "Welcome. Thank you for calling.", "Guten Tag und herzlich willkommen." },
	{ "menu", "Please choose by pressing a key.", "Bitte wählen Sie mit einer Taste." },
	{ "position", "You are number {number} in line.",
		"Sie sind Nummer {number} in der Warteschlange." },
	{ "wrong-key", "Sorry, that key is not in use.", "Diese Taste ist leider nicht belegt." },
	{ "queue-full", "We are sorry, all lines are busy. Please call again later.",
		"Leider sind alle Leitungen belegt. Bitte rufen Sie später noch einmal an." },
	{ "no-agents", "We are sorry, nobody is available at the moment. Please call again later.",
		"Leider ist im Moment niemand erreichbar. Bitte rufen Sie später noch einmal an." },
	{ "timeout", "We are sorry that nobody could take your call. Please call again later.",
		"Leider konnte niemand Ihren Anruf annehmen. Bitte rufen Sie später noch einmal "
		"an." },
	{ "music", NULL, NULL },
};

const size_t n_builtin_prompts = sizeof(builtin_prompts) / sizeof(builtin_prompts[0]);
