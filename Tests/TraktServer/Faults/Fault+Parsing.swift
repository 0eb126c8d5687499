package import Diagnostics

extension Fault {
    /// Reads a fault from a line: its name, then what it meets.
    ///
    ///     502 share=2% seed=7 once
    ///     stall-in-body path=/sync/history/* nth=3
    ///     429:10 every=50
    ///
    /// - Throws: `server.fault`, with what is allowed.
    package init(parsing text: String) throws(Diagnostic) {
        var words = text.split(separator: " ").map(String.init)[...]
        guard let name = words.popFirst(), let kind = Self.kind(name) else { throw Self.unknown(text) }
        var path: String?
        var choice = Choice.all
        var once = false
        var seed: UInt64 = 1
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let number = parts.count > 1 ? Int(parts[1]) : nil
            switch (parts[0], number) {
            case ("once", _) where parts.count == 1: once = true
            case ("path", _) where parts.count > 1: path = parts[1]
            case ("nth", let number?) where number > 0: choice = .request(number)
            case ("every", let number?) where number > 0: choice = .every(number)
            case ("seed", let number?) where number >= 0: seed = UInt64(number)
            case ("share", _) where parts.count > 1 && parts[1].hasSuffix("%"):
                guard let share = Double(String(parts[1].dropLast())), (0...100).contains(share) else {
                    throw Self.unknown(text)
                }
                choice = .share(share / 100, seed: 1)
            default: throw Self.unknown(text)
            }
        }
        if case .share(let share, _) = choice { choice = .share(share, seed: seed) }
        self.init(kind, to: path, of: choice, once: once)
    }

    private static func kind(_ name: String) -> Kind? {
        let parts = name.split(separator: ":").map(String.init)
        switch parts[0] {
        case "429":
            let wait = parts.count > 1 ? Int(parts[1]) : 10
            return .tooMany(retryAfter: wait, saysLimit: !parts.contains("bare"))
        case "drip": return .drip(bytesPerSecond: max(1, parts.count > 1 ? Int(parts[1]) ?? 1000 : 1000))
        case let name: return plain[name] ?? Int(name).flatMap { (400...599).contains($0) ? .status($0) : nil }
        }
    }

    private static let plain: [String: Kind] = Dictionary(
        uniqueKeysWithValues: [
            Kind.reset, .resetInBody, .truncated, .truncatedChunks, .stall, .stallInBody, .malformed, .html, .blocked,
            .empty, .corruptGzip, .truncatedGzip, .noPaging, .noLimit, .expiredToken,
        ].map { (Fault($0).name, $0) }
    )

    private static func unknown(_ text: String) -> Diagnostic {
        Diagnostic(
            "server.fault",
            message: "'\(text)' is no fault",
            hint: """
                a status (400 to 599), 429:SECONDS, drip:BYTES_A_SECOND, \(plain.keys.sorted().joined(separator: ", ")); \
                then path=/sync/*, nth=N, every=N, share=P%, seed=N, once
                """
        )
    }
}
