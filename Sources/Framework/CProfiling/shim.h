// The sampling of a profile: what a signal handler does, and the calls of the kernel that the Glibc module leaves out.
//
// The handler is in C since it is called between any two instructions: it must not allocate, lock, retain, or call
// anything that does. All of it is in this header, so that one Swift file, and the handler's address, come from one copy.
// SwiftPM does not compile that file again when this one changes.

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

// A handler of the sanitizers' kind of code would report the stack that it reads.
#define SPROCKET_UNCHECKED __attribute__((no_sanitize("address", "thread", "undefined")))

// ---------------------------------------------------------------------------------------------------------------------
// What is sampled

/// Addresses of code.
struct sprocket_code_range {
    uintptr_t start;
    uintptr_t end;
};

/// What the handler knows about the program; sorted, without overlaps, and never freed.
struct sprocket_code_map {
    /// Code that keeps a frame pointer: Swift's and that of its libraries.
    const struct sprocket_code_range *framed;
    size_t framed_count;
    /// Functions that are async, or parts of such, and keep their context in front of the frame pointer.
    const struct sprocket_code_range *suspendable;
    size_t suspendable_count;
};

/// Deep enough for recursive functions of a debug build; what is beyond is missing.
#define SPROCKET_STACK_DEPTH 256

enum { SPROCKET_SLOT_FREE = 0, SPROCKET_SLOT_WRITING = 1, SPROCKET_SLOT_READY = 2 };

/// One stack, the innermost place first.
struct sprocket_sample {
    uint32_t state;
    /// How many periods it stands for.
    uint32_t weight;
    /// The thread.
    int32_t thread;
    /// The number of places.
    uint32_t depth;
    /// From this place on, places are starts of functions; between it and the first, they are return addresses.
    uint32_t resumed_from;
    uint32_t reserved;
    uint64_t places[SPROCKET_STACK_DEPTH];
};

/// Where handlers write; never freed, since a signal may come late.
struct sprocket_samples {
    /// Whether samples are wanted.
    uint32_t is_active;
    /// The number of slots.
    uint32_t count;
    /// The number of the next sample.
    uint64_t next;
    /// The periods of samples for which no slot was free.
    uint64_t lost;
    const struct sprocket_code_map *map;
    struct sprocket_sample *slots;
};

/// What a sample is taken for.
#define SPROCKET_TIMED 0
#define SPROCKET_ASKED 1

/// The one place for samples of each purpose in the process; NULL before the first one.
static inline struct sprocket_samples **sprocket_samples_for(int purpose) {
    static struct sprocket_samples *samples[2];
    return &samples[purpose];
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading a stack

/// The range that contains an address; NULL if none does.
static inline SPROCKET_UNCHECKED const struct sprocket_code_range *sprocket_find_code(
    const struct sprocket_code_range *ranges, size_t count, uintptr_t address) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges[middle].start <= address) low = middle + 1; else high = middle;
    }
    return low > 0 && address < ranges[low - 1].end ? &ranges[low - 1] : NULL;
}

/// Whether an aligned word can be read; `page` is one that could, and is replaced.
///
/// Nothing that was found on a stack is sure to be an address. The kernel reads the mask before it refuses the operation,
/// so the error shows whether it could.
static inline SPROCKET_UNCHECKED int sprocket_is_readable(uintptr_t address, uintptr_t *page) {
    if (address < 4096 || (address & 7) != 0) return 0;
    if (address >> 12 == *page) return 1;
    // Any other error, as of a sandbox that forbids the call, says nothing about the address.
    if (syscall(SYS_rt_sigprocmask, ~0, address, NULL, 8) != -1 || errno != EINVAL) return 0;
    *page = address >> 12;
    return 1;
}

static inline SPROCKET_UNCHECKED uintptr_t sprocket_word(uintptr_t address) { return *(const volatile uintptr_t *)address; }

static inline SPROCKET_UNCHECKED uint8_t sprocket_byte(uintptr_t address) { return *(const volatile uint8_t *)address; }

/// A return address without what some processors put into its upper bits.
static inline uintptr_t sprocket_plain(uintptr_t address) {
#if defined(__aarch64__)
    return address & 0x0000ffffffffffffUL;
#else
    return address;
#endif
}

