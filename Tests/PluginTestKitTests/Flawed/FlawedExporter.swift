import PluginKit
import PluginTestKit

/// Keeps the totals of figures in a drawer, with a flaw.
struct FlawedExporter: Exporter {
    static let name = "flawed"
    static let summary = "Keeps totals."

    enum Flaw: String, CaseIterable, OptionValue {
        case none, adds, addsAgain, keepsBack, forgetsOrder, renames, leavesOut, showsSecret, swallows, hangs,
            tellsSecret
        case dropsLabels, mixesLabels, losesTimes, losesBuckets
    }

    struct Options: OptionGroup {
        @Option("The drawer.") var drawer: String
        @Option("What opens it.") var key: Secret?
        @Option("Whether it is stuck.") var stuck = false
        @Option("The flaw.") var flaw = Flaw.none
    }

    typealias Sample = ExporterContract.ArrivedSample

    /// What has arrived, by the name of the drawer.
    final class Drawer: Sendable {
        let state = Locked<(totals: [String: Double], samples: [Sample], text: String, last: Int64)>(
            ([:], [], "", .min)
        )
        init() {}
    }

    private let options: Options
    private let drawer: Drawer

    init(_ options: Options, in context: StageContext) {
        self.options = options
        drawer = context.shared.object("drawer \(options.drawer)") { Drawer() }
    }

    func export(_ snapshot: MetricSnapshot, isFinal: Bool) async throws {
        if options.stuck {
            switch options.flaw {
            case .swallows: return
            case .hangs: await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            case .tellsSecret:
                throw Diagnostic("flawed.stuck", message: "it does not open with '\(options.key?.revealed ?? "")'")
            default: throw Diagnostic("flawed.stuck", message: "the drawer is stuck")
            }
        }
        if options.flaw == .keepsBack, isFinal { return }
        drawer.state.withLock { state in
            if options.flaw != .forgetsOrder, snapshot.takenAt < state.last { return }
            let isAgain = snapshot.takenAt == state.last
            state.last = snapshot.takenAt
            state.text += options.flaw == .showsSecret ? options.key?.revealed ?? "" : "opened"
            for family in snapshot.families {
                if options.flaw == .leavesOut, family.definition.unit == .seconds { continue }
                let name = options.flaw == .renames ? family.definition.name.uppercased() : family.definition.name
                let total = snapshot.total(family.definition.name) ?? 0
                let adds = options.flaw == .adds || options.flaw == .addsAgain && isAgain
                state.totals[name] = total + (adds ? state.totals[name] ?? 0 : 0)
            }
            state.samples = snapshot.families.flatMap { family in family.samples.map { kept($0, of: family) } }
        }
    }

    private func kept(_ sample: MetricSample, of family: MetricFamily) -> Sample {
        var labels = Dictionary(sample.labels.map { ($0.name, $0.value) }) { $1 }
        if options.flaw == .dropsLabels { labels["stage"] = nil }
        if options.flaw == .mixesLabels, labels["stage"] != nil { labels["stage"] = "plays" }
        switch sample.value {
        case .number(let number): return Sample(family.definition.name, labels: labels, value: .number(number))
        case .times(let times):
            let seconds = options.flaw == .losesTimes ? 0 : times.seconds
            var buckets = times.exportedCounts
            if options.flaw == .losesBuckets { buckets[buckets.count - 1] = buckets.reduce(0, +) }
            return Sample(
                family.definition.name,
                labels: labels,
                value: .times(count: times.count, seconds: seconds, buckets: buckets)
            )
        }
    }
}
