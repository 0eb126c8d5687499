import Accounts
import PluginKit
import Testing

@Suite struct RegistryTests {
    struct Films: PlainSource {
        static let name = "films"
        static let summary = "Films."
        let schema: Schema = [:]
        init(_ options: NoOptions, in context: StageContext) {}
        func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> { .end }
    }

    struct CSV: Sink {
        static let name = "csv"
        static let summary = "Writes CSV."
        static let commitment = Commitment.files
        init(_ options: NoOptions, input: Schema, in context: StageContext) {}
        func begin(at mark: Int?, attempt: Int) {}
        func write(_ batch: inout Batch, at mark: Int?) -> Int { 0 }
        func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: 0, written: 0) }
    }

    struct CSVFiles: PlainSource {
        static let name = "csv-files"
        static let summary = "Reads CSV."
        let schema: Schema = [:]
        init(_ options: NoOptions, in context: StageContext) {}
        func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> { .end }
    }

    struct Same: MapTransform {
        static let name = "same"
        static let summary = "Changes nothing."
        let output: Schema
        init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }
        func apply(to batch: inout Batch) {}
    }

    struct Marked: Transform {
        static let name = "marked"
        static let summary = "Looks up."
        let outputs: [Output]
        init(_ options: NoOptions, inputs: Inputs, in context: StageContext) { outputs = [Output(inputs.main)] }
        func makeTable(_ files: SpillFolder) -> Int { 0 }
        func remember(_ batch: borrowing Batch, in table: inout Int) { table += batch.count }
        func apply(to batch: inout Batch, table: borrowing Int, memory: inout Void, outputs: inout Outputs) {}
    }

    struct Counted: Transform {
        static let name = "counted"
        static let summary = "Counts."
        let outputs: [Output]
        init(_ options: NoOptions, inputs: Inputs, in context: StageContext) { outputs = [Output(inputs.main)] }
        func makeMemory(_ files: SpillFolder) -> Int { 0 }
        func apply(to batch: inout Batch, table: borrowing Void, memory: inout Int, outputs: inout Outputs) {
            memory += batch.count
        }
    }

    struct Parted: Transform {
        static let name = "parted"
        static let summary = "Parts."
        let outputs: [Output]
        init(_ options: NoOptions, inputs: Inputs, in context: StageContext) {
            outputs = [Output("all", schema: inputs.main)]
        }
        func apply(to batch: inout Batch, table: borrowing Void, memory: inout Void, outputs: inout Outputs) {}
    }

    struct Growing: DeclaredSource {
        static let name = "growing"
        static let summary = "Grows."
        let schema: Schema = ["n": .integer]
        let increment: Increment? = Increment(column: "n", key: ["n"])
        init(_ options: NoOptions, in context: StageContext) {}
        func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) -> Next<Int> { .end }
    }

    struct Club: AccountService {
        static let name = "club"
        static let summary = "Signs in."
        init(_ options: NoOptions, in context: AccountContext) {}
        func signIn() {}
        func status() -> AccountStatus { AccountStatus(isSignedIn: false, server: "club") }
        func signOut() {}
    }

    struct Nothing: Plugin {
        static let name = "nothing"
        static let summary = "Nothing."
    }

    private let registry = Registry([Films.self, CSV.self, CSVFiles.self, Same.self, Marked.self, Club.self])

    @Test func `the kind of a plugin is read off its type`() {
        #expect(Films.kind == .source)
        #expect(CSV.kind == .sink)
        #expect(Same.kind == .transform)
        #expect(Marked.kind == .transform)
        #expect(Counted.kind == .transform)
        #expect(Parted.kind == .transform)
        #expect(Growing.kind == .source)
        #expect(Label.kind == .middleware)
        #expect(Club.kind == .account)
        #expect(Nothing.kind == nil)
    }

    @Test func `plugins of a kind come by name`() {
        #expect(registry.plugins(.source).map { $0.name } == ["csv-files", "films"])
        #expect(registry.plugins(.middleware).isEmpty)
    }

    @Test(arguments: [
        (
            Registry.Kind.source, "filsm",
            "error[plugin.unknown]: there is no source 'filsm'\n  hint: did you mean 'films'?"
        ),
        (.source, "csv", "error[plugin.unknown]: there is no source 'csv'; 'csv' is a sink"),
        (.sink, "films", "error[plugin.unknown]: there is no sink 'films'; 'films' is a source"),
        (.transform, "x", "error[plugin.unknown]: there is no transform 'x'\n  hint: known: marked, same"),
        (.source, "club", "error[plugin.unknown]: there is no source 'club'; 'club' is an account"),
        (.middleware, "cache", "error[plugin.unknown]: there is no middleware 'cache'"),
    ])
    func `a plugin that is not there is refused`(kind: Registry.Kind, name: String, message: String) {
        let error = #expect(throws: Diagnostic.self) { try registry.plugin(kind, named: name) }
        #expect(error?.rendered() == message)
    }

    @Test func `two plugins of a kind cannot share a name, and one of no kind is no plugin`() async {
        await #expect(processExitsWith: .failure) { _ = Registry([Films.self, Films.self]) }
        await #expect(processExitsWith: .failure) { _ = Registry([Nothing.self]) }
    }
}
