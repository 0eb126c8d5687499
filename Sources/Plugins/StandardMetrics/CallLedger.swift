internal import PluginKit

/// The calls of all stages that a layer of one name is round.
final class CallLedger: Sendable {
    private let records = Guarded<[CallRecord]>([])

    init() {}

    /// All records, by stage and kind.
    var all: [CallRecord] {
        records.withLock { $0 }.sorted { ($0.stage, $0.kind.rawValue) < ($1.stage, $1.kind.rawValue) }
    }

    /// The records of a stage.
    func records(of stage: String) -> [CallRecord] { all.filter { $0.stage == stage } }

    func begin(_ stage: String, _ kind: CallKind) { change(stage, kind) { $0.begin() } }

    func end(_ stage: String, _ kind: CallKind, _ result: CallResult, after time: Duration) {
        change(stage, kind) { $0.end(result, after: time) }
    }

    private func change(_ stage: String, _ kind: CallKind, _ body: (inout CallRecord) -> Void) {
        records.withLock { records in
            // A handful of stages: looking through them is faster than hashing their names.
            if let index = records.firstIndex(where: { $0.kind == kind && $0.stage == stage }) {
                body(&records[index])
            } else {
                var record = CallRecord(stage: stage, kind: kind)
                body(&record)
                records.append(record)
            }
        }
    }
}
