import Testing

/// A pipeline whose input an earlier one of the same command writes is planned by that one's plan.
@Suite struct WrittenInputTests {
    private func findings(columns: String, wants column: String, path: String = "out/first.txt") async -> String {
        let first = """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "out/first.txt"
            \(columns)
            """
        let second = """
            [[source]]
            use = "headed"
            path = "\(path)"
            [[sink]]
            use = "lines"
            path = "out/second.txt"
            columns = ["\(column)"]
            """
        return await Shelf(["first": first, "second": second]).findings("first", "second", isRehearsal: true)
    }

    @Test func `the columns are those that the sink writes`() async {
        #expect(await findings(columns: "columns = [\"n\"]", wants: "n") == "")
        let unknown = await findings(columns: "columns = [\"n\"]", wants: "half")
        #expect(
            unknown == """
                second.toml:7:11: error[schema.unknown-column]: there is no column 'half' here
                    7 | columns = ["half"]
                      |           ^^^^^^^^ known: n
                """
        )
    }

    @Test func `a sink that cannot tell has them declared`() async {
        let undeclared = await findings(columns: "columns = []", wants: "n")
        #expect(
            undeclared == """
                second.toml:2:7: error[source.unwritten]: the columns of the source 'headed' are known only when 'first' has \
                written out/first.txt
                    2 | use = "headed"
                      |       ^^^^^^^^ declare them in its options, if it has such options, or run 'first' by itself first
                """
        )
        #expect(
            await findings(columns: "columns = []", wants: "n", path: "out/first.txt\"\ncolumns = [\"n\", \"half\"]\n#")
                == ""
        )
    }

    @Test func `a file that no pipeline writes is looked at`() async {
        let findings = await findings(columns: "columns = [\"n\"]", wants: "n", path: "out/other.txt")
        let words = "second.toml:3:8: error[file.missing]: out/other.txt: there is no such file or folder"
        #expect(findings.hasPrefix(words))
    }
}
