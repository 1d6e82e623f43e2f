/* CONSOLE_FILES, named by the Makefile, is written by bot/console/build.mjs: a line a file. */
#include "bot/shell/console.h"

#define CONSOLE_FILE(n, name, type, path)                           \
	__asm__(".section .rodata\n"                                \
		".global console_" #n "\nconsole_" #n ":\n"         \
		".incbin \"" path "\"\n"                            \
		".global console_" #n "_end\nconsole_" #n "_end:\n" \
		".byte 0\n"                                         \
		".previous\n");                                     \
	extern const char console_##n[], console_##n##_end[];
#include CONSOLE_FILES
#undef CONSOLE_FILE

#define CONSOLE_FILE(n, name, type, path) { name, type, console_##n, console_##n##_end },
const struct console_file console_files[] = {
#include CONSOLE_FILES
};
const size_t n_console_files = sizeof(console_files) / sizeof(console_files[0]);
