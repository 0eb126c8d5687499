import Foundation

/// A process that a test talks with.
final class Child {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Starts the program of these tests.
    init(_ arguments: String...) throws {
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { kill() }

    var pid: Int32 { process.processIdentifier }

    /// The next line that it says; nil when it says no more.
    func line() -> String? {
        var bytes: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    /// Everything else that it says.
    func rest() -> [String] {
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        return lines
    }

    /// Ends it as a power cut would.
    func kill() { Foundation.kill(pid, SIGKILL) }

    /// Ends its standard input and waits for it.
    func finish() -> Int32 {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Runs a program to its end.
    static func run(_ path: String, _ arguments: [String], in folder: String = "/tmp") throws -> (
        code: Int32, output: String
    ) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    /// The program that was built with these tests: it lies beside them.
    static let program: String = {
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: tests).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("StateProgram").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return "StateProgram"
    }()
}
