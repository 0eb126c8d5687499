import PluginKit
import PluginTestKit
import Testing

/// Every recipe of `docs/recipes.md` runs, and leaves what the page shows.
@Suite struct RecipesTests {
    /// A recipe: its heading, the pipeline and the files that it leaves.
    struct Recipe: CustomTestStringConvertible, Sendable {
        let title: String
        let pipeline: String
        /// By name: what is written there.
        let results: [String: String]

        var testDescription: String { title }
    }

    private static let page = Result { try Page() }

    private static var recipes: [Recipe] { (try? page.get().recipes) ?? [] }

    @Test func `there are at least thirty recipes, each with a result`() throws {
        let page = try Self.page.get()
        #expect(page.recipes.count >= 30)
        #expect(page.recipes.filter { $0.results.isEmpty }.map(\.title) == [])
        #expect(Set(page.recipes.map(\.title)).count == page.recipes.count)
    }

    @Test(arguments: recipes)
    func `a recipe leaves what the page shows`(recipe: Recipe) async throws {
        let folder = try TemporaryFolder(.inMemory)
        for (name, text) in try Self.page.get().files { _ = try folder.write(text, to: name) }
        let text = recipe.pipeline.replacing("path = \"", with: "path = \"\(folder.path)/")
        let (_, problem) = await run(text)
        #expect(problem == nil)
        for (name, expected) in recipe.results { #expect(try folder.text(of: name) == expected, "\(name)") }
    }
}

/// The page: its files, and its recipes between the source and the sink that it shows.
private struct Page {
    /// The files that recipes read, by name.
    private(set) var files: [String: String] = [:]
    private(set) var recipes: [RecipesTests.Recipe] = []

    init() throws {
        let here = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let bytes = try InputFile("\(here)/docs/recipes.md").readAll(atMost: 1 << 20)
        var frame = ""
        for section in String(decoding: bytes, as: UTF8.self).components(startingWith: "### ") {
            let title = section.prefix { $0 != "\n" }
            var results: [String: String] = [:]
            var transforms = ""
            for block in section.blocks {
                if block.language != "toml" {
                    results[block.name ?? "result.csv"] = block.text
                } else if recipes.isEmpty && frame.isEmpty {
                    frame = block.text
                } else {
                    transforms = block.text
                }
            }
            guard !transforms.isEmpty else {
                files = results
                continue
            }
            recipes.append(
                RecipesTests.Recipe(
                    title: String(title.dropFirst(4)),
                    pipeline: Self.pipeline(transforms, within: frame),
                    results: results
                )
            )
        }
    }

    /// The whole pipeline: a recipe that has a source or a sink of its own does without that of the page.
    private static func pipeline(_ recipe: String, within frame: String) -> String {
        let parts = frame.components(separatedBy: "# The recipe comes here.\n")
        let source = recipe.contains("[[source]]") ? "" : parts[0]
        let sink = recipe.contains("[[sink]]") ? "" : parts[parts.count - 1]
        // Settings of the run come first, whatever a recipe begins with.
        return recipe.hasPrefix("[run]") ? recipe.withSource(source) + sink : source + recipe + sink
    }
}

extension String {
    /// The parts of a page that begin with a line that starts in this way, and what is before the first.
    fileprivate func components(startingWith start: String) -> [String] {
        var parts = [""]
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(start) { parts.append("") }
            parts[parts.count - 1] += line + "\n"
        }
        return parts
    }

    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    /// With a source after the settings of the run, before the first stage.
    fileprivate func withSource(_ source: String) -> String {
        guard let stage = firstRange(of: "[[") else { return self + source }
        return String(self[..<stage.lowerBound]) + source + self[stage.lowerBound...]
    }

    /// The blocks of code, each with the name in backticks on the line before it.
    fileprivate var blocks: [(language: String, name: String?, text: String)] {
        var blocks: [(language: String, name: String?, text: String)] = []
        var (isInside, name) = (false, String?.none)
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if !isInside { blocks.append((String(line.dropFirst(3)), name, "")) }
                isInside.toggle()
                name = nil
            } else if isInside {
                blocks[blocks.count - 1].text += line + "\n"
            } else if line.hasSuffix("`:") {
                name = line.split(separator: "`").dropLast().last.map(String.init)
            }
        }
        return blocks
    }
}