/// Whether an address follows a call in code that keeps frame pointers.
static inline SPROCKET_UNCHECKED int sprocket_follows_call(const struct sprocket_code_map *map, uintptr_t address) {
    const struct sprocket_code_range *range = sprocket_find_code(map->framed, map->framed_count, address);
    if (range == NULL || address - range->start < 8) return 0;
#if defined(__x86_64__)
    // CALL rel32, or CALL r/m64 (opcode FF /2) with up to four bytes of displacement and an index byte.
    if (sprocket_byte(address - 5) == 0xe8) return 1;
    for (uintptr_t length = 2; length <= 7; length++) {
        if (sprocket_byte(address - length) == 0xff && (sprocket_byte(address - length + 1) & 0x38) == 0x10) return 1;
    }
    return 0;
#else
    return 1;
#endif
}

/// Whether a frame pointer can be that of a function whose caller keeps frame pointers too.
static inline SPROCKET_UNCHECKED int sprocket_is_frame(
    const struct sprocket_code_map *map, uintptr_t above, uintptr_t frame, uintptr_t *page) {
    return frame > above && frame - above <= (8UL << 20) && sprocket_is_readable(frame, page)
        && sprocket_is_readable(frame + 8, page)
        && sprocket_follows_call(map, sprocket_plain(sprocket_word(frame + 8)));
}

/// Finds the caller of code that keeps no frame pointers, such as the C library's: the first return address above the
/// stack pointer into code that does. Its frame pointer is still in the register, or was saved near that address. What
/// lies further away may be left over from earlier calls.
///
/// Returns the caller, or 0; `frame` becomes its frame pointer, or 0 if that was not found.
static inline SPROCKET_UNCHECKED uintptr_t sprocket_find_caller(
    const struct sprocket_code_map *map, uintptr_t stack, uintptr_t *frame, uintptr_t *page) {
    uintptr_t start = (stack + 7) & ~(uintptr_t)7;
    uintptr_t at = start, caller = 0;
    for (; at - start < 2048; at += 8) {
        if (!sprocket_is_readable(at, page)) return 0;
        uintptr_t word = sprocket_word(at);
        if (sprocket_follows_call(map, word)) {
            caller = word;
            break;
        }
    }
    if (caller == 0 || sprocket_is_frame(map, at, *frame, page)) return caller;
    *frame = 0;
    for (uintptr_t place = at; place > start && *frame == 0; place -= 8) {
        uintptr_t saved = sprocket_word(place - 8);
        if (sprocket_is_frame(map, at, saved, page)) *frame = saved;
    }
    return caller;
}

/// Adds the callers of an async function, which are in a chain of contexts and not on the stack; whether there were any.
///
/// A context begins with that of the caller and the function that resumes the caller.
static inline SPROCKET_UNCHECKED int sprocket_follow_contexts(
    const struct sprocket_code_map *map, uintptr_t frame, struct sprocket_sample *sample) {
    // The frame itself can be read.
    uintptr_t page = frame >> 12;
    if (frame < 8 || !sprocket_is_readable(frame - 8, &page)) return 0;
    uintptr_t context = sprocket_word(frame - 8);
    uint32_t first = sample->depth;
    while (sample->depth < SPROCKET_STACK_DEPTH) {
        if (!sprocket_is_readable(context, &page) || !sprocket_is_readable(context + 8, &page)) break;
        uintptr_t resume = sprocket_plain(sprocket_word(context + 8));
        if (sprocket_find_code(map->framed, map->framed_count, resume) == NULL) break;
        sample->places[sample->depth++] = resume;
        uintptr_t parent = sprocket_word(context);
        if (parent == context) break;
        context = parent;
    }
    if (sample->depth == first) return 0;
    sample->resumed_from = first;
    return 1;
}

/// Adds the callers of a place whose frame pointer is known.
static inline SPROCKET_UNCHECKED void sprocket_follow_frames(
    const struct sprocket_code_map *map, uintptr_t place, uintptr_t stack, uintptr_t frame,
    struct sprocket_sample *sample, uintptr_t *page) {
    uintptr_t lowest = stack;
    for (;;) {
        if (frame < lowest || frame - stack > (8UL << 20) || !sprocket_is_readable(frame, page)) return;
        if (sprocket_find_code(map->suspendable, map->suspendable_count, place) != NULL
            && sprocket_follow_contexts(map, frame, sample)) return;
        if (sample->depth >= SPROCKET_STACK_DEPTH || !sprocket_is_readable(frame + 8, page)) return;
        uintptr_t caller = sprocket_plain(sprocket_word(frame + 8));
        if (caller < 4096) return;
        sample->places[sample->depth++] = caller;
        // The call is before the return address, which may belong to the next function.
        place = caller - 1;
        lowest = frame + 16;
        frame = sprocket_word(frame);
    }
}

