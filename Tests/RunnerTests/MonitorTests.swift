import Foundation
import PluginTestKit
import TestTags
import Testing

/// The flags and the section by which the program is watched.
@Suite(.tags(.process)) struct MonitorTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A pipeline that watches itself, or not.
    private func write(_ section: String) throws {
        let stages = """
            [[source]]
            use = "generate"
            rows = 10
            columns = ["id: sequence"]
            [[sink]]
            use = "csv"
            path = "out.csv"
            on_existing = "replace"
            """
        try folder.write(section + "\n" + stages, to: "p.toml")
    }

    @Test func `a port that is taken ends the command by the flag, and is a warning by the file`() throws {
        let port = try SilentPort()
        let sprocket = Program(folder: folder.path)
        try write("")
        let asked = try sprocket("run", "p.toml", "--monitor", "127.0.0.1:\(port.number)")
        #expect(asked.code == 3)
        #expect(asked.errors.hasPrefix("error[server.listen]: nothing can listen at '127.0.0.1:\(port.number)'"))
        #expect(!folder.files.contains("out.csv"))
        try write("[monitor]\nlisten = \"127.0.0.1:\(port.number)\"")
        let stated = try sprocket("run", "p.toml")
        #expect(stated.code == 0)
        #expect(stated.errors.contains("warning[server.listen]: the run cannot be watched: nothing can listen"))
        #expect(folder.files.contains("out.csv"))
    }

    @Test func `the address is announced, and the flag goes before the file`() throws {
        try write("[monitor]\nlisten = \"0.0.0.0:0\"")
        let outcome = try Program(folder: folder.path)("run", "p.toml", "--monitor", "127.0.0.1:0")
        #expect(outcome.code == 0)
        #expect(outcome.errors.hasPrefix("monitor: http://127.0.0.1:"))
    }

    @Test(arguments: [
        (["--monitor", "0.0.0.0:0"], "error[monitor.token]: the monitor at 0.0.0.0:0 can be reached"),
        (["--monitor", ":6060"], "error[monitor.address]: the monitor cannot listen at ':6060': it names no host"),
        (["--monitor", "127.0.0.1:0", "--monitor-token-file", "short"], "error[monitor.token]: the token"),
        (["--monitor", "127.0.0.1:0", "--monitor-token-file", "none"], "none: error[file.missing]"),
        (["--monitor-token-file", "short"], "error[command.flag]: --monitor-token-file needs a monitor"),
    ])
    func `what cannot be served is refused before anything is read`(flags: [String], message: String) throws {
        try write("")
        try folder.write("secret", to: "short")
        let outcome = try Program.run(Program.path, ["run", "p.toml"] + flags, in: folder.path)
        #expect(outcome.code == (message.contains("file.missing") ? 3 : 2))
        #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
        #expect(!outcome.errors.contains("secret"))
        #expect(!folder.files.contains("out.csv"))
    }
}
