internal import HTTP
internal import Formats
internal import PluginKit
internal import SampleExport

/// Turns requests into answers.
struct RequestHandler: Sendable {
    let options: ServerOptions
    let state: Locked<ServerState>
    /// Where users type in their code.
    let activationURL: String
    let serves: Part

    /// What a port has.
    enum Part: Sendable {
        case everything
        case apiAlone
        case oauthAlone
    }

    /// What a request was found to be before it was answered.
    private struct Standing {
        var isAuthorised = false
        var counted = false
        var fault: Fault?
    }

    /// Answers a request.
    ///
    /// - Returns: What happens to the connection then.
    func answer(_ exchange: HTTPExchange) async -> HTTPExchange.Ending {
        state.withLock { $0.connections = exchange.connections }
        guard exchange.connections.open <= options.connections else {
            var refusal = HTTPResponse.html(503, "Too many connections")
            refusal.set("Connection", "close")
            return await exchange.answer(refusal)
        }
        return await delivery(for: TraktRequest(exchange), connection: exchange.connectionNumber).write(to: exchange)
    }

    /// The answer to a request that came over a connection.
    private func delivery(for request: TraktRequest, connection: Int) -> Delivery {
        if request.path.hasPrefix("/_control") {
            return Delivery(response: ControlRoutes(handler: self).response(to: request))
        }
        let now = options.clock()
        var standing = Standing()
        var delivery: Delivery
        if request.path.hasPrefix("/oauth/") {
            delivery = oauth(request, now, &standing)
        } else {
            delivery = api(request, now, &standing)
            delivery.latency = options.latency
        }
        finish(&delivery, request, connection, now, standing)
        return delivery
    }

    /// Records the request, and lets happen what was to happen after it.
    private func finish(
        _ delivery: inout Delivery,
        _ request: TraktRequest,
        _ connection: Int,
        _ now: Int64,
        _ standing: Standing
    ) {
        let isAnswered =
            switch delivery.manner {
            case .reset, .stall: false
            default: true
            }
        let status = delivery.response.status
        let number = state.withLock { state in
            let number = state.requests.count + 1
            state.requests.append(
                ServedRequest(
                    number: number,
                    time: now,
                    connection: connection,
                    method: request.method,
                    path: request.path,
                    query: request.query,
                    isAuthorised: standing.isAuthorised,
                    counted: standing.counted,
                    status: isAnswered ? status : nil,
                    fault: standing.fault?.name
                )
            )
            if isAnswered, !request.path.hasPrefix("/oauth/") { state.applyChanges(after: request.path, at: now) }
            return number
        }
        // Where the network in front of Trakt answered, Trakt's own marks are missing.
        guard delivery.response.headers["Server"] == nil else { return }
        delivery.response.set(
            "x-request-id",
            "00000000-0000-4000-8000-\(String(1_000_000_000_000 + number).dropFirst())"
        )
        delivery.response.set("x-runtime", "0.0\(10 + number % 90)")
    }

    // MARK: OAuth

    private func oauth(_ request: TraktRequest, _ now: Int64, _ standing: inout Standing) -> Delivery {
        guard serves != .apiAlone else { return Delivery(response: HTTPResponse(404, [])) }
        let fault = state.withLock { $0.faults.fault(path: request.path, target: request.target) }
        standing.fault = fault
        if let fault, !fault.spoilsAnswer { return fault.delivery(limit: limitText(nil, now)) }
        let routes = OAuthRoutes(options: options, activationURL: activationURL, now: now)
        let response = state.withLock { routes.response(to: request, &$0.tokens) }
        return spoilt(response, by: fault, for: request)
    }

    // MARK: The API

