internal import Glibc
internal import Platform

/// How libcurl says that a transfer ended, and what that means.
struct CurlEnding {
    /// One of `CurlCode`.
    var code: Int32
    /// What the library wrote about it; looked at, never shown.
    var text = ""
    /// The library's words for the code.
    var reason = ""
    /// `errno` of the last connection; 0 if there was none.
    var systemError: Int32 = 0
    /// What a proxy answered to the wish for a tunnel; 0 if there was none.
    var tunnelStatus = 0
    /// What is wrong with the certificate, by OpenSSL's numbers; 0 for nothing.
    var verification = 0
    /// Whether a proxy is between.
    var hasProxy = false
    /// Whether the request was sent.
    var isSent = false
    /// Whether something of the answer came.
    var isAnswered = false

    /// Why there is no answer.
    var flaw: AnswerFlaw {
        switch code {
        case CurlCode.hostUnresolved: AnswerFlaw(.unresolved, words: "")
        case CurlCode.proxyUnresolved: AnswerFlaw(.unresolved, words: "it is the proxy that has no address")
        case CurlCode.notConnected: notConnected
        case CurlCode.partial: AnswerFlaw(.truncated, words: "")
        case CurlCode.gotNothing: AnswerFlaw(.reset, words: "the server closed it instead of answering")
        case CurlCode.receiveFailed: receiveFailed
        case CurlCode.sendFailed: AnswerFlaw(.reset, words: "while the request was sent")
        case CurlCode.http2, CurlCode.http2Stream: AnswerFlaw(.reset, words: "the server gave the request up")
        case CurlCode.weirdReply, CurlCode.unsupportedProtocol: AnswerFlaw(.malformed, words: "")
        case CurlCode.badEncoding: AnswerFlaw(.badEncoding, words: "")
        case CurlCode.sizeExceeded: AnswerFlaw(.tooLarge, words: "")
        // A line of the header that does not end is given up in these ways, depending on the library's version.
        case CurlCode.tooLarge: AnswerFlaw(.tooLarge, words: "a line of the header has no end")
        case CurlCode.outOfMemory where isSent: AnswerFlaw(.tooLarge, words: "a line of the header has no end")
        case CurlCode.outOfMemory: AnswerFlaw(.unavailable, words: "memory is short")
        case CurlCode.tlsHandshake: handshake
        case CurlCode.notTrusted: AnswerFlaw(.tls, words: certificate)
        case CurlCode.noCertificates: AnswerFlaw(.tls, words: "the certificates of this machine cannot be read")
        case CurlCode.badCertificate, CurlCode.noCipher: AnswerFlaw(.tls, words: "no encryption could be agreed upon")
        case CurlCode.proxyHandshake: AnswerFlaw(.unreachable, words: "the proxy refuses")
        case CurlCode.malformedAddress: AnswerFlaw(.unavailable, words: "libcurl cannot read the address")
        case CurlCode.notBuiltIn: AnswerFlaw(.unavailable, words: "libcurl was built without what this needs")
        default: AnswerFlaw(.unreachable, words: "libcurl ended with \(code)" + (reason.isEmpty ? "" : " (\(reason))"))
        }
    }

    private var notConnected: AnswerFlaw {
        switch systemError {
        case ECONNREFUSED: AnswerFlaw(.refused, words: hasProxy ? "it is the proxy that does not" : "")
        case ETIMEDOUT: AnswerFlaw(.timedOut, words: "there was no connection")
        case 0: AnswerFlaw(.unreachable, words: "")
        default: AnswerFlaw(.unreachable, words: String(cString: strerror(systemError)))
        }
    }

    private var receiveFailed: AnswerFlaw {
        if tunnelStatus >= 300 {
            return AnswerFlaw(.unreachable, words: "the proxy refuses with status \(tunnelStatus)")
        }
        if text.contains("chunk") { return AnswerFlaw(.malformed, words: "its chunks make no sense") }
        return AnswerFlaw(.reset, words: isAnswered ? "in the middle of the answer" : "before an answer")
    }

    private var handshake: AnswerFlaw {
        if text.contains("wrong version number") {
            return AnswerFlaw(.tls, words: "the server speaks no TLS at this port")
        }
        // The connection is gone, which has nothing to do with trust.
        if ["SSL_ERROR_SYSCALL", "reset by peer", "unexpected eof"].contains(where: text.contains) {
            return AnswerFlaw(.reset, words: "while the encryption was agreed upon")
        }
        return AnswerFlaw(.tls, words: "no encryption could be agreed upon")
    }

    /// The words for OpenSSL's `X509_V_ERR_…`.
    private var certificate: String {
        switch verification {
        case 9: "the certificate is not valid yet"
        case 10: "the certificate has expired"
        case 18, 19: "the certificate is signed by nobody but itself"
        case 2, 20, 21, 27: "the certificate is signed by nobody whom this machine knows"
        case 23: "the certificate was revoked"
        case 0, 1, 62, 64:  // 1 is what libcurl leaves if only the name is wrong.
            "the certificate is for another host"
        default: "the certificate does not hold"
        }
    }
}
