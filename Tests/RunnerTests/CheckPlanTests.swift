import Foundation
import PluginTestKit
import TestTags
import Testing

/// The plan that `sprocket check --json` shows.
@Suite(.tags(.process)) struct CheckPlanTests {
    private let folder: TemporaryFolder
    private var sprocket: Program { Program(folder: folder.path) }

    init() throws { folder = try TemporaryFolder() }

    /// The plan of a pipeline, as text.
    private func plan(_ name: String) throws -> String {
        let outcome = try sprocket("check", "\(name).toml", "--json")
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let pipelines = try #require((answer["result"] as? [String: Any])?["pipelines"] as? [[String: Any]])
        let plan = try #require(pipelines.first?["plan"] as? [String: Any])
        return String(decoding: try JSONSerialization.data(withJSONObject: plan, options: .sortedKeys), as: UTF8.self)
    }

    @Test func `the plan shows the types of expressions`() throws {
        try folder.write(
            """
            [[source]]
            use = "generate"
            columns = ["id: sequence", "title: text 8", "score: real 0..1"]
            [[transform]]
            use = "filter"
            where = 'score > 0.5'
            [[transform]]
            use = "set"
            set = { name = 'upper(title)', half = 'id / 2' }
            [[sink]]
            use = "json-lines"
            path = "out.jsonl"
            """,
            to: "films.toml"
        )
        let plan = try plan("films")
        for expression in [
            #"[{"columns":["score"],"name":"where","text":"score > 0.5","type":"boolean"}]"#,
            #"{"columns":["title"],"name":"name","text":"upper(title)","type":"text"}"#,
            #"{"columns":["id"],"name":"half","text":"id \/ 2","type":"real"}"#,
        ] {
            #expect(plan.contains(expression), "\(plan)")
        }
    }

    @Test func `the plan shows stages, columns, needs, requests and layers`() throws {
        try folder.write(
            """
            [middleware.patience]
            use = "retry"
            [[source]]
            use = "generate"
            columns = ["id: sequence", "title: text 8", "score: real 0..1", "kind: choice a|b"]
            [[transform]]
            use = "number"
            per = ["kind"]
            [[sink]]
            use = "json-lines"
            path = "out.jsonl"
            columns = ["number", "title"]
            """,
            to: "films.toml"
        )
        let columns =
            #"{"kind":"integer","name":"id"},{"kind":"text","name":"title"},{"kind":"real","name":"score"},"#
            + #"{"kind":"text","name":"kind"}"#
        let numbered = columns + #",{"kind":"integer","name":"number"}"#
        let patience = #"[{"name":"patience","use":"retry"}]"#
        let needs = { (always: String, made: String) in
            #"{"all":false,"always":[\#(always)],"conditions":[],"isTransparent":false,"#
                + #""keepsOtherColumns":true,"made":{\#(made)},"optional":[],"renamed":{}}"#
        }
        #expect(
            try plan("films")
                == #"{"file":"films.toml","findings":[],"pipeline":"films","reads":["generate"],"stages":["#
                + #"{"calls":[{"call":"page","layers":\#(patience)}],"kind":"source","name":"generate","#
                + #""outputs":[{"columns":[\#(columns)]}],"#
                + #""request":{"columns":["title","kind"],"conditions":[],"optional":[]},"use":"generate"},"#
                + #"{"calls":[{"call":"batch","layers":[]}],"from":[{"stage":"generate"}],"#
                + #""input":[\#(columns)],"kind":"transform","name":"number","needs":\#(needs(#""kind""#, #""number":[]"#)),"#
                + #""outputs":[{"columns":[\#(numbered)]}],"use":"number"},"#
                + #"{"calls":[{"call":"write","layers":\#(patience)}],"from":[{"stage":"number"}],"#
                + #""input":[\#(numbered)],"kind":"sink","name":"json-lines","needs":\#(needs(#""number","title""#, "")),"#
                + #""outputs":[],"use":"json-lines"}]}"#
        )
    }

    @Test func `an input that is not there is reported, unless a pipeline before it writes it`() throws {
        try folder.write(
            """
            [[source]]
            use = "trakt-export"
            path = "export.zip"
            data = "history"
            [[sink]]
            use = "null"
            """,
            to: "films.toml"
        )
        let outcome = try sprocket("check", "films.toml")
        #expect(outcome.code == 0)
        #expect(
            outcome.errors.contains(
                "films.toml:3:8: warning[file.missing]: export.zip: there is no such file or folder"
            ),
            "\(outcome.errors)"
        )
        #expect(try !sprocket("check", "films.toml", "--offline").errors.contains("file.missing"))
        // Whatever else is wrong.
        try folder.write(
            "[[source]]\nuse = \"trakt-export\"\npath = \"export.zip\"\ndata = \"history\"\n[[sink]]\nuse = \"nil\"\n",
            to: "wrong.toml"
        )
        let wrong = try sprocket("check", "wrong.toml")
        #expect(wrong.code == 2)
        #expect(wrong.errors.contains("wrong.toml:3:8: warning[file.missing]: export.zip: there"), "\(wrong.errors)")
        #expect(wrong.errors.contains("wrong.toml:6:7: error["), "\(wrong.errors)")
        try folder.write("name = \"films\"\n", to: "export.zip")
        #expect(try !sprocket("check", "films.toml").errors.contains("file.missing"))
    }
}
