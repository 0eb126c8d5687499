internal import Diagnostics
internal import PluginKit

/// The number of items that an account had at the last complete read, to detect that many of them have disappeared.
struct KeptCount: Sendable {
    private let kept: any StateValues
    private let key: String
    private let items: String
    private let stage: String

    /// Smaller numbers vary too much.
    private static let least = 20

    init(_ routes: TraktRoutes, of account: String, part: String, api: HTTPURL, in context: StageContext) {
        kept = context.kept
        key = "trakt count \(api.origin) \(account) \(routes.data.words) \(routes.kind) \(part)"
        items = routes.items
        stage = context.stage
    }

    /// The stored value.
    struct Value: Sendable {
        /// The number of items.
        var count = 0
        /// The newest items of that read.
        var newest: [UInt64] = []
        /// The number of items that came; nil if it is not known.
        var shown: Int?

        /// The number of items that did not come, and were accepted as missing.
        var missing: Int {
            guard let shown else { return 0 }
            let (missing, isTooLarge) = count.subtractingReportingOverflow(shown)
            return isTooLarge ? 0 : max(0, missing)
        }
    }

    /// The stored value; nil if there is none.
    func value() async throws -> Value? {
        guard let bytes = try await kept.value(of: key) else { return nil }
        var reader = StateReader(bytes)
        // A value that cannot be read counts as never stored.
        guard let count = try? reader.readAmount(), let number = try? reader.readCount() else { return nil }
        var value = Value(count: count)
        for _ in 0..<number {
            guard let key = try? reader.readBits() else { return value }
            value.newest.append(key)
        }
        // Earlier versions have not stored it.
        value.shown = (try? reader.readAmount()).flatMap { $0 < 0 ? nil : $0 }
        return value
    }

    /// Stores the result of a complete walk, once its run has published.
    func keep(_ value: Value) async throws {
        var writer = StateWriter()
        writer.write(Int64(value.count))
        writer.write(Int64(value.newest.count))
        for key in value.newest { writer.write(bits: key) }
        writer.write(Int64(value.shown ?? -1))
        try await kept.keepOncePublished(writer.bytes, as: key)
    }

    /// Refuses a number of items that is far below the last one.
    ///
    /// - Throws: `trakt.drop`.
    func check(_ count: Int) async throws {
        guard let last = try await value() else { return }
        try check(count, last: last.count, verb: "reports")
    }

    /// Refuses a number of received items that is far below the last one, whatever number Trakt states.
    ///
    /// - Throws: `trakt.drop`.
    func checkShown(_ count: Int) async throws {
        guard let last = try await value() else { return }
        try check(count, last: last.shown ?? last.count, verb: "shows")
    }

    private func check(_ count: Int, last: Int, verb: String) throws {
        guard last >= Self.least, count < last / 2 else { return }
        throw Diagnostic(
            "trakt.drop",
            message: "Trakt \(verb) \(count) \(items); the last run had \(last)",
            at: .stage(stage, at: nil),
            hint: "if you have not removed them, wait: it has happened before, and was temporary. If it is right, "
                + "allow it once: drop = \"accept\" in the source, or -D drop=accept"
        )
    }
}
