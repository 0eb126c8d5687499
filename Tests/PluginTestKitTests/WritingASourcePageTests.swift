import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing

/// Holds `docs/writing-a-source.md`, `docs/writing-a-transform.md`, `docs/writing-a-sink.md` and `docs/middleware.md` to the code that they show.
@Suite struct WritingASourcePageTests {
    private static let here = #filePath.split(separator: "/").dropLast().joined(separator: "/")

    private func file(_ path: String) throws -> String {
        String(decoding: try InputFile("/" + Self.here + "/" + path).readAll(atMost: 1 << 20), as: UTF8.self)
    }

    private func page() throws -> String { try file("../../docs/writing-a-source.md") }

    @Test(
        arguments: [
            "Primes", "PrimesTests", "LastDigit", "NumberLines", "StageTests", "Primes+Metrics", "GitHubReleases",
            "GitHubReleasesTests",
        ]
    )
    func `the page quotes the examples word for word`(name: String) throws {
        #expect(try page().contains("```swift\n\(try file("Examples/\(name).swift"))```\n"))
    }

    @Test(arguments: ["RunningTotal", "Parity", "TransformTests"])
    func `the page on transforms quotes its examples word for word`(name: String) throws {
        let page = try file("../../docs/writing-a-transform.md")
        #expect(page.contains("```swift\n\(try file("Examples/\(name).swift"))```\n"))
    }

    @Test(arguments: ["SlowCalls", "SlowCallsTests"])
    func `the page on layers quotes its examples word for word`(name: String) throws {
        let page = try file("../../docs/middleware.md")
        #expect(page.contains("```swift\n\(try file("Examples/\(name).swift"))```\n"))
    }

    @Test(arguments: ["Table", "Upload"])
    func `the page on sinks quotes its examples word for word`(name: String) throws {
        let page = try file("../../docs/writing-a-sink.md")
        #expect(page.contains("```swift\n\(try file("../TestPipelines/Sinks/\(name).swift"))```\n"))
    }

    @Test func `the pipeline on the page runs`() async throws {
        let page = try page()
        let toml = try #require(page.firstMatch(of: /```toml\n(.*?)```/.dotMatchesNewlines()))
        let folder = try TemporaryFolder()
        let text = toml.1.replacing("exports/", with: folder.path + "/")
        let file = try PipelineFile(Array(text.utf8), path: "pipelines/digits.toml")
        let registry = Registry(PrimePlugins.all)
        let plan = try await Plan(file, services: Services(registry: registry))
        #expect(plan.findings.all.isEmpty)
        let report = await Run(plan).execute()
        #expect(report.written == 8)
        #expect(try folder.text(of: "digits.txt") == "2\n3\n5\n7\n1\n3\n7\n9\n")
    }

    @Test func `the page names the lines of the package as they are there`() throws {
        let package = try file("../../Package.swift")
        let plugins = try file("../../Sources/Runner/SprocketPlugins/StandardPlugins.swift")
        let page = try page()
        #expect(package.contains("        plugin(\"Synthetic\"),\n"))
        #expect(plugins.contains("        TraktPlugins.all,\n"))
        #expect(page.contains("        plugin(\"PrimeSource\"),\n"))
        #expect(page.contains("        PrimePlugins.all,\n"))
        for product in ["PluginKit", "PluginTestKit", "SprocketCommand", "SprocketPlugins"] {
            #expect(package.contains(".library(name: \"\(product)\""))
            #expect(page.contains(".product(name: \"\(product)\", package: \"sprocket\")"))
        }
        // The list stands within a numbered step, three columns to the right.
        let list = try file("Examples/PrimePlugins.swift").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(page.contains(list.dropLast().map { $0.isEmpty ? "\n" : "   \($0)\n" }.joined()))
    }
}
