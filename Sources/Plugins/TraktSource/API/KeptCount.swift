internal import Diagnostics
internal import PluginKit

/// How much an account had when it was last read whole, to notice when much of it is suddenly gone.
struct KeptCount: Sendable {
    private let kept: any StateValues
    private let key: String
    private let items: String
    private let stage: String

    /// Fewer items come and go.
    private static let least = 20

    init(_ routes: TraktRoutes, of account: String, part: String, api: HTTPURL, in context: StageContext) {
        kept = context.kept
        key = "trakt count \(api.origin) \(account) \(routes.data.words) \(routes.kind) \(part)"
        items = routes.items
        stage = context.stage
    }

    /// What was kept.
    struct Value: Sendable {
        /// How many items there were.
        var count = 0
        /// The items that a read of the newest ones had.
        var newest: [UInt64] = []
        /// How many of them came; nil if that is not known.
        var shown: Int?

        /// How many items did not come, and were accepted as missing.
        var missing: Int {
            guard let shown else { return 0 }
            let (missing, isTooLarge) = count.subtractingReportingOverflow(shown)
            return isTooLarge ? 0 : max(0, missing)
        }
    }

    /// What was kept; nil if nothing was.
    func value() async throws -> Value? {
        guard let bytes = try await kept.value(of: key) else { return nil }
        var reader = StateReader(bytes)
        // A value that cannot be read is one that was never kept.
        guard let count = try? reader.readAmount(), let number = try? reader.readCount() else { return nil }
        var value = Value(count: count)
        for _ in 0..<number {
            guard let key = try? reader.readBits() else { return value }
            value.newest.append(key)
        }
        // Not there in what earlier versions have kept.
        value.shown = (try? reader.readAmount()).flatMap { $0 < 0 ? nil : $0 }
        return value
    }

    /// Keeps what a complete walk found, once its run has published.
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

    /// Refuses a number of items that came which is far below the last one, whatever number Trakt reports.
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
            hint: "if you have not removed them, wait: it has happened, and passed by itself. If it is right, allow it "
                + "once: drop = \"accept\" in the source, or -D drop=accept"
        )
    }
}