/// Fills a sample with the stack at an interruption.
static inline SPROCKET_UNCHECKED void sprocket_read_stack(
    const struct sprocket_code_map *map, const ucontext_t *at, struct sprocket_sample *sample) {
    sample->depth = 0;
    sample->resumed_from = SPROCKET_STACK_DEPTH;
#if defined(__x86_64__)
    uintptr_t place = (uintptr_t)at->uc_mcontext.gregs[16];
    uintptr_t stack = (uintptr_t)at->uc_mcontext.gregs[15];
    uintptr_t frame = (uintptr_t)at->uc_mcontext.gregs[10];
#elif defined(__aarch64__)
    uintptr_t place = (uintptr_t)at->uc_mcontext.pc;
    uintptr_t stack = (uintptr_t)at->uc_mcontext.sp;
    uintptr_t frame = (uintptr_t)at->uc_mcontext.regs[29];
#else
    uintptr_t place = 0, stack = 0, frame = 0;
    (void)at;
#endif
    if (place == 0) return;
    sample->places[sample->depth++] = place;
    uintptr_t page = 0;
    if (sprocket_find_code(map->framed, map->framed_count, place) == NULL) {
#if defined(__x86_64__)
        uintptr_t caller = sprocket_find_caller(map, stack, &frame, &page);
#elif defined(__aarch64__)
        // The link register has the caller of a function that calls no other.
        uintptr_t caller = sprocket_plain((uintptr_t)at->uc_mcontext.regs[30]);
        if (sprocket_find_code(map->framed, map->framed_count, caller) == NULL) caller = 0;
#else
        uintptr_t caller = 0;
#endif
        if (caller != 0) {
            sample->places[sample->depth++] = caller;
            place = caller - 1;
        }
    }
    sprocket_follow_frames(map, place, stack, frame, sample, &page);
}

// ---------------------------------------------------------------------------------------------------------------------
// Signals and timers

/// Writes a sample into a free slot. Signals from outside, which anyone may send, do nothing.
static inline SPROCKET_UNCHECKED void sprocket_profile_handle(int signal, siginfo_t *info, void *context) {
    (void)signal;
    int kept = errno;
    int purpose = info->si_code == SI_QUEUE ? SPROCKET_ASKED : SPROCKET_TIMED;
    struct sprocket_samples *samples = __atomic_load_n(sprocket_samples_for(purpose), __ATOMIC_ACQUIRE);
    if ((info->si_code == SI_TIMER || info->si_code == SI_QUEUE) && samples != NULL
        && info->si_value.sival_ptr == samples && __atomic_load_n(&samples->is_active, __ATOMIC_ACQUIRE) != 0) {
        uint32_t weight = 1 + (info->si_code == SI_TIMER && info->si_overrun > 0 ? (uint32_t)info->si_overrun : 0);
        uint64_t number = __atomic_fetch_add(&samples->next, 1, __ATOMIC_RELAXED);
        struct sprocket_sample *slot = &samples->slots[number % samples->count];
        uint32_t expected = SPROCKET_SLOT_FREE;
        if (__atomic_compare_exchange_n(
                &slot->state, &expected, SPROCKET_SLOT_WRITING, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            slot->weight = weight;
            slot->thread = (int32_t)syscall(SYS_gettid);
            const struct sprocket_code_map *map = __atomic_load_n(&samples->map, __ATOMIC_ACQUIRE);
            sprocket_read_stack(map, (const ucontext_t *)context, slot);
            __atomic_store_n(&slot->state, SPROCKET_SLOT_READY, __ATOMIC_RELEASE);
        } else {
            __atomic_fetch_add(&samples->lost, weight, __ATOMIC_RELAXED);
        }
    }
    errno = kept;
}

/// Whether stacks can be read on this kind of processor.
static inline int sprocket_profile_is_supported(void) {
#if defined(__x86_64__) || defined(__aarch64__)
    return 1;
#else
    return 0;
#endif
}

/// Installs the handler, which then stays: without one, a late signal would end the process.
///
/// Returns 0, EBUSY if the process has another handler, or an error of sigaction(2). Not on the alternate stack: Swift's
/// handler of crashes has one of 24 KiB for the main thread, which a large frame of a signal would overflow.
static inline int sprocket_profile_install(void) {
    struct sigaction former;
    if (sigaction(SIGPROF, NULL, &former) != 0) return errno;
    if ((former.sa_flags & SA_SIGINFO) != 0) return former.sa_sigaction == sprocket_profile_handle ? 0 : EBUSY;
    if (former.sa_handler != SIG_DFL && former.sa_handler != SIG_IGN) return EBUSY;
    struct sigaction action = {0};
    action.sa_sigaction = sprocket_profile_handle;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&action.sa_mask);
    return sigaction(SIGPROF, &action, NULL) == 0 ? 0 : errno;
}

