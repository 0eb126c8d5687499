/// The numbers of the libcurl options in use, from its `curl.h`; they are part of its binary interface.
///
/// Those from 10000 on take a pointer, from 20000 a function, from 30000 a number of 64 bits, the others a `long`.
enum CurlOption: Int32 {
    case receiverContext = 10001  // CURLOPT_WRITEDATA
    case url = 10002
    case proxy = 10004
    case errorBuffer = 10010
    case headers = 10023  // CURLOPT_HTTPHEADER
    case headerContext = 10029
    case sslVersion = 32
    case method = 10036  // CURLOPT_CUSTOMREQUEST
    case noBody = 44
    case verifiesPeer = 64
    case certificateFile = 10065  // CURLOPT_CAINFO
    case isFresh = 74  // CURLOPT_FRESH_CONNECT
    case headerReceiver = 20079
    case verifiesHost = 81
    case httpVersion = 84
    case certificateFolder = 10097  // CURLOPT_CAPATH
    case bufferSize = 98
    case noSignal = 99
    case privatePointer = 10103
    case noDelay = 121
    case connectMilliseconds = 156
    case socketOpener = 20163  // CURLOPT_OPENSOCKETFUNCTION
    case copiedBody = 10165  // CURLOPT_COPYPOSTFIELDS
    case noProxy = 10177
    case protocolBits = 181
    case receiver = 20011  // CURLOPT_WRITEFUNCTION
    case pathAsIs = 234
    case proxyCertificateFile = 10246
    case proxyCertificateFolder = 10247
    case suppressesConnectHeaders = 265
    case allowsHTTP09 = 285
    case bodySize = 30120  // CURLOPT_POSTFIELDSIZE_LARGE
    case gate = 20312  // CURLOPT_PREREQFUNCTION, 7.80
    case gateContext = 10313
    case protocolNames = 10318  // CURLOPT_PROTOCOLS_STR, 7.85
    case leavesResolverBehind = 322  // CURLOPT_QUICK_EXIT, 7.87
}

extension CurlOption {
    /// What the option is about, for messages.
    var words: String {
        switch self {
        case .url: "the address"
        case .proxy, .noProxy: "the proxy"
        case .certificateFile, .certificateFolder, .proxyCertificateFile, .proxyCertificateFolder: "the certificates"
        case .verifiesPeer, .verifiesHost, .sslVersion: "what encryption needs"
        case .method, .noBody, .copiedBody, .bodySize: "the method or the body of a request"
        case .headers: "the header of a request"
        default: "the setting '\(self)'"
        }
    }
}

/// Options of the multi handle that drives the others.
enum CurlMultiOption: Int32 {
    case idleConnections = 6  // CURLMOPT_MAXCONNECTS
    case connectionsPerHost = 7  // CURLMOPT_MAX_HOST_CONNECTIONS
}

/// Information that a completed handle provides.
enum CurlInfo: Int32 {
    case verification = 0x20_000D  // CURLINFO_SSL_VERIFYRESULT
    case tunnelStatus = 0x20_0016  // CURLINFO_HTTP_CONNECTCODE
    case systemError = 0x20_0019  // CURLINFO_OS_ERRNO
    case privatePointer = 0x10_0015
}

/// Result codes of transfers.
enum CurlCode {
    static let ok: Int32 = 0
    static let unsupportedProtocol: Int32 = 1
    static let malformedAddress: Int32 = 3
    static let notBuiltIn: Int32 = 4
    static let proxyUnresolved: Int32 = 5
    static let hostUnresolved: Int32 = 6
    static let notConnected: Int32 = 7
    static let weirdReply: Int32 = 8
    static let http2: Int32 = 16
    static let partial: Int32 = 18
    static let writeFailed: Int32 = 23
    static let outOfMemory: Int32 = 27
    static let timedOut: Int32 = 28
    static let tlsHandshake: Int32 = 35
    static let aborted: Int32 = 42
    static let gotNothing: Int32 = 52
    static let sendFailed: Int32 = 55
    static let receiveFailed: Int32 = 56
    static let badCertificate: Int32 = 58
    static let noCipher: Int32 = 59
    static let notTrusted: Int32 = 60
    static let badEncoding: Int32 = 61
    static let sizeExceeded: Int32 = 63
    static let noCertificates: Int32 = 77
    static let http2Stream: Int32 = 92
    static let proxyHandshake: Int32 = 97
    static let tooLarge: Int32 = 100
}
