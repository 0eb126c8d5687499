internal import HTTP
internal import Formats

/// What `/oauth/…` answers.
struct OAuthRoutes {
    let options: ServerOptions
    /// Where users type in their code.
    let activationURL: String
    let now: Int64

    /// The answer to a request.
    func response(to request: TraktRequest, _ tokens: inout TokenBook) -> HTTPResponse {
        let parts = request.components
        if request.method == "GET", parts == ["oauth", "authorize"] { return authorize(request.parameters, &tokens) }
        guard request.method == "POST" else { return HTTPResponse(405, []) }
        guard let body = try? JSONValue(parsing: request.body, name: "the request") else {
            return HTTPResponse(400, [])
        }
        switch parts {
        case ["oauth", "device", "code"]: return makeCode(body, &tokens)
        case ["oauth", "device", "token"]: return poll(body, &tokens)
        case ["oauth", "token"]: return token(body, &tokens)
        case ["oauth", "revoke"]: return revoke(body, &tokens)
        default: return HTTPResponse(404, [])
        }
    }

    private func isKnown(_ body: JSONValue, withSecret: Bool) -> Bool {
        body["client_id"]?.string == options.clientID
            && (!withSecret || body["client_secret"]?.string == options.clientSecret)
    }

    private static func problem(_ status: Int, _ error: String) -> HTTPResponse {
        HTTPResponse(status, json: ["error": .string(error), "error_description": "The request was refused."])
    }

    private static func pair(_ grant: TokenBook.Grant) -> HTTPResponse {
        HTTPResponse(
            200,
            json: [
                "access_token": .string(grant.access), "token_type": "bearer",
                "expires_in": .integer((grant.expires - grant.created) / 1000),
                "refresh_token": .string(grant.refresh), "scope": "public",
                "created_at": .integer(grant.created / 1000),
            ]
        )
    }

    // MARK: Devices

    private func makeCode(_ body: JSONValue, _ tokens: inout TokenBook) -> HTTPResponse {
        guard isKnown(body, withSecret: false) else { return HTTPResponse(403, []) }
        let code = tokens.makeCode(at: now, life: options.codeLife.milliseconds)
        return HTTPResponse(
            200,
            json: [
                "device_code": .string(code.code), "user_code": .string(code.userCode),
                "verification_url": .string(activationURL),
                "expires_in": .integer(options.codeLife.milliseconds / 1000),
                "interval": .integer(options.pollInterval.milliseconds / 1000),
            ]
        )
    }

    private func poll(_ body: JSONValue, _ tokens: inout TokenBook) -> HTTPResponse {
        guard isKnown(body, withSecret: true) else { return HTTPResponse(403, []) }
        // Only the device's own code counts here.
        let status = tokens.withCode(body["code"]?.string ?? "") { code -> Int in
            guard code.code == body["code"]?.string else { return 404 }
            guard now < code.expires else { return 410 }
            let isFast = code.asked.map { now - $0 < options.pollInterval.milliseconds } ?? false
            code.asked = now
            if isFast, options.refusesFastPolls { return 429 }
            switch code.state {
            case .pending: return 400
            case .denied: return 418
            case .used: return 409
            case .approved:
                code.state = .used
                return 200
            }
        }
        return status == 200 ? Self.pair(tokens.issue(at: now)) : HTTPResponse(status ?? 404, [])
    }

    // MARK: Tokens

    private func authorize(_ parameters: [String: String], _ tokens: inout TokenBook) -> HTTPResponse {
        guard parameters["client_id"] == options.clientID, parameters["response_type"] == "code" else {
            return HTTPResponse.html(403, "This app is not known")
        }
        return HTTPResponse.html(200, "The code is \(tokens.makeAuthorization())")
    }

    private func token(_ body: JSONValue, _ tokens: inout TokenBook) -> HTTPResponse {
        guard isKnown(body, withSecret: true) else { return Self.problem(401, "invalid_client") }
        guard body["redirect_uri"]?.string != nil else { return Self.problem(400, "invalid_request") }
        switch body["grant_type"]?.string {
        case "refresh_token":
            guard let grant = tokens.renew(body["refresh_token"]?.string ?? "", at: now) else {
                return Self.problem(400, "invalid_grant")
            }
            return Self.pair(grant)
        case "authorization_code":
            guard tokens.takeAuthorization(body["code"]?.string ?? "") else {
                return Self.problem(400, "invalid_grant")
            }
            return Self.pair(tokens.issue(at: now))
        default: return Self.problem(400, "unsupported_grant_type")
        }
    }

    private func revoke(_ body: JSONValue, _ tokens: inout TokenBook) -> HTTPResponse {
        guard isKnown(body, withSecret: true) else { return Self.problem(401, "invalid_client") }
        tokens.revoke(body["token"]?.string ?? "")
        return HTTPResponse(200, json: [:])
    }
}
