internal import CCurl
internal import Glibc
internal import Platform

/// Drives all transfers of a transport on a thread of its own.
///
///     exchanges ─→ inbox ─→ lanes (one per host, limited connections) ─→ libcurl ─→ responses
final class CurlReactor {
    /// After this time without a transfer, connections are closed.
    private static let idleTime = Duration.seconds(60)
    /// How many idle handles are kept for later exchanges.
    private static let keptHandles = 16

    private let library: CurlLibrary
    private let inbox: CurlInbox
    private let settings: CurlSettings
    private let certificates: TrustedCertificates
    private let time: any TimeSource = SystemTime()
    private var multi: OpaquePointer
    private var transfers: [ObjectIdentifier: CurlTransfer] = [:]
    private var lanes: [String: ExchangeQueue] = [:]
    private var idleHandles: [CurlHandle] = []

    /// Nil if memory is insufficient.
    init?(_ library: CurlLibrary, inbox: CurlInbox, settings: CurlSettings) {
        guard let multi = Self.multi(library, settings: settings) else { return nil }
        self.multi = multi
        self.library = library
        self.inbox = inbox
        self.settings = settings
        certificates = TrustedCertificates(settings.environment, looksUp: library.looksUpCertificates)
    }

    deinit { _ = library.functions.pointee.multi_cleanup(multi) }

    private static func multi(_ library: CurlLibrary, settings: CurlSettings) -> OpaquePointer? {
        guard let multi = library.functions.pointee.multi_init() else { return nil }
        for (option, number) in [
            (CurlMultiOption.connectionsPerHost, settings.connectionsPerHost),
            // By default the library keeps fewer connections when there are few transfers.
            (.idleConnections, max(64, settings.connectionsPerHost)),
        ] {
            _ = curl_set_multi_number(library.functions, multi, option.rawValue, number)
        }
        return multi
    }

    /// Works until the inbox is closed and no transfer is under way.
    func run() {
        var quietSince = time.now
        while true {
            let news = inbox.take(ringing: CurlBell(library: library, multi: multi))
            for exchange in news.submitted { admit(exchange) }
            for exchange in news.cancelled {
                if let transfer = transfers[ObjectIdentifier(exchange)] {
                    end(transfer, with: .failure(CancellationError()))
                }
            }
            var running: Int32 = 0
            _ = library.functions.pointee.multi_perform(multi, &running)
            collect()
            expire()
            if !transfers.isEmpty || !news.submitted.isEmpty { quietSince = time.now }
            if news.isClosed, transfers.isEmpty { break }
            if time.now - quietSince >= Self.idleTime {
                closeConnections()
                quietSince = time.now
                continue
            }
            wait()
        }
        inbox.silence()
        idleHandles = []
    }

    /// Waits for the network, the inbox or the next deadline.
    private func wait() {
        let now = time.now
        let deadline = transfers.values.lazy.map { $0.deadlines.next }.min() ?? now + Self.idleTime
        let milliseconds = min((deadline - now).inMilliseconds, 60_000)
        guard library.functions.pointee.multi_poll(multi, nil, 0, Int32(milliseconds), nil) != 0 else { return }
        // It could not wait because memory is insufficient: do not spin.
        usleep(10_000)
    }

    /// Closes the connections of an idle transport.
    private func closeConnections() {
        inbox.silence()
        guard let fresh = Self.multi(library, settings: settings) else { return }
        _ = library.functions.pointee.multi_cleanup(multi)
        multi = fresh
    }

    // MARK: Exchanges

    private func admit(_ exchange: CurlExchange) {
        guard !exchange.isOver else { return }
        let lane = self.lane(of: exchange)
        if lanes[lane, default: ExchangeQueue()].enter(exchange, limit: settings.connectionsPerHost) {
            start(exchange, in: lane)
        }
    }

    /// What limits the connections of an exchange: the server, or the proxy.
    private func lane(of exchange: CurlExchange) -> String {
        let url = exchange.request.url
        // An invalid proxy is refused when the exchange begins.
        let proxy = (try? settings.proxies.proxy(for: url)) ?? ""
        return url.scheme == "http" && !proxy.isEmpty ? proxy : url.origin
    }

    private func start(_ exchange: CurlExchange, in lane: String) {
        guard let handle = idleHandles.popLast() ?? CurlHandle(library) else {
            return refuse(exchange, in: lane, because: AnswerFlaw(.unavailable, words: "there is not enough memory"))
        }
        let transfer: CurlTransfer
        do throws(AnswerFlaw) {
            let proxy = try settings.proxies.proxy(for: exchange.request.url)
            transfer = CurlTransfer(exchange, easy: handle, lane: lane, hasProxy: !proxy.isEmpty, time: time)
            try handle.prepare(
                transfer,
                library: library,
                certificates: certificates,
                proxy: proxy,
                userAgent: settings.userAgent
            )
        } catch {
            return refuse(exchange, in: lane, because: error)
        }
        guard library.functions.pointee.multi_add_handle(multi, handle.pointer) == 0 else {
            return refuse(exchange, in: lane, because: AnswerFlaw(.unavailable, words: "there is not enough memory"))
        }
        transfers[ObjectIdentifier(exchange)] = transfer
    }

    private func refuse(_ exchange: CurlExchange, in lane: String, because flaw: AnswerFlaw) {
        exchange.answer.resume(
            throwing: HTTPFailure(flaw.kind, origin: exchange.request.url.origin, detail: flaw.words)
        )
        leave(lane)
    }

    /// Ends a transfer and starts the next one in its lane.
    private func end(_ transfer: CurlTransfer, with result: @autoclosure () -> Result<HTTPResponse, any Error>) {
        // Before the result is evaluated, the library must stop using the transfer.
        _ = library.functions.pointee.multi_remove_handle(multi, transfer.easy.pointer)
        transfers[ObjectIdentifier(transfer.exchange)] = nil
        let result = result()
        // After a failure a handle may keep buffers and refuse settings.
        if case .success = result, idleHandles.count < Self.keptHandles { idleHandles.append(transfer.easy) }
        transfer.exchange.answer.resume(with: result)
        leave(transfer.lane)
    }

    private func leave(_ lane: String) {
        guard let next = lanes[lane]?.leave() else {
            if lanes[lane]?.isEmpty ?? false { lanes[lane] = nil }
            return
        }
        start(next, in: lane)
    }

    /// Ends the transfers that libcurl has completed.
    private func collect() {
        var left: Int32 = 0
        while let message = library.functions.pointee.multi_info_read(multi, &left) {
            // The message belongs to the library and is invalid after the next call.
            let (handle, code) = (message.pointee.easy, message.pointee.data.code)
            guard message.pointee.message == 1,
                let context = curl_info_pointer(library.functions, handle, CurlInfo.privatePointer.rawValue)
            else { continue }
            let transfer = CurlTransfer.at(context)
            end(transfer, with: transfer.result(code))
        }
    }

    /// Ends the transfers that have exceeded a timeout.
    private func expire() {
        let now = time.now
        for transfer in transfers.values where transfer.deadlines.next <= now {
            end(transfer, with: transfer.result(CurlCode.timedOut))
        }
    }
}
