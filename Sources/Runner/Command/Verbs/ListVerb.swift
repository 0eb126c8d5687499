internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Formats
internal import Jobs
internal import PluginKit

/// `sprocket list`: lists the available plugins or pipelines.
struct ListVerb: Verb {
    static let name = "list"
    static let summary = "List plugins and pipelines."
    static let operands = "[plugins|pipelines]"
    static let flags: [Flag] = []

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        let topic = arguments.operands.first
        guard topic == nil || topic == "plugins" || topic == "pipelines", arguments.operands.count <= 1 else {
            let unknown = Diagnostic(
                "command.operand",
                message:
                    "'sprocket list' lists plugins or pipelines, not '\(arguments.operands.joined(separator: " "))'",
                category: .usage,
                hint: "sprocket list plugins"
            )
            terminal.report(unknown)
            return .usage
        }
        let pipelines = topic == "plugins" ? [] : pipelines
        let plugins = topic == "pipelines" ? [] : plugins
        terminal.result(
            Self.text(pipelines, plugins: plugins),
            json: Self.json(pipelines, plugins: plugins, topic: topic)
        )
        return .done
    }

    private struct Item {
        let group: String
        let name: String
        let summary: String
    }

    private var pipelines: [Item] {
        world.pipelines.names.map { name in
            do throws(DiagnosticList) {
                return Item(group: "pipeline", name: name, summary: try world.pipelines.file(name).description)
            } catch {
                return Item(group: "pipeline", name: name, summary: "(has errors: sprocket check \(name))")
            }
        }
    }

    private var plugins: [Item] {
        Registry.Kind.allCases.flatMap { kind in
            world.plugins.plugins(kind).map { Item(group: kind.rawValue, name: $0.name, summary: $0.summary) }
        }
    }

    private static func text(_ pipelines: [Item], plugins: [Item]) -> String {
        let all = pipelines + plugins
        let width = all.map(\.name.count).max() ?? 0
        var lines: [String] = []
        var group = ""
        for item in all {
            if item.group != group {
                if !lines.isEmpty { lines.append("") }
                lines.append("\(item.group)s".replacing("middlewares", with: "middleware"))
                group = item.group
            }
            lines.append("  " + item.name.padded(to: width) + "  " + item.summary.inOneSentence)
        }
        return lines.isEmpty ? "nothing found" : VisibleText.lines(lines)
    }

    private static func json(_ pipelines: [Item], plugins: [Item], topic: String?) -> String {
        JSONResult.object { json in
            for (key, items) in [("pipelines", pipelines), ("plugins", plugins)] where topic == nil || topic == key {
                json.key(key)
                json.beginArray()
                for item in items {
                    json.beginObject()
                    if key == "plugins" { json.member("kind", value: item.group) }
                    json.member("name", value: item.name)
                    json.member("summary", value: item.summary)
                    json.endObject()
                }
                json.endArray()
            }
        }
    }
}
