internal import HTTP
internal import Formats
internal import PluginKit
internal import SampleExport

/// What somebody at a terminal can do with the server, by addresses that begin with `/_control`.
///
/// None of it is Trakt's, and no test needs it: they have `TraktServer` itself.
struct ControlRoutes {
    let handler: RequestHandler

    /// The answer to a request.
    func response(to request: TraktRequest) -> HTTPResponse {
        let parts = Array(request.components.dropFirst())
        let parameters = request.parameters
        let now = handler.options.clock()
        switch parts.first {
        case "approve": return decide(parts.dropFirst().first, .approved)
        case "deny": return decide(parts.dropFirst().first, .denied)
        case "expire-token":
            handler.state.withLock { $0.tokens.expire(nil, at: now) }
            return HTTPResponse(200, json: ["expired": true])
        case "play": return addPlay(now)
        case "remove-play":
            return change(now) { account, now in
                if let play = account.plays.first { account.removePlay(play.id, at: now) }
            }
        case "faults":
            return setFault(parameters["add"])
        case "requests": return HTTPResponse(200, json: requests)
        case nil, "status": return HTTPResponse(200, json: status)
        default: return HTTPResponse(404, json: ["error": "unknown", "known": .array(Self.known)])
        }
    }

    private static let known: [JSONValue] = [
        "approve", "approve/CODE", "deny", "deny/CODE", "expire-token", "play", "remove-play", "faults?add=FAULT",
        "faults", "requests", "status",
    ]

    /// Says yes or no for the user; without a code to the one made last.
    private func decide(_ name: String?, _ decision: TokenBook.DeviceCode.State) -> HTTPResponse {
        let code = handler.state.withLock { state -> String? in
            guard let name = name ?? state.tokens.codes.last?.code else { return nil }
            return state.tokens.withCode(name) { code -> String in
                code.state = decision
                return code.userCode
            }
        }
        guard let code else { return HTTPResponse(404, json: ["error": "there is no such code"]) }
        return HTTPResponse(200, json: ["user_code": .string(code), "approved": .bool(decision == .approved)])
    }

    /// Logs another play of a film that is known, now.
    private func addPlay(_ now: Int64) -> HTTPResponse {
        change(now) { account, now in
            guard let film = account.plays.lazy.compactMap(\.film).first else { return }
            let id = (account.plays.map(\.id).max() ?? 0) + 1
            account.insert(
                Play(subject: .film(film), time: BerlinTime(milliseconds: now).wholeMinute, action: "watch", id: id),
                at: now
            )
        }
    }

    private func change(_ now: Int64, _ body: (inout TraktAccount, Int64) -> Void) -> HTTPResponse {
        let plays = handler.state.withLock { state -> Int in
            state.change(at: now, body)
            return state.index.account.plays.count
        }
        return HTTPResponse(200, json: ["plays": JSONValue(plays)])
    }

    private func setFault(_ text: String?) -> HTTPResponse {
        guard let text else {
            handler.state.withLock { $0.faults.removeAll() }
            return HTTPResponse(200, json: ["faults": "none"])
        }
        do {
            let fault = try Fault(parsing: text)
            handler.state.withLock { $0.faults.add(fault) }
            return HTTPResponse(200, json: ["added": .string(fault.name)])
        } catch {
            return HTTPResponse(400, json: ["error": .string(error.message), "hint": JSONValue(error.hint)])
        }
    }

    private var requests: JSONValue {
        let requests = handler.state.withLock { $0.requests }
        return .array(
            requests.suffix(1000).map { request in
                [
                    "number": JSONValue(request.number), "method": .string(request.method),
                    "target": .string(request.target), "status": JSONValue(request.status),
                    "authorised": .bool(request.isAuthorised), "fault": JSONValue(request.fault),
                ]
            }
        )
    }

    private var status: JSONValue {
        handler.state.withLock { state in
            [
                "requests": JSONValue(state.requests.count), "connections": JSONValue(state.connections.open),
                "most_connections": JSONValue(state.connections.most),
                "plays": JSONValue(state.index.account.plays.count),
                "windows": .array(
                    state.windows.all.suffix(20).map { window in
                        [
                            "name": .string(window.name), "start": .string(ISO8601.text(ofMilliseconds: window.start)),
                            "limit": JSONValue(window.limit), "allowed": JSONValue(window.allowed),
                            "refused": JSONValue(window.refused),
                        ]
                    }
                ),
                "control": .array(Self.known),
            ]
        }
    }
}