    private func api(_ request: TraktRequest, _ now: Int64, _ standing: inout Standing) -> Delivery {
        guard serves != .oauthAlone else { return Delivery(response: HTTPResponse(404, [])) }
        if let refusal = refusal(of: request) { return Delivery(response: refusal) }
        var isRefused = false
        var isOwner = false
        if let access = Self.token(of: request) {
            let holder = state.withLock { $0.tokens.holder(of: access, at: now) }
            standing.isAuthorised = holder != nil
            isOwner = holder?.isOwner ?? false
            isRefused = holder == nil
        }

        // Everything that reaches Trakt counts, also what then goes wrong.
        let verdict = count(request, isAuthorised: standing.isAuthorised, now)
        standing.counted = verdict.isAllowed
        guard verdict.isAllowed else { return Delivery(response: tooMany(verdict.window, now)) }

        standing.fault = state.withLock { state in
            let fault = state.faults.fault(path: request.path, target: request.target)
            if case .expiredToken? = fault?.kind, let access = Self.token(of: request) {
                state.tokens.expire(access, at: now)
            }
            return fault
        }
        if let fault = standing.fault, !fault.spoilsAnswer {
            return fault.delivery(limit: limitText(verdict.window, now))
        }

        var response: HTTPResponse
        if isRefused {
            response = HTTPResponse(401, [])
        } else {
            response = answer(request, isOwner: isOwner, isAuthorised: standing.isAuthorised)
        }
        if options.limitHeader == .always { response.set("X-Ratelimit", limitText(verdict.window, now)) }
        return spoilt(response, by: standing.fault, for: request)
    }

    /// What is answered before anybody looks at the route; nil if the headers are in order.
    private func refusal(of request: TraktRequest) -> HTTPResponse? {
        guard !(request.headers["user-agent"] ?? "").isEmpty else {
            return .html(403, "Sorry, you have been blocked")
        }
        guard request.headers["trakt-api-version"] == "2", let key = request.headers["trakt-api-key"] else {
            return HTTPResponse(412, [])
        }
        if options.demandsContentType, request.headers["content-type"]?.hasPrefix("application/json") != true {
            return HTTPResponse(412, [])
        }
        guard key == options.clientID else { return HTTPResponse(403, []) }
        return nil
    }

    private static func token(of request: TraktRequest) -> String? {
        guard let text = request.headers["authorization"] else { return nil }
        return text.lowercased().hasPrefix("bearer ") ? String(text.dropFirst(7)) : ""
    }

    private func answer(_ request: TraktRequest, isOwner: Bool, isAuthorised: Bool) -> HTTPResponse {
        guard request.method == "GET" else { return HTTPResponse(405, []) }
        let parts = request.components
        let index = state.withLock { $0.index }
        let parameters = request.parameters
        let routes = AccountRoutes(index: index, parameters: parameters, isTalkative: options.sendsCompleteFilms)
        let account = index.account
        let answer: AccountRoutes.Answer
        switch parts.first {
        case "sync":
            guard isAuthorised else { return HTTPResponse(401, []) }
            // Somebody else's account is empty.
            let own = isOwner ? routes : routes.empty
            let rest = Array(parts.dropFirst())
            answer =
                switch rest {
                case ["last_activities"]: .value(own.index.account.lastActivities)
                case ["playback"], ["playback", "movies"], ["playback", "episodes"]: own.nothing
                default: own.shared(rest)
                }
        case "users" where parts == ["users", "settings"]:
            guard isAuthorised else { return HTTPResponse(401, []) }
            answer = .value(isOwner ? account.owner.settings : routes.empty.index.account.owner.settings)
        case "users" where parts.count >= 2:
            let isMe = parts[1] == "me"
            guard !isMe || isAuthorised else { return HTTPResponse(401, []) }
            guard isMe || parts[1] == account.owner.slug else { return HTTPResponse(404, []) }
            guard isOwner || !account.owner.isPrivate || isMe else {
                var response = HTTPResponse(401, [])
                response.set("X-Private-User", "true")
                return response
            }
            answer = (isMe && !isOwner ? routes.empty : routes).personal(Array(parts.dropFirst(2)), isOwner: isOwner)
        // A public list, by its number alone.
        case "lists" where parts.count >= 2:
            answer = routes.personal(parts, isOwner: false)
        default: return HTTPResponse(404, [])
        }
        return response(answer, to: request, parameters)
    }

