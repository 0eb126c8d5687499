// What Swift needs of PCRE2, declared here rather than taken from its headers: the library is loaded when the first
// pattern is compiled, so neither the build nor the start of the program needs it.
//
// The declarations follow the binary interface of libpcre2-8.so.0 (version 10.30 and later).
// https://www.pcre.org/current/doc/html/pcre2api.html, read 2026-11-30.
#ifndef SPROCKET_CPCRE2_H
#define SPROCKET_CPCRE2_H

#include <stddef.h>
#include <stdint.h>

typedef struct PCRE2Code PCRE2Code;                      // pcre2_code_8
typedef struct PCRE2CompileContext PCRE2CompileContext;  // pcre2_compile_context_8
typedef struct PCRE2MatchContext PCRE2MatchContext;      // pcre2_match_context_8
typedef struct PCRE2MatchData PCRE2MatchData;            // pcre2_match_data_8
typedef struct PCRE2JITStack PCRE2JITStack;              // pcre2_jit_stack_8

// The first members of pcre2_callout_block_8, all that are read.
typedef struct {
    uint32_t version, number, captureTop, captureLast;
    const size_t *_Nullable offsets;
    const uint8_t *_Nullable mark;
    const uint8_t *_Nullable subject;
    size_t length, start, position;
} PCRE2Callout;

// The functions in use, in the order in which they are looked up by name, each with the suffix `_8`.
typedef struct {
    int (*_Nonnull config)(uint32_t what, void *_Nullable where);
    int (*_Nonnull getErrorMessage)(int code, uint8_t *_Nonnull buffer, size_t size);

    PCRE2CompileContext *_Nullable (*_Nonnull compileContextCreate)(void *_Nullable general);
    void (*_Nonnull compileContextFree)(PCRE2CompileContext *_Nullable);
    int (*_Nonnull setNewline)(PCRE2CompileContext *_Nonnull, uint32_t value);
    PCRE2Code *_Nullable (*_Nonnull compile)(
        const uint8_t *_Nonnull pattern, size_t length, uint32_t options, int *_Nonnull errorCode,
        size_t *_Nonnull errorOffset, PCRE2CompileContext *_Nullable);
    void (*_Nonnull codeFree)(PCRE2Code *_Nullable);
    int (*_Nonnull jitCompile)(PCRE2Code *_Nonnull, uint32_t options);

    PCRE2MatchContext *_Nullable (*_Nonnull matchContextCreate)(void *_Nullable general);
    void (*_Nonnull matchContextFree)(PCRE2MatchContext *_Nullable);
    int (*_Nonnull setMatchLimit)(PCRE2MatchContext *_Nonnull, uint32_t limit);
    PCRE2JITStack *_Nullable (*_Nonnull jitStackCreate)(size_t start, size_t most, void *_Nullable general);
    void (*_Nonnull jitStackFree)(PCRE2JITStack *_Nullable);
    void (*_Nonnull jitStackAssign)(PCRE2MatchContext *_Nonnull, void *_Nullable callback, void *_Nullable stack);

    PCRE2MatchData *_Nullable (*_Nonnull matchDataCreateFromPattern)(
        const PCRE2Code *_Nonnull, void *_Nullable general);
    void (*_Nonnull matchDataFree)(PCRE2MatchData *_Nullable);
    int (*_Nonnull match)(
        const PCRE2Code *_Nonnull, const uint8_t *_Nonnull subject, size_t length, size_t start, uint32_t options,
        PCRE2MatchData *_Nonnull, PCRE2MatchContext *_Nullable);
    size_t *_Nonnull (*_Nonnull getOvectorPointer)(PCRE2MatchData *_Nonnull);
    int (*_Nonnull setCallout)(
        PCRE2MatchContext *_Nonnull, int (*_Nullable callback)(const PCRE2Callout *_Nonnull, void *_Nullable),
        void *_Nullable data);
} PCRE2Functions;

// Numbers of pcre2.h.
enum {
    PCRE2_CONFIG_VERSION = 11,
    PCRE2_NEWLINE_LF = 2,
    PCRE2_JIT_COMPLETE = 1,
    PCRE2_ERROR_NOMATCH = -1,
    PCRE2_ERROR_CALLOUT = -37,
    PCRE2_ERROR_JIT_STACKLIMIT = -46,
    PCRE2_ERROR_MATCHLIMIT = -47,
    PCRE2_ERROR_UNKNOWN_PROPERTY = 147,
    PCRE2_ERROR_MALFORMED_PROPERTY = 146,
};

static const uint32_t PCRE2_DOLLAR_ENDONLY = 0x00000010u;
static const uint32_t PCRE2_UCP = 0x00020000u;
static const uint32_t PCRE2_UTF = 0x00080000u;
static const uint32_t PCRE2_NEVER_BACKSLASH_C = 0x00100000u;
static const uint32_t PCRE2_ALT_CIRCUMFLEX = 0x00200000u;
static const uint32_t PCRE2_NO_UTF_CHECK = 0x40000000u;

#endif
