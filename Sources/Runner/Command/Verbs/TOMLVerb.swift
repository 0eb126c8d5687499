internal import Diagnostics
internal import Glibc
internal import Jobs
internal import TOML

/// `sprocket toml decode`: reads TOML from standard input and writes the tagged JSON of the toml-test project.
struct TOMLVerb: Verb {
    static let name = "toml"
    static let summary = "Read TOML from standard input and write it as tagged JSON."
    static let operands = "decode"
    static let flags = [Flag("toml", value: "VERSION", help: "The version of TOML: 1.0 or 1.1. Default: 1.1.")]

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            guard arguments.operands == ["decode"] else {
                throw Diagnostic(
                    "command.operand",
                    message: "'sprocket toml' has one operation",
                    category: .usage,
                    hint: "sprocket toml decode"
                )
            }
            let options = TOMLOptions(version: try version())
            return decode(Self.standardInput(), options: options, terminal: terminal)
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    private func version() throws(Diagnostic) -> TOMLVersion {
        switch arguments["toml"] {
        case nil, "1.1", "1.1.0": return .v1_1
        case "1.0", "1.0.0": return .v1_0
        case let other:
            throw Diagnostic(
                "command.flag",
                message: "--toml must be 1.0 or 1.1, not '\(other ?? "")'",
                category: .usage
            )
        }
    }

    private func decode(_ bytes: [UInt8], options: TOMLOptions, terminal: Terminal) -> ExitCode {
        do throws(DiagnosticList) {
            let document = try TOMLDocument(bytes, name: "standard input", options: options)
            var json: [UInt8] = []
            document.writeTaggedJSON { json += $0 }
            if terminal.isJSON { terminal.answer(json) } else { terminal.result(json: json) }
            return .done
        } catch {
            terminal.report(error)
            return .failed
        }
    }

    private static func standardInput() -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(0, &chunk, chunk.count)
            if count > 0 {
                bytes += chunk[..<count]
            } else if count == 0 || errno != EINTR {
                return bytes
            }
        }
    }
}
