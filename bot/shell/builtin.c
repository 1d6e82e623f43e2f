/* Only append: journals hold the numbers of prompts. What German wants after {ordinal} is its
 * ending. */
#include "bot/shell/builtin.h"

const struct builtin_prompt builtin_prompts[] = {
	{ "greeting", "Welcome. Thank you for calling.", "Guten Tag und herzlich willkommen." },
	{ "menu", "Please choose by pressing a key.", "Bitte wählen Sie mit einer Taste." },
	{ "position", "You are number {number} in line.",
		"Sie sind an {ordinal}er Stelle in der Warteschlange." },
	{ "wrong-key", "Sorry, that key is not in use.", "Diese Taste ist leider nicht belegt." },
	{ "queue-full", "We are sorry, all lines are busy. Please call again later.",
		"Leider sind alle Leitungen belegt. Bitte rufen Sie später noch einmal an." },
	{ "no-agents", "We are sorry, nobody is available at the moment. Please call again later.",
		"Leider ist im Moment niemand erreichbar. Bitte rufen Sie später noch einmal an." },
	{ "timeout", "We are sorry that nobody could take your call. Please call again later.",
		"Leider konnte niemand Ihren Anruf annehmen. Bitte rufen Sie später noch einmal "
		"an." },
	{ "music", NULL, NULL },
	/* Coming in. */
	{ "enter-number", "Please enter your number, and then press the hash key.",
		"Bitte geben Sie Ihre Nummer ein und drücken Sie dann die Raute-Taste." },
	{ "wrong-number", "Sorry, we do not know that number.",
		"Diese Nummer ist uns leider nicht bekannt." },
	{ "closed", "You are calling outside our opening hours. Please call again later.",
		"Sie rufen außerhalb unserer Öffnungszeiten an. Bitte rufen Sie später noch einmal "
		"an." },
	{ "holiday", "We are closed for the holiday today. Please call again on another day.",
		"Heute ist wegen des Feiertags geschlossen. Bitte rufen Sie an einem anderen Tag "
		"noch einmal an." },
	/* Waiting. */
	{ "estimate", "The waiting time is about {minutes}.",
		"Die Wartezeit beträgt etwa {minutes}." },
	{ "estimate-over", "The waiting time is more than {minutes}.",
		"Die Wartezeit beträgt mehr als {minutes}." },
	{ "still-waiting", "Thank you for waiting. We will be with you as soon as we can.",
		"Danke, dass Sie warten. Wir sind so bald wie möglich für Sie da." },
	{ "leave-by-star", "If you do not want to wait, press the star key.",
		"Wenn Sie nicht warten möchten, drücken Sie die Stern-Taste." },
	{ "leave-by-hash", "If you do not want to wait, press the hash key.",
		"Wenn Sie nicht warten möchten, drücken Sie die Raute-Taste." },
	/* Why a queue lets a caller go. */
	{ "queue-closed", "We are sorry, we cannot take any more calls today.",
		"Leider können wir heute keine Anrufe mehr annehmen." },
	/* Called back. */
	{ "call-back-offer",
		"We can call you back, and you will not lose your place. If you would like that, "
		"press one.",
		"Wir rufen Sie gern zurück, und Sie behalten Ihren Platz. Wenn Sie das möchten, "
		"drücken Sie die Eins." },
	{ "call-back-kept", "Thank you. We have kept your place and will call you back. Good-bye.",
		"Vielen Dank. Ihr Platz ist reserviert, und wir rufen Sie zurück. Auf "
		"Wiederhören." },
	{ "call-back-dialled",
		"Hello, this is the call that you asked for. We are connecting you now.",
		"Guten Tag, dies ist der Rückruf, um den Sie gebeten haben. Wir verbinden Sie "
		"jetzt." },
	/* Voicemail. */
	{ "voicemail", "Please leave a message after the tone.",
		"Bitte hinterlassen Sie eine Nachricht nach dem Ton." },
	{ "voicemail-done", "Thank you for your message. Good-bye.",
		"Vielen Dank für Ihre Nachricht. Auf Wiederhören." },
	/* To somebody else. */
	{ "transfer", "Please hold the line, we are connecting you.",
		"Bitte bleiben Sie am Apparat, wir verbinden Sie." },
	{ "transfer-failed", "Sorry, nobody could be reached there.",
		"Dort ist leider niemand erreichbar." },
	/* Recording; a queue's consent: notice, opt-in, opt-out. */
	{ "recording-notice", "This call is being recorded.",
		"Dieses Gespräch wird aufgezeichnet." },
	{ "recording-opt-in", "We would like to record this call. If you agree, press one.",
		"Wir möchten dieses Gespräch aufzeichnen. Wenn Sie einverstanden sind, drücken Sie "
		"die Eins." },
	{ "recording-opt-out", "This call will be recorded. If you do not agree, press one.",
		"Dieses Gespräch wird aufgezeichnet. Wenn Sie nicht einverstanden sind, drücken "
		"Sie die Eins." },
	/* Afterwards. */
	{ "survey",
		"How satisfied were you with this call? Press a key from one, not at all, to five, "
		"very much.",
		"Wie zufrieden waren Sie mit diesem Gespräch? Drücken Sie eine Taste von eins, gar "
		"nicht, bis fünf, sehr." },
	{ "thanks", "Thank you.", "Vielen Dank." },
	{ "good-bye", "Thank you for calling. Good-bye.",
		"Vielen Dank für Ihren Anruf. Auf Wiederhören." },
};

const size_t n_builtin_prompts = sizeof(builtin_prompts) / sizeof(builtin_prompts[0]);
