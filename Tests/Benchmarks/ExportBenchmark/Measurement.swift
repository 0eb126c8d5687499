import Diagnostics
import Glibc

/// Runs of the program over one export.
struct Measurement {
    /// The program, ready to run.
    let sprocket: String
    /// Where exports and results lie.
    let folder: String
    /// How often to run it.
    let rounds: Int

    /// The middle of several runs.
    struct Result {
        let wallSeconds: Double
        let cpuSeconds: Double
        let peakBytes: Int
        let files: WrittenFiles
    }

    /// Makes an export, runs the program over it, and checks the number of rows.
    ///
    /// The export is made in another process, so that this one stays small; see `ChildProcess.peakBytes`.
    func run(_ shape: SyntheticExport.Shape) throws -> (SyntheticExport.Contents, Result) {
        let archive = "\(folder)/export.zip"
        let contents = try make(shape, at: archive)
        var runs: [ChildProcess] = []
        let out = "\(folder)/out"
        for _ in 0..<rounds {
            try WrittenFiles.remove(from: out)
            let command = [
                sprocket, "run", "trakt-export-to-letterboxd", "--progress", "none", "-D", "export=\(archive)", "-D",
                "out=\(out)",
                "-D", "zone=Europe/Berlin",
            ]
            let run = ChildProcess(Self.pinned(command), output: "\(folder)/said.txt")
            guard run.exitCode == 0 else {
                throw Diagnostic(
                    "benchmark.run",
                    message: "sprocket exited with \(run.exitCode); \(folder)/said.txt has what it said"
                )
            }
            runs.append(run)
        }
        let files = try WrittenFiles(in: out)
        guard files.rows == contents.diaryRows else {
            throw Diagnostic("benchmark.rows", message: "\(files.rows) rows were written, not \(contents.diaryRows)")
        }
        try WrittenFiles.remove(from: out)
        let result = Result(
            wallSeconds: Self.median(runs.map(\.wallSeconds)),
            cpuSeconds: Self.median(runs.map(\.cpuSeconds)),
            peakBytes: runs.map(\.peakBytes).max() ?? 0,
            files: files
        )
        return (contents, result)
    }

    private func make(_ shape: SyntheticExport.Shape, at archive: String) throws -> SyntheticExport.Contents {
        let said = "\(folder)/made.txt"
        let command =
            [CommandLine.arguments[0], "--make", archive, "--plays", "\(shape.plays)", "--films", "\(shape.films)"]
            + (shape.playsInFile.map { ["--page", "\($0)"] } ?? ["--one-file"])
            + (shape.isShuffled ? ["--shuffled"] : [])
        let child = ChildProcess(command, output: said)
        guard child.exitCode == 0, let contents = SyntheticExport.Contents(readFrom: said) else {
            throw Diagnostic("benchmark.make", message: "the export was not made; \(said) says why")
        }
        return contents
    }

    /// On the second core, where there are two: the first has the interrupts.
    private static func pinned(_ command: [String]) -> [String] {
        guard isPinned else { return command }
        return ["taskset", "-c", sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 ? "1" : "0"] + command
    }

    /// Whether runs can be held to one core.
    static let isPinned = ChildProcess.exists("taskset")

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
