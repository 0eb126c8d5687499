import Options
import PluginTestKit
import Testing

@Suite struct InterpolationTests {
    struct Text: OptionGroup {
        @Option("A text.") var text: String
    }

    private let variables = ["n": "7", "evil": "${env:HOME}\"\n[[sink]]\nuse = \"x\" $$"]
    private let environment = ["HOME": "/home/me", "EMPTY": ""]

    @Test(arguments: [
        ("plain", "plain"), ("a ${var:n} b", "a 7 b"), ("${var:n}${var:n}", "77"), ("${env:HOME}/x", "/home/me/x"),
        ("${env:NONE:-fallback}", "fallback"), ("${env:EMPTY:-fallback}", "fallback"), ("${env:NONE:-}", ""),
        ("${env:HOME:-fallback}", "/home/me"), ("${env:HOME:?needed}", "/home/me"), ("$$5", "$5"),
        ("$5 and $", "$5 and $"),
        ("$${var:n}", "${var:n}"), ("$$$${", "$${"),
    ])
    func `a text is expanded`(written: String, expanded: String) throws {
        let options = try bound(Text.self, "text = '\(written)'", variables: variables, environment: environment)
        #expect(options.text == expanded)
    }

    @Test func `a text that would fill the memory is refused`() throws {
        let long = ["long": String(repeating: "x", count: 1 << 20)]
        let twice = try bound(Text.self, "text = '${var:long}${var:long}'", variables: long)
        #expect(twice.text.utf8.count == 2 << 20)
        for more in ["x${var:long}${var:long}", "${var:long}${var:long}${var:long}${var:long}${var:long}${var:long}"] {
            do {
                _ = try bound(Text.self, "text = '\(more)'", variables: long)
                Issue.record("\(more.count)")
            } catch let problems as DiagnosticList {
                #expect(problems.all.map(\.code) == ["interpolation.size"])
            }
        }
    }

    @Test func `a value injects nothing`() throws {
        let options = try bound(Text.self, "text = '${var:evil}'", variables: variables, environment: environment)
        #expect(options.text == "${env:HOME}\"\n[[sink]]\nuse = \"x\" $$")
    }

    @Test(
        arguments: zip(
            ["secret\n", "secret\r\n", "secret", "two\nlines\n\n"],
            ["secret", "secret", "secret", "two\nlines\n"]
        )
    )
    func `a file gives its text, without the newline at its end`(content: String, text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(content, to: "key")
        #expect(try bound(Text.self, "text = '${file:\(folder.path("key"))}'").text == text)
    }

    @Test(arguments: [
        (
            "${var:m}",
            """
            p.toml:1:8: error[interpolation.variable]: there is no variable 'm'
                1 | text = '${var:m}'
                  |        ^^^^^^^^^^ did you mean 'n'?
            """
        ),
        (
            "a ${var:n",
            """
            p.toml:1:8: error[interpolation.open]: a '${' is never closed
                1 | text = 'a ${var:n'
                  |        ^^^^^^^^^^^ write '$$' for a dollar sign
            """
        ),
        (
            "${vra:n}",
            """
            p.toml:1:8: error[interpolation.unknown]: '${vra:n}' is not known
                1 | text = '${vra:n}'
                  |        ^^^^^^^^^^ use ${var:name}, ${env:NAME} or ${file:path}; write '$$' for a dollar sign
            """
        ),
        (
            "${env:NONE}",
            """
            p.toml:1:8: error[environment.variable]: the environment variable NONE is not set
                1 | text = '${env:NONE}'
                  |        ^^^^^^^^^^^^^ export NONE=…
            """
        ),
        (
            "${env:NONE:?your Trakt client id}",
            """
            p.toml:1:8: error[environment.variable]: your Trakt client id
                1 | text = '${env:NONE:?your Trakt client id}'
                  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ export NONE=…
            """
        ),
        (
            "${env:HOME:x}",
            """
            p.toml:1:8: error[interpolation.unknown]: '${env:HOME:x}' is not known
                1 | text = '${env:HOME:x}'
                  |        ^^^^^^^^^^^^^^^ use ${var:name}, ${env:NAME} or ${file:path}; write '$$' for a dollar sign
            """
        ),
        (
            "${file:/nowhere/x}",
            """
            p.toml:1:8: error[file.missing]: there is no such file or folder
                1 | text = '${file:/nowhere/x}'
                  |        ^^^^^^^^^^^^^^^^^^^^
            """
        ),
    ])
    func `what cannot be expanded is refused`(written: String, finding: String) {
        let found = findings(Text.self, "text = '\(written)'", variables: ["n": "7"], environment: environment)
        #expect(found == finding)
    }

    @Test func `the variables that were used are known`() throws {
        let interpolation = Interpolation(variables: ["a": .init("1"), "b": .init("2")])
        let text = SourceText("${var:b}", name: "p.toml")
        #expect(try interpolation.expand("${var:b}", at: text[0..<8]) == "2")
        #expect(interpolation.usedVariables == ["b"])
    }
}
