internal import CCurl
internal import Platform

/// One exchange in libcurl; it belongs to the thread.
final class CurlTransfer {
    let exchange: CurlExchange
    let easy: CurlHandle
    /// What limits its connections.
    let lane: String
    private(set) var deadlines: TransferDeadlines
    /// Why this program gave it up.
    private(set) var flaw: AnswerFlaw?

    private let time: any TimeSource
    private let hasProxy: Bool
    private var reader: AnswerReader?
    private var sendings = 0
    private var isAnswered = false

    init(_ exchange: CurlExchange, easy: CurlHandle, lane: String, hasProxy: Bool, time: any TimeSource) {
        self.exchange = exchange
        self.easy = easy
        self.lane = lane
        self.hasProxy = hasProxy
        self.time = time
        let request = exchange.request
        deadlines = TransferDeadlines(request.limits, now: time.now)
        reader = AnswerReader(
            isHead: request.method == .head,
            isEncrypted: request.url.scheme == "https",
            limit: request.limits.bodyBytes
        )
    }

    /// The transfer of a callback.
    static func at(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
        Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// The context pointer for callbacks; the caller keeps the transfer alive while the pointer is in use.
    var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// Called before the request is sent.
    ///
    /// If the library meets a connection that the server has closed meanwhile, it sends the request again by itself, up
    /// to five times. That is allowed once, and only for an idempotent request.
    ///
    /// - Returns: Whether the request may be sent.
    func mayBeSent() -> Bool {
        sendings += 1
        guard sendings <= (exchange.request.method.isIdempotent ? 2 : 1) else {
            flaw = AnswerFlaw(.reset, words: "the server had closed it meanwhile")
            return false
        }
        deadlines.sent(time.now)
        return true
    }

    /// Reads a header line; false to give the transfer up.
    func takeLine(_ line: UnsafeRawBufferPointer) -> Bool {
        arrived()
        do throws(AnswerFlaw) {
            try reader?.takeLine(line)
        } catch {
            flaw = flaw ?? error
        }
        return flaw == nil
    }

    /// Reads a piece of the body; false to give the transfer up.
    func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
        arrived()
        do throws(AnswerFlaw) {
            try reader?.takeBody(piece)
        } catch {
            flaw = flaw ?? error
        }
        return flaw == nil
    }

    private func arrived() {
        isAnswered = true
        deadlines.received(time.now)
    }

    /// The result of the exchange, when libcurl has completed it.
    func result(_ code: Int32) -> Result<HTTPResponse, any Error> {
        do throws(AnswerFlaw) {
            if let flaw { throw flaw }
            if code == CurlCode.timedOut { throw AnswerFlaw(.timedOut, words: deadlines.words) }
            guard code == CurlCode.ok else { throw explained(ending(code).flaw) }
            guard let reader = reader.take() else { throw AnswerFlaw(.malformed, words: "") }
            return .success(try reader.finish())
        } catch {
            return .failure(HTTPFailure(error.kind, origin: exchange.request.url.origin, detail: error.words))
        }
    }

    private func explained(_ flaw: AnswerFlaw) -> AnswerFlaw {
        guard flaw == AnswerFlaw(.unresolved, words: ""), exchange.request.url.host.hasSuffix(".") else { return flaw }
        return AnswerFlaw(.unresolved, words: "a name with a dot at its end is one of DNS, and not one of /etc/hosts")
    }

    private func ending(_ code: Int32) -> CurlEnding {
        CurlEnding(
            code: code,
            text: easy.errorText,
            reason: easy.reason(code),
            systemError: Int32(truncatingIfNeeded: easy.number(.systemError)),
            tunnelStatus: easy.number(.tunnelStatus),
            verification: easy.number(.verification),
            hasProxy: hasProxy,
            isSent: sendings > 0,
            isAnswered: isAnswered
        )
    }
}
