package import Diagnostics
internal import PluginKit

/// The kept values of a run, some of which are kept only if it publishes.
///
/// Those wait in the state folder, under one key for each pipeline, so that a run that is resumed by another process still
/// has them. What a run leaves there that does not publish is thrown away by the next one that starts over.
///
///     kept as "run films":  the run's name  +  how many  +  key and value of each
package actor RunValues: StateValues {
    private let store: any StateValues
    private let key: String
    private let run: String
    private var waiting: [String: [UInt8]] = [:]
    /// Counts the changes of what waits, so that the last one is written last.
    private var version = 0
    /// Whether the run can publish: a dry run leaves nothing.
    private var canPublish = false
    /// The key of what the sources of the run have found out.
    private let descriptionsKey: String

    /// The values of a run that has not begun.
    init(_ store: any StateValues, of run: RunIdentity) {
        self.store = store
        self.run = run.id
        key = "run \(run.key)"
        descriptionsKey = "described \(run.key)"
    }

    nonisolated func value(of key: String) async throws(Diagnostic) -> [UInt8]? { try await store.value(of: key) }

    nonisolated func keep(_ value: [UInt8], as key: String) async throws(Diagnostic) {
        try await store.keep(value, as: key)
    }

    func keepOncePublished(_ value: [UInt8], as key: String) async throws(Diagnostic) {
        waiting[key] = value
        if canPublish { try await write() }
    }

    // MARK: What sources have found out

    /// What the sources of the last run have found out, if it did not come to its end; nothing if that cannot be read.
    nonisolated var descriptions: KeptDescriptions {
        get async { KeptDescriptions((try? await store.value(of: descriptionsKey)).flatMap { $0 }) }
    }

    // MARK: The run

    /// Notes that the run begins, or is resumed.
    ///
    /// - Parameters:
    ///   - isResumed: Whether it continues where another process was, with the values that wait there.
    ///   - complete: The last run of the pipeline that was complete. If it was cut off before its values were kept, they are
    ///     now.
    ///   - descriptions: What its sources have found out.
    /// - Throws: what is wrong with the state folder.
    package func begin(
        isResumed: Bool,
        after complete: String?,
        keeping descriptions: KeptDescriptions
    ) async throws(Diagnostic) {
        canPublish = true
        try await keep(descriptions)
        guard let (owner, values) = Self.read(try await store.value(of: key)) else { return }
        if isResumed, owner == run {
            waiting.merge(values) { mine, _ in mine }
            return
        }
        if owner == complete { try await keep(values) }
        try await store.keep([], as: key)
    }

    private func keep(_ descriptions: KeptDescriptions) async throws(Diagnostic) {
        let bytes = descriptions.bytes
        guard try await store.value(of: descriptionsKey) ?? [] != bytes else { return }
        try await store.keep(bytes, as: descriptionsKey)
    }

    /// Keeps what was to be kept once the run has published.
    package func publish() async throws(Diagnostic) {
        if canPublish { try await keep(KeptDescriptions()) }
        guard canPublish, !waiting.isEmpty else { return }
        try await keep(waiting)
        waiting = [:]
        version += 1
        try await store.keep([], as: key)
    }

    private func keep(_ values: [String: [UInt8]]) async throws(Diagnostic) {
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { try await store.keep(value, as: key) }
    }

    private func write() async throws(Diagnostic) {
        version += 1
        var written = 0
        while written != version {
            written = version
            try await store.keep(bytes, as: key)
        }
    }

    private var bytes: [UInt8] {
        var writer = StateWriter()
        run.write(to: &writer)
        writer.write(Int64(waiting.count))
        for (key, value) in waiting.sorted(by: { $0.key < $1.key }) {
            key.write(to: &writer)
            writer.write(value)
        }
        return writer.bytes
    }

    /// Whose values wait, and which; nil if none do.
    ///
    /// What cannot be read was never kept.
    private static func read(_ bytes: [UInt8]?) -> (run: String, values: [String: [UInt8]])? {
        guard let bytes, !bytes.isEmpty else { return nil }
        var reader = StateReader(bytes)
        guard let run = try? String(from: &reader), let count = try? reader.readCount() else { return nil }
        var values: [String: [UInt8]] = [:]
        for _ in 0..<count {
            guard let key = try? String(from: &reader), let value = try? reader.readBytes() else { return nil }
            values[key] = value
        }
        return (run, values)
    }
}
