// What Swift needs of libcurl, declared here rather than taken from its headers: the library is loaded when the first
// address is asked for, so neither the build nor the start of the program needs it.
//
// The declarations follow libcurl's binary interface, which has been the same since version 7.68 (2020) and is kept for
// all of libcurl.so.4. https://curl.se/libcurl/c/ABI.html, read 2026-11-23.
#ifndef SPROCKET_CCURL_H
#define SPROCKET_CCURL_H

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

// Handles; what is behind them is the library's.
typedef struct CurlEasy CurlEasy;
typedef struct CurlMulti CurlMulti;
typedef struct CurlList CurlList;

// CURLMsg: what has become of a handle.
typedef struct {
    int message;  // 1: it is done
    CurlEasy *_Nonnull easy;
    union {
        void *_Nullable whatever;
        int code;
    } data;
} CurlMessage;

// The beginning of curl_version_info_data.
typedef struct {
    int age;
    const char *_Nonnull version;
    unsigned int number;  // 0x075801 is 7.88.1
    const char *_Nonnull host;
    int features;
    const char *_Nullable tls;  // "OpenSSL/3.0.19"
} CurlVersion;

// The beginning of curl_sockaddr, as the library hands it to whoever opens a socket.
typedef struct {
    int family;
    int type;
    int protocol;
} CurlAddress;

typedef size_t (*CurlReceiver)(char *_Nonnull bytes, size_t size, size_t count, void *_Nonnull context);
typedef int (*CurlSocketOpener)(void *_Nullable context, int purpose, CurlAddress *_Nonnull address);
typedef int (*CurlGate)(void *_Nonnull context, char *_Nullable, char *_Nullable, int, int);

// The functions, in the order of the names in CurlLibrary.swift.
typedef struct {
    int (*_Nonnull global_init)(long flags);
    CurlVersion *_Nonnull (*_Nonnull version_info)(int age);
    const char *_Nonnull (*_Nonnull easy_strerror)(int code);

    CurlEasy *_Nullable (*_Nonnull easy_init)(void);
    void (*_Nonnull easy_reset)(CurlEasy *_Nonnull);
    void (*_Nonnull easy_cleanup)(CurlEasy *_Nonnull);
    int (*_Nonnull easy_setopt)(CurlEasy *_Nonnull, int option, ...);
    int (*_Nonnull easy_getinfo)(CurlEasy *_Nonnull, int info, ...);

    CurlList *_Nullable (*_Nonnull slist_append)(CurlList *_Nullable, const char *_Nonnull);
    void (*_Nonnull slist_free_all)(CurlList *_Nullable);

    CurlMulti *_Nullable (*_Nonnull multi_init)(void);
    int (*_Nonnull multi_cleanup)(CurlMulti *_Nonnull);
    int (*_Nonnull multi_setopt)(CurlMulti *_Nonnull, int option, ...);
    int (*_Nonnull multi_add_handle)(CurlMulti *_Nonnull, CurlEasy *_Nonnull);
    int (*_Nonnull multi_remove_handle)(CurlMulti *_Nonnull, CurlEasy *_Nonnull);
    int (*_Nonnull multi_perform)(CurlMulti *_Nonnull, int *_Nonnull running);
    CurlMessage *_Nullable (*_Nonnull multi_info_read)(CurlMulti *_Nonnull, int *_Nonnull left);
    int (*_Nonnull multi_poll)(CurlMulti *_Nonnull, void *_Nullable, unsigned int, int milliseconds, int *_Nullable);
    int (*_Nonnull multi_wakeup)(CurlMulti *_Nonnull);
} CurlFunctions;

// Options are variadic, which Swift cannot call.
static inline int curl_set_number(const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int option, long value) {
    return f->easy_setopt(easy, option, value);
}

static inline int curl_set_size(const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int option, int64_t value) {
    return f->easy_setopt(easy, option, value);
}

static inline int curl_set_pointer(
    const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int option, const void *_Nullable value) {
    return f->easy_setopt(easy, option, value);
}

static inline int curl_set_text(
    const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int option, const char *_Nullable value) {
    return f->easy_setopt(easy, option, value);
}

static inline int curl_set_receiver(
    const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int option, CurlReceiver _Nonnull value) {
    return f->easy_setopt(easy, option, value);
}

static inline int curl_set_gate(
    const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int option, CurlGate _Nonnull value) {
    return f->easy_setopt(easy, option, value);
}

static inline int curl_set_opener(
    const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int option, CurlSocketOpener _Nonnull value) {
    return f->easy_setopt(easy, option, value);
}

static inline long curl_info_number(const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int info) {
    long value = 0;
    return f->easy_getinfo(easy, info, &value) == 0 ? value : 0;
}

static inline void *_Nullable curl_info_pointer(const CurlFunctions *_Nonnull f, CurlEasy *_Nonnull easy, int info) {
    void *value = NULL;
    return f->easy_getinfo(easy, info, &value) == 0 ? value : NULL;
}

static inline int curl_set_multi_number(
    const CurlFunctions *_Nonnull f, CurlMulti *_Nonnull multi, int option, long value) {
    return f->multi_setopt(multi, option, value);
}

// Starts a thread that nobody waits for, and that no signal disturbs: one that writes to a closed connection gets one, too.
static inline int curl_start_thread(void *_Nullable (*_Nonnull body)(void *_Nullable), void *_Nullable context) {
    sigset_t all, before;
    sigfillset(&all);
    // A thread begins with the signals of the one that starts it.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int result = pthread_create(&thread, &attributes, body, context);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

#endif
