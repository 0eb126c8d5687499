internal import Diagnostics
internal import Engine
internal import PluginKit

/// `sprocket describe`: the reference page of a plugin.
struct DescribeVerb: Verb {
    static let name = "describe"
    static let summary = "Show what a plugin does: its options, columns and an example."
    static let operands = "PLUGIN"
    static let flags = [
        Flag("format", "FORM", "text, markdown or json. Default: text."),
        Flag("to", "DIR", "Write the pages of all plugins into this folder, as Markdown."),
    ]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            if let folder = arguments["to"] {
                try ReferenceFolder(folder).write(Registry.Kind.allCases.flatMap { Registry.all.plugins($0) })
                return .done
            }
            let form = terminal.isJSON ? "json" : arguments["format"] ?? "text"
            guard arguments.operands.count == 1, let name = arguments.operands.first else {
                throw Diagnostic(
                    "command.operand",
                    "'sprocket describe' needs one plugin",
                    hint: "'sprocket list plugins' names them"
                )
            }
            for page in try pages(of: name) {
                switch form {
                case "text": terminal.result(page.text)
                case "markdown": terminal.result(page.markdown)
                case "json": terminal.result(page.json(version: Sprocket.version))
                default: throw Diagnostic("command.flag", "--format is text, markdown or json, not '\(form)'")
                }
            }
            return .done
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    /// A name may belong to plugins of several kinds; all are shown.
    private func pages(of name: String) throws(Diagnostic) -> [ReferencePage] {
        let known = Registry.Kind.allCases.flatMap { Registry.all.plugins($0) }
        let pages = known.filter { $0.name == name }.compactMap { ReferencePage($0) }
        guard pages.isEmpty else { return pages }
        throw Diagnostic(
            "plugin.unknown",
            "there is no plugin '\(name)'",
            hint: hint(for: name, among: known.map { $0.name })
        )
    }
}
