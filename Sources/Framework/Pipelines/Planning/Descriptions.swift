internal import Diagnostics
internal import PluginKit
internal import Records

/// What the sources of a pipeline deliver: the second phase of its plan.
struct Descriptions: Sendable {
    /// What is known of a source.
    struct Known: Sendable {
        let description: Description
        /// What its data looked like from outside just before; nil if that cannot be told, or nobody had to look.
        let fingerprint: String?
        /// The options by which it was found, as a digest; nil if the options alone state it, so that it need not be kept.
        let options: String?
        /// Whether it is what an earlier run has found out, of data that nobody can tell to be the same.
        var isBelieved = false
    }

    /// By the names of the sources.
    private(set) var known: [String: Known] = [:]
    /// Why sources cannot be described, each at its place in the file.
    private(set) var problems = DiagnosticList()

    subscript(source: String) -> Description? { known[source]?.description }

    /// Whether something is believed that an earlier run has found out.
    var areBelieved: Bool { known.values.contains { $0.isBelieved } }

    /// Has the sources of a pipeline look at their inputs, side by side.
    ///
    /// - Parameters:
    ///   - opened: The pipeline.
    ///   - isOffline: Whether no source may look: then all columns must follow from options.
    ///   - kept: What an earlier run that is to be resumed has found.
    ///   - earlier: The plans of pipelines that run before: what they will have written is described by them.
    init(of opened: OpenedPipeline, isOffline: Bool, knowing kept: KeptDescriptions, after earlier: [Plan]) async {
        let sources = opened.stages.compactMap { $0 }.filter { $0.source != nil }
        guard !isOffline, sources.contains(where: { $0.source?.declared == nil }) else {
            for stage in sources { note(stage, await Self.known(of: stage, isOffline, kept, earlier)) }
            return
        }
        let found = await withTaskGroup { group in
            for (index, stage) in sources.enumerated() {
                group.addTask { (index, await Self.known(of: stage, isOffline, kept, earlier)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (index, stage) in sources.enumerated() { if let known = found[index] { note(stage, known) } }
    }

    private mutating func note(_ stage: OpenedStage, _ found: Result<Known, DiagnosticList>) {
        switch found {
        case .success(let found): known[stage.bound.section.name.name] = found
        case .failure(let findings): problems.append(contentsOf: findings)
        }
    }

    private static func known(
        of stage: OpenedStage,
        _ isOffline: Bool,
        _ kept: KeptDescriptions,
        _ earlier: [Plan]
    ) async -> Result<Known, DiagnosticList> {
        guard let source = stage.source else { preconditionFailure("only sources are described") }
        let declared = source.declared
        if declared == nil, let written = stage.bound.inputs.lazy.compactMap({ earlier.file(at: $0) }).first {
            guard let description = written.contents.flatMap(source.describe) else {
                return .failure(DiagnosticList([stage.bound.unwritten(written)]))
            }
            return .success(Known(description: description, fingerprint: nil, options: nil))
        }
        if isOffline {
            guard let declared else { return .failure(DiagnosticList([stage.bound.undeclared])) }
            return .success(Known(description: declared, fingerprint: nil, options: nil))
        }
        do {
            guard declared == nil else {
                return .success(Known(description: try await source.describe(), fingerprint: nil, options: nil))
            }
            let options = "\(source.version) \(stage.bound.digest.text)"
            // Before the look: if the data changes in between, a run that is resumed sees that it has.
            let fingerprint = try? await source.fingerprint
            if let earlier = kept[stage.bound.section.name.name], earlier.options == options,
                earlier.fingerprint == fingerprint
            {
                var earlier = earlier
                earlier.isBelieved = fingerprint == nil
                return .success(earlier)
            }
            let description = try await source.describe()
            return .success(Known(description: description, fingerprint: fingerprint, options: options))
        } catch {
            return .failure(stage.bound.located(stage.bound.findings(error)))
        }
    }
}

extension BoundStage {
    /// That nobody can look.
    fileprivate func unwritten(_ file: PlannedFile) -> Diagnostic {
        Diagnostic(
            "source.unwritten",
            "the columns of the source '\(section.name.name)' are known only when '\(file.pipeline)' has written "
                + file.path,
            category: .usage,
            at: .text(section.use.range),
            hint: "state them in its options, where it has such, or run '\(file.pipeline)' by itself first"
        )
    }

    /// That nobody may look.
    fileprivate var undeclared: Diagnostic {
        Diagnostic(
            "source.offline",
            "the columns of the source '\(section.name.name)' are known only by looking at what it reads",
            category: .usage,
            at: .text(section.use.range),
            hint: "state them in its options, where it has such, or check it without --offline"
        )
    }
}

/// What the sources of a run have found out, as it is kept so that the run can be resumed without another look.
///
///     kept as "described films":  how many  +  name, options, fingerprint and description of each
package struct KeptDescriptions: Sendable {
    private var known: [String: Descriptions.Known] = [:]

    subscript(source: String) -> Descriptions.Known? { known[source] }

    /// Descriptions by the names of the sources; none by default.
    init(_ known: [String: Descriptions.Known] = [:]) { self.known = known }

    /// What is worth keeping of descriptions.
    init(_ descriptions: Descriptions) { known = descriptions.known.filter { $0.value.options != nil } }

    /// Adds descriptions by sources that can tell whether their data is still the same.
    mutating func merge(_ descriptions: Descriptions) {
        known.merge(descriptions.known.filter { $0.value.options != nil && $0.value.fingerprint != nil }) { $1 }
    }

    /// What was kept; nothing if it cannot be read.
    init(_ bytes: [UInt8]?) {
        guard let bytes, !bytes.isEmpty else { return }
        var reader = StateReader(bytes)
        known = (try? Self.read(from: &reader)) ?? [:]
    }

    /// The bytes to keep; empty if there is nothing worth it.
    var bytes: [UInt8] {
        guard !known.isEmpty else { return [] }
        var writer = StateWriter()
        writer.write(Int64(known.count))
        for (name, known) in known.sorted(by: { $0.key < $1.key }) {
            name.write(to: &writer)
            known.options.write(to: &writer)
            known.fingerprint.write(to: &writer)
            known.description.write(to: &writer)
        }
        return writer.bytes
    }

    private static func read(from reader: inout StateReader) throws -> [String: Descriptions.Known] {
        var known: [String: Descriptions.Known] = [:]
        for _ in 0..<(try reader.readCount()) {
            let name = try String(from: &reader)
            let options = try String?(from: &reader)
            let fingerprint = try String?(from: &reader)
            let description = try Description(from: &reader)
            known[name] = Descriptions.Known(description: description, fingerprint: fingerprint, options: options)
        }
        guard reader.isAtEnd else { throw StateReader.damaged }
        return known
    }
}

extension Description {
    fileprivate func write(to writer: inout StateWriter) {
        schema.names.write(to: &writer)
        schema.columns.map { $0.holdsJSON ? Self.json : $0.kind.rawValue }.write(to: &writer)
        writer.write(increment == nil ? 0 : 1)
        guard let increment else { return }
        increment.column.write(to: &writer)
        increment.key.write(to: &writer)
        increment.isKnownByKey.write(to: &writer)
        increment.keepsAllKeys.write(to: &writer)
    }

    fileprivate init(from reader: inout StateReader) throws {
        let names = try [String](from: &reader)
        let kinds = try [String](from: &reader)
        guard names.count == kinds.count, Set(names).count == names.count else { throw StateReader.damaged }
        var columns: [Schema.Column] = []
        for (name, word) in zip(names, kinds) {
            guard let kind = word == Self.json ? .text : Schema.Kind(rawValue: word) else { throw StateReader.damaged }
            columns.append(Schema.Column(name, kind, holdsJSON: word == Self.json))
        }
        self.init(Schema(columns))
        guard try reader.readInteger() == 1 else { return }
        increment = Increment(
            column: try String(from: &reader),
            key: try [String](from: &reader),
            isKnownByKey: try Bool(from: &reader),
            keepsAllKeys: try Bool(from: &reader)
        )
    }

    /// What stands for the kind of a text that holds JSON.
    private static let json = "json"
}
