internal import Glibc
internal import Platform

/// Interprets how libcurl reports the end of a transfer.
struct CurlEnding {
    /// One of `CurlCode`.
    var code: Int32
    /// The library's message, which is examined but never shown.
    var text = ""
    /// The library's description of the code.
    var reason = ""
    /// `errno` of the last connection; 0 if there was none.
    var systemError: Int32 = 0
    /// The proxy's status for a tunnel request; 0 if there was none.
    var tunnelStatus = 0
    /// OpenSSL's number for the problem with the certificate; 0 for none.
    var verification = 0
    /// Whether a proxy is used.
    var hasProxy = false
    /// Whether the request was sent.
    var isSent = false
    /// Whether any part of the response arrived.
    var isAnswered = false

    /// Why there is no response.
    var flaw: AnswerFlaw {
        switch code {
        case CurlCode.hostUnresolved: AnswerFlaw(.unresolved, words: "")
        case CurlCode.proxyUnresolved: AnswerFlaw(.unresolved, words: "the proxy's name has no address")
        case CurlCode.notConnected: notConnected
        case CurlCode.partial: AnswerFlaw(.truncated, words: "")
        case CurlCode.gotNothing: AnswerFlaw(.reset, words: "the server closed the connection instead of answering")
        case CurlCode.receiveFailed: receiveFailed
        case CurlCode.sendFailed: AnswerFlaw(.reset, words: "while the request was sent")
        case CurlCode.http2, CurlCode.http2Stream: AnswerFlaw(.reset, words: "the server cancelled the request")
        case CurlCode.weirdReply, CurlCode.unsupportedProtocol: AnswerFlaw(.malformed, words: "")
        case CurlCode.badEncoding: AnswerFlaw(.badEncoding, words: "")
        case CurlCode.sizeExceeded: AnswerFlaw(.tooLarge, words: "")
        // Depending on its version, the library reports a header line without an end in these ways.
        case CurlCode.tooLarge: AnswerFlaw(.tooLarge, words: "a line of the header has no end")
        case CurlCode.outOfMemory where isSent: AnswerFlaw(.tooLarge, words: "a line of the header has no end")
        case CurlCode.outOfMemory: AnswerFlaw(.unavailable, words: "there is not enough memory")
        case CurlCode.tlsHandshake: handshake
        case CurlCode.notTrusted: AnswerFlaw(.tls, words: certificate)
        case CurlCode.noCertificates: AnswerFlaw(.tls, words: "the certificates of this machine cannot be read")
        case CurlCode.badCertificate, CurlCode.noCipher: AnswerFlaw(.tls, words: "no encryption could be negotiated")
        case CurlCode.proxyHandshake: AnswerFlaw(.unreachable, words: "the proxy refuses")
        case CurlCode.malformedAddress: AnswerFlaw(.unavailable, words: "libcurl cannot read the address")
        case CurlCode.notBuiltIn: AnswerFlaw(.unavailable, words: "libcurl was built without what this needs")
        default: AnswerFlaw(.unreachable, words: "libcurl ended with \(code)" + (reason.isEmpty ? "" : " (\(reason))"))
        }
    }

    private var notConnected: AnswerFlaw {
        switch systemError {
        case ECONNREFUSED: AnswerFlaw(.refused, words: hasProxy ? "the proxy refuses connections" : "")
        case ETIMEDOUT: AnswerFlaw(.timedOut, words: "there was no connection")
        case 0: AnswerFlaw(.unreachable, words: "")
        default: AnswerFlaw(.unreachable, words: String(cString: strerror(systemError)))
        }
    }

    private var receiveFailed: AnswerFlaw {
        if tunnelStatus >= 300 {
            return AnswerFlaw(.unreachable, words: "the proxy refuses with status \(tunnelStatus)")
        }
        if text.contains("chunk") { return AnswerFlaw(.malformed, words: "its chunks are invalid") }
        return AnswerFlaw(.reset, words: isAnswered ? "in the middle of the answer" : "before an answer")
    }

    private var handshake: AnswerFlaw {
        if text.contains("wrong version number") {
            return AnswerFlaw(.tls, words: "the server does not use TLS at this port")
        }
        // The connection was lost, which is not a matter of trust.
        if ["SSL_ERROR_SYSCALL", "reset by peer", "unexpected eof"].contains(where: text.contains) {
            return AnswerFlaw(.reset, words: "while the encryption was negotiated")
        }
        return AnswerFlaw(.tls, words: "no encryption could be negotiated")
    }

    /// The description of OpenSSL's `X509_V_ERR_…`.
    private var certificate: String {
        switch verification {
        case 9: "the certificate is not valid yet"
        case 10: "the certificate has expired"
        case 18, 19: "the certificate is self-signed"
        case 2, 20, 21, 27: "the certificate is signed by an authority that this machine does not trust"
        case 23: "the certificate was revoked"
        case 0, 1, 62, 64:  // 1 is what libcurl leaves if only the name is wrong.
            "the certificate is for another host"
        default: "the certificate is not valid"
        }
    }
}
