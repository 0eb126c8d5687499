import Foundation
import PluginTestKit
import Testing

/// The built program, run as a process of its own, as a user runs it.
struct Program {
    /// What a run of a program left.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String

        /// The `result` of the object that `--json` leaves.
        var result: [String: Any] {
            get throws {
                let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
                return try #require(object?["result"] as? [String: Any])
            }
        }
    }

    /// The folder that the program runs in.
    let folder: String

    /// Runs `sprocket` with these arguments.
    func callAsFunction(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws
        -> Outcome
    {
        try Self.run(Self.path, arguments, in: folder, input: input, environment: environment)
    }

    /// Runs any program.
    static func run(
        _ path: String,
        _ arguments: [String],
        in folder: String,
        input: String = "",
        environment: [String: String] = [:]
    ) throws -> Outcome {
        try Running(path, arguments, in: folder, input: input, environment: environment).outcome
    }

    /// A program that runs.
    final class Running: Sendable {
        private let process = Process()
        private let source: TemporaryFile
        private let output: TemporaryFile
        private let errors: TemporaryFile

        init(
            _ path: String,
            _ arguments: [String],
            in folder: String,
            input: String = "",
            environment: [String: String] = [:]
        ) throws {
            (source, output, errors) = (try TemporaryFile(input), try TemporaryFile(), try TemporaryFile())
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            process.standardInput = source.handle
            process.standardOutput = output.handle
            process.standardError = errors.handle
            try process.run()
        }

        /// Sends it a signal.
        func signal(_ number: Int32) { kill(process.processIdentifier, number) }

        /// Whether it has not ended yet.
        var isRunning: Bool { process.isRunning }

        /// What it leaves, once it has ended.
        var outcome: Outcome {
            get throws {
                process.waitUntilExit()
                // A process that a signal ended has the code that a shell would give it.
                let status = process.terminationStatus
                let code = process.terminationReason == .uncaughtSignal ? 128 + status : status
                return Outcome(code: code, output: try output.text, errors: try errors.text)
            }
        }

        /// What it leaves, once it has ended; meanwhile other tests go on.
        var ended: Outcome { get async throws { try await onOwnThread { try self.outcome } } }
    }

    /// The repository: the folder of `Package.swift`.
    static let repository: String = {
        var url = URL(fileURLWithPath: #filePath)
        while url.path != "/", !FileManager.default.fileExists(atPath: url.appendingPathComponent("Package.swift").path)
        {
            url.deleteLastPathComponent()
        }
        return url.path
    }()

    /// The program that was built with these tests: it lies beside them.
    static let path: String = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("sprocket").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return repository + "/.build/debug/sprocket"
    }()
}

/// A file without a name for longer than it is open; a pipe could fill up and block.
private final class TemporaryFile: Sendable {
    let handle: FileHandle
    private let path: String

    init(_ text: String = "") throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("sprocket-\(UUID().uuidString)").path
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        handle = try #require(FileHandle(forUpdatingAtPath: path))
    }

    var text: String { get throws { try String(contentsOfFile: path, encoding: .utf8) } }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
