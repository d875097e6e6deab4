/* SPDX-License-Identifier: MIT
 *
 * Times and timers. */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <utime.h>

#include "decoder.h"

enum { MICROSECOND = 1000, SECOND = 1000000000, EINTR_RESTART_BLOCK = 516, EINTR_NUMBER = 4 };

const char *date_text(struct decoder *decoder, int64_t seconds, int64_t nanoseconds)
{
    const time_t time = seconds;
    struct tm parts;
    char date[64], zone[16], fraction[16] = "";

    if ((seconds == 0 && nanoseconds == 0) || nanoseconds < 0 || nanoseconds >= SECOND || !localtime_r(&time, &parts))
        return NULL;
    if (strftime(date, sizeof date, "%FT%T", &parts) == 0 || strftime(zone, sizeof zone, "%z", &parts) == 0)
        return NULL;
    if (nanoseconds)
        snprintf(fraction, sizeof fraction, ".%09ld", (long)nanoseconds);
    return arena_printf(decoder->arena, "%s%s%s", date, fraction, zone);
}

/* ---- Times of files -------------------------------------------------------------------------------------------------------- */

static struct value *dated(struct decoder *decoder, int64_t seconds)
{
    struct value *value = value_signed(decoder, seconds);

    value->comment = date_text(decoder, seconds, 0);
    return value;
}

DECODE(file_times_in_seconds)
{
    struct utimbuf times;

    if (!decoder->options->dereference || !decoder_read(decoder, number, &times, sizeof times))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "actime", dated(decoder, times.actime));
    value_add(value, "modtime", dated(decoder, times.modtime));
    return value;
}

static struct value *show_microseconds(struct decoder *decoder, const struct timeval *time)
{
    struct value *value = decode_struct_bytes(decoder, &struct_timeval, time, sizeof *time);
    const char *date = time->tv_usec < 0 || time->tv_usec >= SECOND / MICROSECOND
                           ? NULL
                           : date_text(decoder, time->tv_sec, time->tv_usec * MICROSECOND);
    /* The fraction has as many digits as it was given with. */
    if (date && time->tv_usec) {
        char *copy = arena_printf(decoder->arena, "%.26s%s", date, date + sizeof "2023-11-14T22:13:20.123456789" - 1);
        date = copy;
    }
    value->comment = date;
    return value;
}

DECODE(file_times_in_microseconds)
{
    struct timeval times[2];

    if (!decoder->options->dereference || !decoder_read(decoder, number, times, sizeof times))
        return value_address(decoder, number);
    struct value *array = value_array(decoder);
    for (int i = 0; i < 2; i++)
        value_add(array, NULL, show_microseconds(decoder, &times[i]));
    return array;
}

static struct value *show_nanoseconds(struct decoder *decoder, const struct timespec *time)
{
    if (time->tv_nsec == UTIME_NOW)
        return value_word(decoder, "UTIME_NOW", UTIME_NOW);
    if (time->tv_nsec == UTIME_OMIT)
        return value_word(decoder, "UTIME_OMIT", UTIME_OMIT);
    struct value *value = decode_struct_bytes(decoder, &struct_timespec, time, sizeof *time);
    value->comment = date_text(decoder, time->tv_sec, time->tv_nsec);
    return value;
}

DECODE(file_times)
{
    struct timespec times[2];

    if (!decoder->options->dereference || !decoder_read(decoder, number, times, sizeof times))
        return value_address(decoder, number);
    struct value *array = value_array(decoder);
    for (int i = 0; i < 2; i++)
        value_add(array, NULL, show_nanoseconds(decoder, &times[i]));
    return array;
}

DECODE(time_stored)
{
    int64_t seconds;

    if (!decoder_read(decoder, number, &seconds, sizeof seconds))
        return value_address(decoder, number);
    return value_pointed(decoder, dated(decoder, seconds));
}

DECODE(time_result)
{
    const char *date = date_text(decoder, (int64_t)number, 0);

    return date ? value_word(decoder, date, number) : NULL;
}

/* ---- Sleeping -------------------------------------------------------------------------------------------------------------- */

/* The kernel says how much is left only where a signal ended the sleep. */
static struct value *time_left(struct decoder *decoder, uint64_t address, bool absolute)
{
    const struct system_call *call = decoder->call;

    if (!decoder->exiting)
        return NULL;
    const bool interrupted = call->failed && (call->result == -EINTR_NUMBER || call->result == -EINTR_RESTART_BLOCK);
    return interrupted && !absolute ? decode_struct(decoder, &struct_timespec, address) : value_address(decoder, address);
}

DECODE(time_left)
{
    return time_left(decoder, number, false);
}

DECODE(clock_time_left)
{
    return time_left(decoder, number, decoder->call->arguments[1] & TIMER_ABSTIME);
}

/* ---- Timers ---------------------------------------------------------------------------------------------------------------- */

static struct value *show_signal_value(struct decoder *decoder, const union sigval *sigval)
{
    struct value *value = value_struct(decoder);

    value_add(value, "sival_int", value_signed(decoder, sigval->sival_int));
    value_add(value, "sival_ptr", value_address(decoder, (uint64_t)sigval->sival_ptr));
    return value;
}

DECODE(signal_event)
{
    struct sigevent event;

    if (!decoder->options->dereference || !decoder_read(decoder, number, &event, sizeof event))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    if (event.sigev_value.sival_ptr)
        value_add(value, "sigev_value", show_signal_value(decoder, &event.sigev_value));
    const bool sends =
        event.sigev_notify == SIGEV_SIGNAL || event.sigev_notify == SIGEV_THREAD_ID || event.sigev_notify == SIGEV_THREAD;
    value_add(value, "sigev_signo",
              sends ? value_signal(decoder, event.sigev_signo) : value_unsigned(decoder, (uint32_t)event.sigev_signo));
    value_add(value, "sigev_notify", value_enum(decoder, &set_sigev_notify, (uint32_t)event.sigev_notify));
    if (event.sigev_notify == SIGEV_THREAD_ID)
        value_add(value, "sigev_notify_thread_id", value_pid(decoder, event._sigev_un._tid));
    if (event.sigev_notify == SIGEV_THREAD) {
        value_add(value, "sigev_notify_function", value_address(decoder, (uint64_t)event.sigev_notify_function));
        value_add(value, "sigev_notify_attributes", value_address(decoder, (uint64_t)event.sigev_notify_attributes));
    }
    return value;
}
