import Diagnostics
import Foundation
import PluginKit
import PluginTestKit
import Testing

@testable import Pipelines
import TestPipelines

/// What a small file can ask for without bound is refused, with a place and a way out.
@Suite struct BoundTests {
    /// What is wrong with a pipeline: code and place of each error.
    private func refusals(_ text: String) async throws -> [String] {
        do {
            _ = try await Workshop().plan(text)
            return []
        } catch let list as DiagnosticList {
            return list.all.filter { $0.severity == .error }.map { finding in
                guard case .text(let range) = finding.place else { return "\(finding.code)" }
                return "\(finding.code) \(range.start.line)"
            }
        }
    }

    private static let ends = "[[source]]\nuse = \"numbers\"\n[[sink]]\nuse = \"lines\"\npath = \"@/x\"\n"

    @Test(arguments: [2, 10, 100])
    func `variables that multiply are refused where they become too long`(factor: Int) async throws {
        var text = "[vars]\na0 = \"" + String(repeating: "x", count: 1000) + "\"\n"
        for number in 1...40 {
            text += "a\(number) = \"" + String(repeating: "${var:a\(number - 1)}", count: factor) + "\"\n"
        }
        let found = try await refusals(text + Self.ends)
        #expect(found.first?.hasPrefix("interpolation.size") == true)
    }

    @Test func `texts of a file may become 32 MiB together`() {
        let range = SourceRange.whole("${var:a}")
        let interpolation = Interpolation(variables: ["a": .init(String(repeating: "x", count: 1 << 20))])
        var codes: [String] = []
        for _ in 0..<40 {
            do throws(Diagnostic) { _ = try interpolation.expand("${var:a}", at: range) } catch {
                codes.append(error.code.name)
            }
        }
        #expect(codes == Array(repeating: "interpolation.size", count: 8))
    }

    @Test func `a text without a reference costs nothing of that`() throws {
        let interpolation = Interpolation()
        let text = String(repeating: "x", count: 1 << 20)
        for _ in 0..<40 { #expect(try interpolation.expand(text, at: .whole(text)).utf8.count == 1 << 20) }
    }

    @Test(arguments: [
        ("[middleware.m§]\nuse = \"again\"\n", FileLimits.layers),
        ("[exporter.e§]\nuse = \"none\"\n", FileLimits.exporters),
        ("[[transform]]\nuse = \"only\"\nname = \"t§\"\n", FileLimits.stages - 2),
    ])
    func `more of a section than any pipeline has is refused at the first of them`(section: String, most: Int) {
        func codes(_ count: Int) -> [String] {
            let text = (0..<count).map { section.replacing("§", with: "\($0)") }.joined() + Self.ends
            do throws(DiagnosticList) {
                _ = try PipelineFile(Array(text.utf8), path: "p.toml")
                return []
            } catch {
                return error.all.map(\.code.name)
            }
        }
        #expect(codes(most) == [])
        #expect(codes(most + 1) == ["pipeline.too-many"])
    }

    @Test func `a chain of transforms is planned in time in proportion to its length`() async throws {
        var text = "[[source]]\nuse = \"numbers\"\nname = \"t0\"\n"
        for number in (1...1_000).reversed() {
            text += "[[transform]]\nuse = \"only\"\nname = \"t\(number)\"\nfrom = \"t\(number - 1)\"\n"
        }
        text += "[[sink]]\nuse = \"lines\"\nfrom = \"t1000\"\npath = \"@/x\"\n"
        let plan = try await Workshop().plan(text)
        #expect(plan.nodes.count == 1_002)
        #expect(plan.nodes.map(\.name).dropLast() == (0...1_000).map { "t\($0)" }[...])
    }

    @Test func `sources and sinks that all meet are refused`() async throws {
        var text = ""
        for number in 0..<200 { text += "[[source]]\nuse = \"numbers\"\nname = \"s\(number)\"\n" }
        for number in 0..<200 { text += "[[sink]]\nuse = \"lines\"\nname = \"k\(number)\"\npath = \"@/\(number)\"\n" }
        #expect(try await refusals(text) == ["pipeline.too-many 1002"])
    }

    @Test func `a hundred thousand tables that no stage reads are counted, and few of them described`() {
        let text = (0..<100_000).map { "[t\($0)]\n" }.joined()
        do throws(DiagnosticList) {
            _ = try PipelineFile(Array(text.utf8), path: "p.toml")
            Issue.record("it was taken")
        } catch {
            #expect(error.all.count == DiagnosticList.mostKept)
            #expect(error.total == 100_002)
        }
    }

    @Test func `a path that is longer than any is refused, and not followed`() async throws {
        let text = Self.ends.replacing("@/x", with: String(repeating: "a/", count: 300_000) + "x")
        #expect(try await refusals(text) == ["option.path 5"])
        #expect(FileSystem.resolved(String(repeating: "a/", count: 300_000)).utf8.count == 600_000)
    }

    @Test func `variables in a text are found`() {
        let text = "${var:a}$${var:b} ${env:X} ${va ${var:c${var:d} x$${var:} ${var:e"
        #expect(Interpolation.variables(in: text.utf8) == ["a", "b", "c${var:d", ""])
    }
}

extension SourceRange {
    /// All of a text.
    fileprivate static func whole(_ text: String) -> SourceRange {
        SourceText(text, name: "p.toml")[0..<text.utf8.count]
    }
}