/// Lets handlers write into `samples` or not.
static inline void sprocket_profile_activate(struct sprocket_samples *samples, int purpose, int is_active) {
    __atomic_store_n(sprocket_samples_for(purpose), samples, __ATOMIC_RELEASE);
    __atomic_store_n(&samples->is_active, is_active != 0 ? 1U : 0U, __ATOMIC_RELEASE);
}

/// Gives handlers what they need to know about the program; the former map stays valid.
static inline void sprocket_profile_use(struct sprocket_samples *samples, const struct sprocket_code_map *map) {
    __atomic_store_n(&samples->map, map, __ATOMIC_RELEASE);
}

/// Starts a timer on the processor time of a thread of this process.
///
/// Periods are nanoseconds. Returns 0 or an errno: ESRCH or EINVAL if the thread has ended, EAGAIN if there are too many.
static inline int sprocket_profile_start_timer(
    struct sprocket_samples *samples, int thread, long long first, long long period, int *timer) {
    struct sigevent event = {0};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGPROF;
    event.sigev_value.sival_ptr = samples;
    event._sigev_un._tid = thread;
    // linux/posix-timers.h: CPUCLOCK_SCHED is 2, and 4 says that the number is that of a thread.
    int clock = (int)(~(unsigned)thread << 3 | 6);
    if (syscall(SYS_timer_create, clock, &event, timer) != 0) return errno;
    struct itimerspec times = {
        {period / 1000000000, period % 1000000000},
        {first / 1000000000, first % 1000000000},
    };
    if (syscall(SYS_timer_settime, *timer, 0, &times, NULL) == 0) return 0;
    int failure = errno;
    syscall(SYS_timer_delete, *timer);
    return failure;
}

static inline void sprocket_profile_stop_timer(int timer) { syscall(SYS_timer_delete, timer); }

/// Asks a thread of this process for its stack; 0 or an errno.
static inline int sprocket_profile_ask(struct sprocket_samples *samples, int thread) {
    siginfo_t info = {0};
    info.si_signo = SIGPROF;
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_ptr = samples;
    return syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, SIGPROF, &info) == 0 ? 0 : errno;
}

/// Takes the sample out of a slot; 0 if there is none. `into` has room for it.
static inline int sprocket_profile_take(struct sprocket_samples *samples, size_t slot, struct sprocket_sample *into) {
    struct sprocket_sample *from = &samples->slots[slot];
    if (__atomic_load_n(&from->state, __ATOMIC_ACQUIRE) != SPROCKET_SLOT_READY) return 0;
    *into = *from;
    __atomic_store_n(&from->state, SPROCKET_SLOT_FREE, __ATOMIC_RELEASE);
    return 1;
}

static inline uint64_t sprocket_sample_place(const struct sprocket_sample *sample, size_t index) {
    return sample->places[index];
}

/// Returns the periods that were lost since the last call.
static inline uint64_t sprocket_profile_take_lost(struct sprocket_samples *samples) {
    return __atomic_exchange_n(&samples->lost, 0, __ATOMIC_RELAXED);
}

// ---------------------------------------------------------------------------------------------------------------------
// Names

/// Swift's own, in the form of its backtraces; not part of every runtime.
__attribute__((weak)) char *_swift_backtrace_demangle(const char *name, size_t length, char *into, size_t *size);

/// Swift's own, in full.
char *swift_demangle(const char *name, size_t length, char *into, size_t *size, uint32_t flags);

/// The name of a function for people, which the caller frees; NULL if it is not one of Swift or C++.
static inline char *sprocket_demangle(const char *name, size_t length) {
    if (_swift_backtrace_demangle != NULL) return _swift_backtrace_demangle(name, length, NULL, NULL);
    return swift_demangle(name, length, NULL, NULL, 0);
}
