import Testing

@testable import Diagnostics

@Suite struct DiagnosticListTests {
    private func finding(_ number: Int, _ severity: Diagnostic.Severity = .error) -> Diagnostic {
        Diagnostic("test.code", message: "number \(number)", severity: severity)
    }

    @Test func `a list keeps the first 500 findings and counts the others`() {
        var list = DiagnosticList()
        for number in 0..<300_000 { list.append(finding(number)) }
        #expect(list.all.count == DiagnosticList.mostKept)
        #expect(list.total == 300_000)
        #expect(list.isFull)
        var other = DiagnosticList([finding(7)])
        other.append(contentsOf: list)
        #expect(other.total == 300_001)
        #expect(list.inOrderOfText.total == 300_000)
    }

    @Test func `an error after many warnings is kept`() {
        var list = DiagnosticList()
        for number in 0..<5_000 { list.append(finding(number, .warning)) }
        #expect(!list.hasErrors)
        #expect(!list.isFull)
        list.append(finding(5_000))
        #expect(list.hasErrors)
        #expect(list.all.last?.message == "number 5000")
        #expect(list.total == 5_001)
    }

    @Test(arguments: [
        (0, 0, 0, 0), (3, 4, 7, 0), (100, 0, 100, 0), (0, 101, 100, 1), (60, 60, 100, 20), (400, 3, 100, 303),
    ])
    func `of many findings a hundred are printed, errors first`(warnings: Int, errors: Int, printed: Int, more: Int) {
        var list = DiagnosticList()
        for number in 0..<warnings { list.append(finding(number, .warning)) }
        for number in 0..<errors { list.append(finding(warnings + number)) }
        let (findings, rest) = list.toPrint(atMost: 100)
        #expect(findings.count == printed)
        #expect(rest == more)
        #expect(findings.count { $0.severity == .error } == min(errors, 100))
        // Those that are printed are in the order of the list.
        let numbers = findings.compactMap { Int($0.message.dropFirst(7)) }
        #expect(numbers == numbers.sorted())
    }

    @Test func `a message is at most as long as a screen`() {
        let hint = String(repeating: "é", count: 9_999)
        let long = Diagnostic("test.code", message: String(repeating: "日", count: 400_000), hint: hint)
        #expect(long.message.utf8.count < 4_010)
        #expect(long.hint?.utf8.count ?? 0 < 4_010)
        #expect(long.message.hasPrefix("日日") && long.message.contains("…") && long.message.hasSuffix("日日"))
        #expect(!long.message.contains("\u{FFFD}"))
        #expect("short".shortened(to: 5) == "short")
        #expect("abcdefghij".shortened(to: 8) == "abcdef…ij")
    }

    @Test func `a nearest name is found among the first 500 and not looked for beyond`() {
        let names = (0..<100_000).map { "column-\($0)" }
        #expect(suggestion(for: "colum-7", among: names) == "column-7")
        #expect(suggestion(for: "x-99999", among: names) == nil)
    }
}
