import PluginKit

/// Plugins of each kind that say that their calls do not suspend, and do.
enum FlawedPromise {
    struct OfSource: Source {
        static let name = "flawed-source"
        static let summary = "Waits for something on its second page."
        static let suspends = false
        let schema: Schema = ["n": .integer]

        init(_ options: NoOptions, in context: StageContext) {}

        func read(at cursor: Int?, into batch: inout Batch) async -> Next<Int> {
            if cursor != nil { await Task.yield() }
            return cursor == nil ? .at(1) : .end
        }
    }

    struct OfTransform: Transform {
        static let name = "flawed-transform"
        static let summary = "Waits for something."
        static let suspends = false
        let output: Schema

        init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }

        func apply(to batch: inout Batch) async { await Task.yield() }
    }

    struct OfLookup: LookupTransform {
        static let name = "flawed-lookup"
        static let summary = "Waits for something."
        static let suspends = false
        let output: Schema

        init(_ options: NoOptions, input: Schema, lookup: Schema, in context: StageContext) { output = input }

        func makeTable() -> Int { 0 }
        func remember(_ batch: borrowing Batch, in table: inout Int) {}
        func apply(to batch: inout Batch, using table: borrowing Int) async { await Task.yield() }
    }

    struct OfMemory: StatefulTransform {
        static let name = "flawed-memory"
        static let summary = "Waits for something."
        static let suspends = false
        let output: Schema
        let initialState = 0

        init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }

        func apply(to batch: inout Batch, remembering state: inout Int) async { await Task.yield() }
    }

    struct OfRoute: RoutingTransform {
        static let name = "flawed-route"
        static let summary = "Waits for something."
        static let suspends = false
        let outputs: [NamedOutput]

        init(_ options: NoOptions, input: Schema, in context: StageContext) { outputs = [NamedOutput("all", input)] }

        func route(_ batch: inout Batch, to outputs: inout [Batch]) async {
            await Task.yield()
            swap(&batch, &outputs[0])
        }
    }

    struct OfSink: Sink {
        static let name = "flawed-sink"
        static let summary = "Waits for something."
        static let suspends = false

        init(_ options: NoOptions, input: Schema, in context: StageContext) {}

        func write(_ batch: inout Batch, at mark: Int?) async -> Int {
            await Task.yield()
            return (mark ?? 0) + batch.count
        }

        func finish(at mark: Int?) -> Delivery { Delivery(written: mark ?? 0) }
    }
}
