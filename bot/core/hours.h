#ifndef BOT_CORE_HOURS_H
#define BOT_CORE_HOURS_H

/*
 * Opening hours, by the wall clock of a place. Pure; any thread.
 *
 * A moment is turned into local time by the calendar's table of offsets, and then only the local
 * date and minute count: a date with hours of its own before the weekday, and on a holiday
 * whatever is not open is holiday.
 *
 * Where clocks change, the wall clock still decides. When it is set forward, the hour that it
 * never shows opens nothing: a range that begins in it begins as the clock is set, one that lies
 * within it does not happen. When it is set back, the hour that it shows twice counts twice: a
 * range within it opens twice, one that begins within it is interrupted until it has begun again,
 * and one that ends within it ends twice.
 */

#include "bot/core/plan.h"

enum hours { HOURS_OPEN, HOURS_CLOSED, HOURS_HOLIDAY };

enum { HOURS_CHANGES_WITHIN_DAYS = 400 };

/* at_ms: since the Unix epoch. */
enum hours hours_at(const struct plan_calendar *p, uint64_t at_ms);

/* When hours_at is next another than at at_ms, for reports and checks; UINT64_MAX: not within
 * HOURS_CHANGES_WITHIN_DAYS. */
uint64_t hours_next_change_ms(const struct plan_calendar *p, uint64_t at_ms);

#endif
