import Foundation

/// Python's own parser, timed by Python, so that neither its start nor reading the file counts.
struct Tomllib {
    private static let program = """
        import gc, sys, time, tomllib
        text = open(sys.argv[1], encoding="utf-8", newline="").read()
        start = time.process_time()
        tomllib.loads(text)
        print(time.process_time() - start)
        """

    /// Seconds of CPU for one parse of a file.
    static func seconds(_ file: URL) throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard process.terminationStatus == 0, let seconds = Double(text) else { throw Failure() }
        return seconds
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String { "python3 with tomllib (3.11 or newer) is needed" }
    }
}
