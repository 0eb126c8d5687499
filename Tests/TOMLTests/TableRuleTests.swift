import TOML
import Testing

@Suite struct TableRuleTests {
    @Test(arguments: [
        Case("[a]\n[b]", "{a: {}, b: {}}"),
        Case("[a.b.c]\n[a]", "{a: {b: {c: {}}}}"),
        Case("[a.b.c]\n[a]\nx = 1\n[a.b]\ny = 2", "{a: {b: {c: {}, y: 2}, x: 1}}"),
        Case("[a.b.c]\nz = 1\n[a]\nb.d = 2", "{a: {b: {c: {z: 1}, d: 2}}}"),
        Case("[a]\nb.c = 1\n[a.b.d]\ne = 2", "{a: {b: {c: 1, d: {e: 2}}}}"),
        Case("a.b.c = 1\n[a.d]\ne = 2", "{a: {b: {c: 1}, d: {e: 2}}}"),
        Case("a.b.c = 1\n[a.b.d]", "{a: {b: {c: 1, d: {}}}}"),
        Case("[[a]]\nx = 1\n[[a]]\nx = 2", "{a: [{x: 1}, {x: 2}]}"),
        Case("[[a]]\n[a.b]\nx = 1\n[[a]]\n[a.b]\nx = 2", "{a: [{b: {x: 1}}, {b: {x: 2}}]}"),
        Case("[[a]]\n[[a.b]]\n[[a.b]]\n[[a]]\n[[a.b]]", "{a: [{b: [{}, {}]}, {b: [{}]}]}"),
        Case("[[a.b]]\n[a]\nx = 1", "{a: {b: [{}], x: 1}}"),
        Case("[a.b]\n[[a.c]]", "{a: {b: {}, c: [{}]}}"),
        Case("[a]\n[a.b]\n[c]\n[a.d]", "{a: {b: {}, d: {}}, c: {}}"),
        Case("[ a . 'b' ]", "{a: {b: {}}}"),
        Case("[[ a ]]", "{a: [{}]}"),
        Case("a = {b.c = 1, b.d = 2}", "{a: {b: {c: 1, d: 2}}}"),
        Case("a.b = {}\na.c = []", "{a: {b: {}, c: []}}"),
        Case("[a]\nb = 1\n[c]\nb = 1", "{a: {b: 1}, c: {b: 1}}"),
        Case("a = [{b = 1}, {b = 2}]", "{a: [{b: 1}, {b: 2}]}"),
        Case("[[a]]\nb.c = 1\nb.d = 2\n[a.b.e]", "{a: [{b: {c: 1, d: 2, e: {}}}]}"),
        Case("[a.b]\n[a]\n[[a.c.d]]\n[a.c]\nx = 1", "{a: {b: {}, c: {d: [{}], x: 1}}}"),
    ])
    func `tables come together from their parts`(sample: Case) {
        #expect(plain(sample.toml) == sample.expected)
    }

    @Test(arguments: [
        Case("a = 1\na = 2", "2:1 duplicate-key"),
        Case("a = 1\na.b = 2", "2:1 not-a-table"),
        Case("a.b = 1\na = 2", "2:1 duplicate-key"),
        Case("a.b = 1\na.b = 2", "2:3 duplicate-key"),
        Case("a.b = 1\na.b.c = 2", "2:3 not-a-table"),
        Case("a = {}\na.b = 1", "2:1 closed-table"),
        Case("a.b = {c = 1}\na.b.d = 1", "2:3 closed-table"),
        Case("a = []\na.b = 1", "2:1 closed-array"),
        Case("[a]\n[a]", "2:2 duplicate-table"),
        Case("[a]\n[b]\n[a]", "3:2 duplicate-table"),
        Case("[a.b]\n[a]\n[a.b]", "3:4 duplicate-table"),
        Case("[a.b]\n[a]\n[a]", "3:2 duplicate-table"),
        Case("a.b = 1\n[a]", "2:2 duplicate-table"),
        Case("a.b.c = 1\n[a.b]", "2:4 duplicate-table"),
        Case("[a]\nb.c = 1\n[a.b]", "3:4 duplicate-table"),
        Case("[a]\nb = 1\n[a.b]", "3:4 not-a-table"),
        Case("[a]\nb = 1\n[a.b.c]", "3:4 not-a-table"),
        Case("a = {}\n[a]", "2:2 closed-table"),
        Case("a = {}\n[a.b]", "2:2 closed-table"),
        Case("a = {b = {}}\n[a.b.c]", "2:2 closed-table"),
        Case("a = {}\n[[a.b]]", "2:3 closed-table"),
        Case("a = {}\n[[a]]", "2:3 duplicate-table"),
        Case("a = 1\n[[a]]", "2:3 not-a-table"),
        Case("a = []\n[[a]]", "2:3 closed-array"),
        Case("a = [{}]\n[[a]]", "2:3 closed-array"),
        Case("a = [{}]\n[a.b]", "2:2 closed-array"),
        Case("a = [{}]\n[[a.b]]", "2:3 closed-array"),
        Case("[a]\n[[a]]", "2:3 duplicate-table"),
        Case("[[a]]\n[a]", "2:2 duplicate-table"),
        Case("[a.b]\n[[a]]", "2:3 duplicate-table"),
        Case("[[a.b]]\n[[a]]", "2:3 duplicate-table"),
        Case("[[a.b]]\n[a.b]", "2:4 duplicate-table"),
        Case("[[a]]\n[a.b]\n[[a.b]]", "3:5 duplicate-table"),
        Case("[[a]]\n[[a.b]]\n[a.b]", "3:4 duplicate-table"),
        Case("[a.b]\nc = 1\n[a]\nb.d = 2", "4:1 closed-table"),
        Case("[a.b.c]\n[a]\nb.c.d = 2", "3:3 closed-table"),
        Case("[a.b.c]\n[a]\nb.d = 2\n[a.b]", "4:4 duplicate-table"),
        Case("[[a.b]]\n[a]\nb.c = 1", "3:1 closed-array"),
        Case("[a.b]\n[a]\nb = 1", "3:1 duplicate-key"),
        Case("[[a]]\nb = 1\nb = 2", "3:1 duplicate-key"),
        Case("[[a]]\nb.c = 1\n[a.b]", "3:4 duplicate-table"),
        Case("a = {b = 1, b = 2}", "1:13 duplicate-key"),
        Case("a = {b = 1, b.c = 2}", "1:13 not-a-table"),
        Case("a = {b.c = 1, b = 2}", "1:15 duplicate-key"),
        Case("a = {b = {}, b.c = 1}", "1:14 closed-table"),
        Case("a = {b = {c = 1}, b.d = 2}", "1:19 closed-table"),
    ])
    func `a definition that contradicts an earlier one is refused where it stands`(sample: Case) {
        #expect(found(sample.toml) == [sample.expected])
    }

    @Test func `what stands under a refused header disturbs nothing`() {
        let (document, problems) = TOMLDocument.recovering(
            Array("[a]\nx = 1\n[a]\nx = 2\ny = 3\n[a.b]\nz = 4".utf8),
            name: "x"
        )
        #expect(found(problems) == ["3:2 duplicate-table"])
        #expect(plain(document.root) == "{a: {x: 1, b: {z: 4}}}")
    }
}
