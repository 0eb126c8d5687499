internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs
internal import PluginKit

/// `sprocket describe`: the reference page of a plugin.
struct DescribeVerb: Verb {
    static let name = "describe"
    static let summary = "Show the reference page of a plugin: its options, columns and an example."
    static let operands = "PLUGIN"
    static let flags = [
        Flag("format", value: "FORM", help: "text, markdown or json. Default: text."),
        Flag("to", value: "DIR", help: "Write the pages of all plugins to this folder, as Markdown."),
    ]

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            if let folder = arguments["to"] {
                try ReferenceFolder(folder).write(Registry.Kind.allCases.flatMap { world.plugins.plugins($0) })
                return .done
            }
            let form = arguments["format"] ?? "text"
            guard arguments.operands.count == 1, let name = arguments.operands.first else {
                throw Diagnostic(
                    "command.operand",
                    message: "'sprocket describe' needs one plugin",
                    category: .usage,
                    hint: "'sprocket list plugins' names them"
                )
            }
            let pages = try pages(of: name)
            let text: String
            switch form {
            case "text": text = pages.map(\.text).joined(separator: "\n")
            case "markdown": text = pages.map(\.markdown).joined(separator: "\n")
            case "json": text = pages.map { $0.json(version: ProgramVersion.text) }.joined(separator: "\n")
            default:
                throw Diagnostic(
                    "command.flag",
                    message: "--format must be text, markdown or json, not '\(form)'",
                    category: .usage
                )
            }
            terminal.result(text, json: "{\"plugins\":\(Self.array(pages))}")
            return .done
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    private static func array(_ pages: [ReferencePage]) -> String {
        "[" + pages.map { $0.json(version: ProgramVersion.text) }.joined(separator: ",") + "]"
    }

    /// A name may belong to plugins of several kinds; all are shown.
    private func pages(of name: String) throws(Diagnostic) -> [ReferencePage] {
        let known = Registry.Kind.allCases.flatMap { world.plugins.plugins($0) }
        let pages = known.filter { $0.name == name }.compactMap { ReferencePage($0) }
        guard pages.isEmpty else { return pages }
        throw Diagnostic(
            "plugin.unknown",
            message: "there is no plugin '\(name)'",
            category: .usage,
            hint: hint(for: name, among: known.map { $0.name })
        )
    }
}
