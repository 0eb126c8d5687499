#include <malloc.h>
#include <sys/resource.h>
#include <time.h>

// The structs of time come to Swift through more than one module, and an optimised build takes the one that a file has not
// imported. Numbers have no such trouble.

/// The time of day, in nanoseconds since 1970-01-01T00:00:00Z.
static inline long long sprocket_time_of_day(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/// Processor time of the process, in microseconds, outside of and within the system, and its most memory in kilobytes.
static inline int sprocket_usage(long long *user, long long *system, long long *peak) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return -1;
    *user = usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec;
    *system = usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec;
    *peak = usage.ru_maxrss;
    return 0;
}
