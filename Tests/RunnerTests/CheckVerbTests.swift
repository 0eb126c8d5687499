import Foundation
import PluginTestKit
import TestTags
import Testing

/// What `sprocket check` says of pipelines that are fine.
@Suite(.tags(.process)) struct CheckVerbTests {
    private let folder: TemporaryFolder
    private var sprocket: Program { Program(folder: folder.path) }

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            """
            [middleware.answers]
            use = "cache"
            [middleware.metrics]
            use = "metrics"
            [middleware.patience]
            use = "retry"
            [middleware.quota]
            use = "rate-limit"
            requests = 900
            [middleware.pool]
            use = "pool"
            calls = ["page", "exchange"]

            [[source]]
            use = "trakt"
            name = "plays"
            data = "history"
            user = "sample"
            client_id = "x"
            [[source]]
            use = "trakt"
            name = "ratings"
            data = "ratings"
            user = "sample"
            client_id = "x"
            [[source]]
            use = "trakt"
            name = "notes"
            data = "notes"
            user = "sample"
            client_id = "x"
            middleware = []

            [[transform]]
            use = "number"
            from = "plays"
            middleware = ["patience", "metrics"]

            [[sink]]
            use = "json-lines"
            name = "file"
            from = "number"
            path = "plays.jsonl"
            middleware = ["patience", "metrics"]
            [[sink]]
            use = "json-lines"
            name = "rest"
            from = ["ratings", "notes"]
            path = "ratings.jsonl"
            middleware = ["pool"]
            """,
            to: "layers.toml"
        )
    }

    @Test func `a pipeline that is fine is reported with the layers around its calls, outermost first`() throws {
        let outcome = try sprocket("check", "layers.toml")
        #expect(outcome.code == 0)
        #expect(
            outcome.errors == """
                layers.toml: fine
                  pages of plays, ratings: metrics → pool
                  requests of plays, ratings: answers (cache) → metrics → patience (retry) → quota (rate-limit) → pool
                  batches of number: metrics
                  writes of file: patience (retry) → metrics

                """
        )
        #expect(outcome.output.isEmpty)
    }

    @Test func `with --json each kind of call is reported, also without layers`() throws {
        let outcome = try sprocket("check", "layers.toml", "--json")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        )
        let pipelines = try #require((object["result"] as? [String: Any])?["pipelines"] as? [[String: Any]])
        #expect(pipelines.map { $0["pipeline"] as? String } == ["layers.toml"])
        #expect(pipelines.first.map { Set($0.keys) } == ["pipeline", "plan"])
        let plan = try #require(pipelines.first?["plan"] as? [String: Any])
        let stages = try #require(plan["stages"] as? [[String: Any]])
        let words = stages.flatMap { stage in
            (stage["calls"] as? [[String: Any]] ?? []).map { call in
                let layers = (call["layers"] as? [[String: String]] ?? []).map {
                    "\($0["name"] ?? "")=\($0["use"] ?? "")"
                }
                return "\(stage["name"] ?? "") \(call["call"] ?? "") \(layers.joined(separator: " "))"
            }
        }
        #expect(words.contains("file write patience=retry metrics=metrics"))
        #expect(words.contains("notes page "))
        #expect(words.contains("notes exchange "))
        #expect(words.contains("rest write "))
        #expect(words.count == 9)
    }

    @Test func `a pipeline that is wrong has no layers to tell`() throws {
        try folder.write("[middleware.pool]\nuse = \"pool\"\n[[source]]\nuse = \"nobody\"\n", to: "wrong.toml")
        let outcome = try sprocket("check", "wrong.toml", "--json")
        #expect(outcome.code == 2)
        #expect(outcome.output.contains(#""pipelines":[]"#))
    }

    @Test func `without layers, and when it is to be quiet, there is one line or none`() throws {
        try folder.write(
            "[[source]]\nuse = \"generate\"\nrows = 3\n[[sink]]\nuse = \"json-lines\"\npath = \"a.jsonl\"\n",
            to: "bare.toml"
        )
        #expect(try sprocket("check", "bare.toml").errors == "bare.toml: fine\n")
        #expect(try sprocket("check", "layers.toml", "-q").errors.isEmpty)
    }

    @Test func `what was guessed is written into the file, and all else in it stays`() throws {
        try folder.write("id;day;note\n1;29.02.2024;a\n2;01.03.2024;b\n", to: "a.csv")
        try folder.write("{\"n\": 1}\n", to: "b.jsonl")
        try folder.write(
            """
            [[source]]                 # the films
            use     = "csv"
            path    = "a.csv"
            dialect = "guess"          # as it comes
            types   = 'guess'

            [[source]]
            use = "json-lines"
            path = "b.jsonl"
            types = "guess"
            columns = ["n as number"]
            [[sink]]
            use = "null"
            from = "csv"
            [[sink]]
            use = "null"
            name = "other"
            from = "json-lines"
            """,
            to: "g.toml"
        )
        let first = try sprocket("check", "g.toml", "--write")
        #expect(first.code == 0)
        #expect(first.errors.contains("g.toml:5: delimiter = \";\""))
        #expect(
            try folder.text(of: "g.toml") == """
                [[source]]                 # the films
                use     = "csv"
                path    = "a.csv"
                dialect = "stated"          # as it comes
                delimiter = ";"
                types   = "declared"
                columns = ["id: integer", "day: date %d.%m.%Y", "note: text"]

                [[source]]
                use = "json-lines"
                path = "b.jsonl"
                types = "declared"
                columns = ["n as number: integer"]
                [[sink]]
                use = "null"
                from = "csv"
                [[sink]]
                use = "null"
                name = "other"
                from = "json-lines"
                """
        )
        let second = try sprocket("check", "g.toml", "--write", "--json")
        #expect(second.code == 0)
        #expect(second.output.contains("\"written\":[]"))
        #expect(!second.errors.contains("guessed from the file"))
    }
}
