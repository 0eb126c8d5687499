package import PluginKit

/// Notes what it is handed, with the mistakes that its options ask for.
package struct Ledger: Exporter {
    package static let name = "ledger"
    package static let summary = "Notes figures."

    package struct Options: OptionGroup {
        @Option("How it fails.") var fail = Failure.never
        @Option("How long it takes.") var takes: Duration?
        @Option("Where it lies.") var path: OutputPath?
        package init() {}
    }

    package enum Failure: String, CaseIterable, OptionValue {
        case never, `throws`, hangs, construction
    }

    /// What exporters of a test were handed, by their names in the pipeline.
    package final class Pages: Sendable {
        package let all = Locked<[(exporter: String, snapshot: MetricSnapshot, isFinal: Bool)]>([])
        package init() {}
    }

    @TaskLocal package static var pages: Pages?

    private let options: Options
    private let stage: String
    private let time: any TimeSource

    package init(_ options: Options, in context: StageContext) throws {
        if options.fail == .construction {
            throw Diagnostic("ledger.broken", message: "this ledger cannot be opened", at: options.$fail)
        }
        self.options = options
        stage = context.stage
        time = context.time
    }

    package func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws {
        Self.pages?.all.withLock { $0.append((stage, snapshot, isFinal)) }
        if let takes = options.takes { try await time.sleep(until: time.now + takes) }
        switch options.fail {
        case .never, .construction: break
        case .throws: throw Diagnostic("ledger.full", message: "page \(snapshot.takenAt) is full")
        // Deaf to whoever calls it off.
        case .hangs: await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
    }
}