    private func response(
        _ answer: AccountRoutes.Answer,
        to request: TraktRequest,
        _ parameters: [String: String]
    ) -> HTTPResponse {
        switch answer {
        case .notFound: return HTTPResponse(404, [])
        case .noRoute: return HTTPResponse(404, [])
        case .value(let value): return HTTPResponse(200, json: value)
        case .listing(let listing):
            var response = Page(parameters, of: listing, rules: options.paging).response(of: listing, options.oddities)
            guard options.hasETags else { return response }
            let tag = ETag.text(of: response.body)
            response.set("ETag", tag)
            if request.headers["if-none-match"] == tag {
                response.status = 304
                response.body = []
            }
            return response
        }
    }

    // MARK: Limits

    private func count(_ request: TraktRequest, isAuthorised: Bool, _ now: Int64) -> RateWindows.Verdict {
        let isGet = request.method == "GET"
        let name =
            isGet ? (isAuthorised ? "AUTHED_API_GET_LIMIT" : "UNAUTHED_API_GET_LIMIT") : "AUTHED_API_POST_LIMIT"
        let (limit, period) = isGet ? (options.limit, options.period.milliseconds) : (1, 1000)
        return state.withLock { $0.windows.count(name, at: now, limit: limit, period: period) }
    }

    private func tooMany(_ window: LimitWindow, _ now: Int64) -> HTTPResponse {
        var response = HTTPResponse(429, [])
        response.set("Retry-After", "\(max(1, (window.end - now + 999) / 1000))")
        if options.limitHeader != .never { response.set("X-Ratelimit", limitText(window, now)) }
        return response
    }

    private func limitText(_ window: LimitWindow?, _ now: Int64) -> String {
        let limit = window?.limit ?? options.limit
        let until = ISO8601.text(ofMilliseconds: (window?.end ?? now + options.period.milliseconds) / 1000 * 1000)
        var writer = JSONWriter()
        writer.write([
            "name": .string(window?.name ?? "UNAUTHED_API_GET_LIMIT"),
            "period": .integer(window.map { ($0.end - $0.start) / 1000 } ?? options.period.milliseconds / 1000),
            "limit": .integer(Int64(limit)), "remaining": .integer(Int64(limit - (window?.allowed ?? limit))),
            "until": .string(until.replacingFraction),
        ])
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    // MARK: The body

    /// Packs the body for those who take it packed, and spoils it where it is to be spoilt.
    private func spoilt(_ response: HTTPResponse, by fault: Fault?, for request: TraktRequest) -> Delivery {
        var delivery = Delivery(response: response)
        delivery.isChunked = options.sendsChunks
        if let fault, fault.spoilsText { fault.spoil(&delivery) }
        let takesGzip = (request.headers["accept-encoding"] ?? "").split(separator: ",")
            .contains { $0.split(separator: ";").first.map { $0.filter { $0 != " " } } == "gzip" }
        if options.compresses, takesGzip, delivery.response.body.count > 100,
            let packed = Gzip.pack(delivery.response.body)
        {
            delivery.response.body = packed
            delivery.response.set("Content-Encoding", "gzip")
            delivery.response.set("Vary", "Accept-Encoding")
        }
        if let fault, !fault.spoilsText { fault.spoil(&delivery) }
        return delivery
    }
}

extension String {
    /// A moment without its milliseconds.
    fileprivate var replacingFraction: String { hasSuffix(".000Z") ? dropLast(5) + "Z" : self }
}

/// A mark of a body's content.
enum ETag {
    /// FNV-1a of the bytes, as a weak mark.
    static func text(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "W/\"\(String(hash, radix: 16))\""
    }
}
