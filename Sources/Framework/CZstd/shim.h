// What Swift needs of libzstd, declared here rather than taken from its headers: the library is loaded when the first
// zstd file is opened, so neither the build nor the start of the program needs it.
//
// The declarations follow the stable part of libzstd's binary interface (libzstd.so.1, version 1.4.0 and later).
// https://facebook.github.io/zstd/zstd_manual.html, read 2026-11-30.
#ifndef SPROCKET_CZSTD_H
#define SPROCKET_CZSTD_H

#include <stddef.h>

// Contexts; what is behind them is the library's.
typedef struct ZstdReader ZstdReader;  // ZSTD_DCtx
typedef struct ZstdWriter ZstdWriter;  // ZSTD_CCtx

// ZSTD_inBuffer and ZSTD_outBuffer.
typedef struct {
    const void *_Nullable bytes;
    size_t size;
    size_t position;
} ZstdInput;

typedef struct {
    void *_Nullable bytes;
    size_t size;
    size_t position;
} ZstdOutput;

// The functions in use, in the order in which they are looked up by name.
typedef struct {
    unsigned int (*_Nonnull versionNumber)(void);
    unsigned int (*_Nonnull isError)(size_t result);
    const char *_Nonnull (*_Nonnull getErrorName)(size_t result);

    ZstdReader *_Nullable (*_Nonnull createDCtx)(void);
    size_t (*_Nonnull freeDCtx)(ZstdReader *_Nullable);
    size_t (*_Nonnull decompressStream)(ZstdReader *_Nonnull, ZstdOutput *_Nonnull, ZstdInput *_Nonnull);

    ZstdWriter *_Nullable (*_Nonnull createCCtx)(void);
    size_t (*_Nonnull freeCCtx)(ZstdWriter *_Nullable);
    size_t (*_Nonnull setParameter)(ZstdWriter *_Nonnull, int parameter, int value);
    size_t (*_Nonnull reset)(ZstdWriter *_Nonnull, int directive);
    size_t (*_Nonnull compressStream)(
        ZstdWriter *_Nonnull, ZstdOutput *_Nonnull, ZstdInput *_Nonnull, int directive);
} ZstdFunctions;

// Numbers of its enumerations.
enum {
    ZSTD_LEVEL = 100,          // ZSTD_c_compressionLevel
    ZSTD_CHECKSUM = 201,       // ZSTD_c_checksumFlag
    ZSTD_CONTINUE = 0,         // ZSTD_e_continue
    ZSTD_FLUSH = 1,            // ZSTD_e_flush
    ZSTD_END = 2,              // ZSTD_e_end
    ZSTD_RESET_SESSION = 1,    // ZSTD_reset_session_only
    ZSTD_RESET_ALL = 3,        // ZSTD_reset_session_and_parameters
};

#endif
