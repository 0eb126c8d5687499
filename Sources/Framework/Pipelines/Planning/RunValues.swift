package import Diagnostics
internal import PluginKit

/// The values that a run stores, some of which are stored only if it publishes.
///
/// Those are pending in the state folder, under one key for each pipeline, so that they are available to another
/// process that resumes the run. Pending values of a run that does not publish are discarded by the next run that
/// starts over.
///
///     stored as "run films":  the run's name  +  count  +  key and value of each
package actor RunValues: StateValues {
    private let store: any StateValues
    private let key: String
    private let run: String
    private var waiting: [String: [UInt8]] = [:]
    /// Counts the changes of the pending values, so that the last one is written last.
    private var version = 0
    /// Whether the run can publish: a dry run leaves nothing.
    private var canPublish = false
    /// The key of the descriptions of the run's sources.
    private let descriptionsKey: String

    /// Creates the values of a run that has not started.
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

    // MARK: Descriptions of sources

    /// The descriptions of the last run's sources, if it did not complete; empty if they cannot be read.
    nonisolated var descriptions: KeptDescriptions {
        get async { KeptDescriptions((try? await store.value(of: descriptionsKey)).flatMap { $0 }) }
    }

    // MARK: The run

    /// Starts or resumes the run.
    ///
    /// - Parameters:
    ///   - isResumed: Whether it continues where another process stopped, with the pending values.
    ///   - complete: The last complete run of the pipeline. If it was interrupted before its values were stored, they
    ///     are stored now.
    ///   - descriptions: The descriptions of its sources.
    /// - Throws: Errors of the state folder.
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

    /// Stores the values that were pending until the run has published.
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

    /// The run whose values are pending, and the values; nil if there are none.
    ///
    /// Values that cannot be read count as never stored.
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
