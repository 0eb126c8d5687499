internal import Diagnostics
internal import PluginKit
internal import TOML

/// Options of a plugin, given as `-D name=value`.
struct CommandLineOptions {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// Reads the options.
    ///
    /// - Parameters:
    ///   - group: The options.
    ///   - plugin: The plugin that they belong to.
    /// - Returns: The options; those that are not given have their defaults.
    /// - Throws: All errors together, without a position: there is no file whose line could be shown, and the line
    ///   might contain a secret.
    func bind<Group: OptionGroup>(_ group: Group.Type, of plugin: String) throws(DiagnosticList) -> Group {
        let definitions = Dictionary(uniqueKeysWithValues: group.definitions.map { ($0.name, $0.shape) })
        let lines = values.keys.sorted().map { name in
            "\(quoted(name)) = \(literal(values[name] ?? "", shape: definitions[name] ?? .text))"
        }
        do throws(DiagnosticList) {
            let document = try TOMLDocument(Array(lines.joined(separator: "\n").utf8), name: "the command line")
            return try Group.bind(document.root, interpolation: Interpolation(), subject: "account '\(plugin)'")
        } catch {
            var bare = DiagnosticList()
            for var problem in error.all {
                // Without a position, the category states that the input is wrong.
                problem = problem.classed(as: problem.category)
                problem.place = nil
                problem.related = []
                bare.append(problem)
            }
            throw bare
        }
    }

    /// The value as TOML: bare if the option is a number or a boolean and the value is one, else a string.
    private func literal(_ value: String, shape: OptionShape) -> String {
        switch shape {
        case .integer where Int64(value) != nil, .real where Double(value)?.isFinite == true: value
        case .boolean where value == "true" || value == "false": value
        default: quoted(value.replacing("$", with: "$$"))
        }
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
