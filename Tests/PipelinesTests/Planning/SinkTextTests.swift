import Diagnostics
import PluginKit
import StateStore
import TOML
import TestPipelines
import Testing

@testable import Pipelines

/// What is stored of a sink that commits, so that another process can make it again after a crash.
@Suite struct SinkTextTests {
    private static let registry = Registry([Papers.self, Vault.self])

    private static let pipeline = #"""
        name = "papers"
        [vars]
        table = "films"
        root = "/data"
        path = "${var:root}/${var:table}"
        given = "nothing"
        step = "nothing"
        db_password = "plain-default"
        api_token = "${env:TOKEN}"
        unused = "unused-default"
        [[source]]
        use = "papers"
        [[sink]]
        use = "vault"
        from = "papers"
        words = ["${var:table}", "$${literal}", "${var:given}", "${var:step}"]
        path = "${var:path}"
        password = "plain-option"
        token = "${var:api_token}"
        key = "${var:db_password}"
        """#

    private let environment = ["TOKEN": "token-of-environment"]

    /// The plan with `given` from the command line and `step` from a chain.
    private func plan(_ text: String = Self.pipeline, step: String = "step-$value") async throws -> Plan {
        let file = try PipelineFile(Array(text.utf8), path: "papers.toml")
        var settings = VariableSettings(["given": "given-$value"])
        if let range = file.variables.first(where: { $0.name == "step" })?.range {
            settings.set("step", to: step, at: VariableSettings.StepPlace(name: range, value: range))
        }
        return try await Plan(
            file,
            services: Services(registry: Self.registry, environment: environment),
            variables: settings
        )
    }

    private func stored(_ plan: Plan) throws -> TOMLValue {
        try TOMLDocument(Array(try #require(plan.sinkTexts["vault"]).utf8), name: "stored").root
    }

    private func commit(_ text: String, plugin: String = "vault", version: Int = 1) -> IntendedCommit {
        IntendedCommit(
            stage: "vault",
            plugin: plugin,
            version: version,
            isRefusable: false,
            options: text,
            mark: "0"
        )
    }

    @Test func `columns are stored with their kinds, and texts that hold JSON as such`() async throws {
        let columns = try stored(await plan())["columns"].elements.map(\.string)
        #expect(columns == ["json doc", "text the title", "date day", "decimal price"])
    }

    @Test func `references stay as they were written, with the variables that they need and no others`() async throws {
        let stored = try stored(await plan())
        #expect(
            stored["options"]["words"].elements.map(\.string)
                == ["${var:table}", "$${literal}", "${var:given}", "${var:step}"]
        )
        #expect(stored["options"]["token"].string == "${var:api_token}")
        #expect(Set(stored["options"].entries.map(\.key)) == ["words", "path", "token", "key"])
        let variables = stored["variables"].entries.map { "\($0.key) = \($0.value.string ?? "")" }
        #expect(
            variables.sorted() == [
                "api_token = ${env:TOKEN}", "given = given-$$value", "path = ${var:root}/${var:table}", "root = /data",
                "table = films",
            ]
        )
    }

    @Test func `of secrets, and of what a chain sets, only digests are stored`() async throws {
        let plan = try await plan()
        let text = try #require(plan.sinkTexts["vault"])
        for secret in ["plain-default", "plain-option", "token-of-environment", "step-"] {
            #expect(!text.contains(secret), "\(secret) is stored")
        }
        let stored = try stored(plan)
        #expect(stored["secrets"].elements.map(\.string) == ["password"])
        let digests = stored["digests"].entries
        #expect(Set(digests.map(\.key)) == ["step", "db_password"])
        #expect(Set(digests.compactMap(\.value.string)).count == 2)
        #expect(digests.first { $0.key == "step" }?.value.string == SinkText.digest(of: "step-$value"))
    }

    @Test func `the sink is made again with the options and columns that it had`() async throws {
        let (first, second) = (Trace(), Trace())
        let plan = try await Trace.$current.withValue(first) { try await self.plan() }
        let text = try #require(plan.sinkTexts["vault"])
        try Trace.$current.withValue(second) {
            _ = try plan.sinkMaker.make(commit(text), of: plan.run)
        }
        #expect(
            second.all == [
                #"films, ${literal}, given-$value, step-$value; /data/films; plain-option; token-of-environment; "#
                    + #"plain-default; doc text JSON, the title text, day date, price decimal"#
            ]
        )
        #expect(second.all == first.all)
    }

    @Test func `a value that is not stored has to be the same`() async throws {
        let text = try #require(try await plan().sinkTexts["vault"])
        let others = [
            try await plan(step: "another"),
            try await plan(Self.pipeline.replacing("plain-default", with: "another")),
        ]
        for (plan, name) in zip(others, ["step", "db_password"]) {
            let failure = #expect(throws: Diagnostic.self) { try plan.sinkMaker.make(commit(text), of: plan.run) }
            #expect(failure?.code == "state.sink-variable")
            #expect(failure?.message.contains("the variable '\(name)', which is not stored") == true)
        }
    }

    @Test(arguments: [
        ["wallet", "1", "columns = []", "state.sink-gone"], ["vault", "2", "columns = []", "state.sink-version"],
        ["vault", "1", "columns = [\"colour hue\"]", "state.sink-columns"],
    ])
    func `a sink that cannot be made again says why`(stored: [String]) async throws {
        let plan = try await plan()
        let version = try #require(Int(stored[1]))
        let failure = #expect(throws: Diagnostic.self) {
            try plan.sinkMaker.make(commit(stored[2], plugin: stored[0], version: version), of: plan.run)
        }
        #expect(failure?.code.name == stored[3])
    }
}

/// No records of four kinds.
private struct Papers: PlainSource {
    static let name = "papers"
    static let summary = "No records."

    let schema = Schema([
        Schema.Column("doc", kind: .text, holdsJSON: true), Schema.Column("the title", kind: .text),
        Schema.Column("day", kind: .date), Schema.Column("price", kind: .decimal),
    ])

    init(_ options: NoOptions, in context: StageContext) {}

    func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> { .end }
}

/// Notes what it was made of.
private struct Vault: Sink {
    static let name = "vault"
    static let summary = "Notes what it was made of."
    static let commitment = Commitment.certain

    struct Options: OptionGroup {
        @Option("Texts.") var words: [String]
        @Option("A path.") var path: String
        @Option("A secret of the file.") var password: Secret
        @Option("A secret of the environment.") var token: Secret
        @Option("A secret of a variable.") var key: Secret
    }

    init(_ options: Options, input: Schema, in context: StageContext) {
        let columns = input.columns.map { "\($0.name) \($0.kind.rawValue)\($0.holdsJSON ? " JSON" : "")" }
        let parts = [
            options.words.joined(separator: ", "), options.path, options.password.revealed, options.token.revealed,
            options.key.revealed, columns.joined(separator: ", "),
        ]
        Trace.current?.note(parts.joined(separator: "; "))
    }

    func begin(at mark: Int?, attempt: Int) {}
    func write(_ batch: inout Batch, at mark: Int?) -> Int { (mark ?? 0) + batch.count }
    func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: mark ?? 0, written: mark ?? 0) }
    func commit(at mark: Int) {}
    func abandon(at mark: Int?) {}
}
