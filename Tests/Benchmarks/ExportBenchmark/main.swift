// Runs the program over a synthetic export and reports speed and memory; see docs/benchmarks.md.
//
//     scripts/benchmark-export [--plays N] [--films N] [--page N | --one-file] [--shuffled] [--rounds N] [--keep FOLDER]

import Diagnostics
import Glibc
import PluginKit

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
    print(Arguments.usage)
    exit(2)
}

if let path = arguments.make {
    var export = SyntheticExport(arguments.shape)
    print(try export.write(to: path).text, terminator: "")
    exit(0)
}

func padded(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }

func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let rest = "\(scaled % scale)"
    return "\(scaled / scale).\(String(repeating: "0", count: digits - rest.count))\(rest)"
}

let folder: String
if let kept = arguments.folder {
    folder = kept
} else {
    var template = Array("/tmp/sprocket-benchmark-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
        print("there is no temporary folder")
        exit(3)
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
try FileSystem.createFolder(around: "\(folder)/export.zip")

let measurement = Measurement(sprocket: arguments.sprocket, folder: folder, rounds: arguments.rounds)
print(
    Measurement.isPinned
        ? "Pinned to one core with taskset; median of \(arguments.rounds), peak of all."
        : "NOT pinned to one core, since there is no taskset: wall time may be that of two."
)
print("     plays  JSON MB  files    rows  parts   wall s    CPU s  MB/s wall  MB/s CPU  peak MiB")
var peaks: [Int] = []
do {
    for plays in [arguments.shape.plays / 10, arguments.shape.plays] where plays > 0 {
        var shape = arguments.shape
        shape.plays = plays
        fflush(nil)
        let (contents, result) = try measurement.run(shape)
        let megabytes = Double(contents.jsonBytes) / 1e6
        peaks.append(result.peakBytes)
        print(
            padded("\(plays)", 10) + padded(fixed(megabytes, 1), 9) + padded("\(contents.files)", 7)
                + padded("\(result.files.rows)", 8) + padded("\(result.files.parts)", 7)
                + padded(fixed(result.wallSeconds, 3), 9) + padded(fixed(result.cpuSeconds, 3), 9)
                + padded(fixed(megabytes / result.wallSeconds, 0), 11)
                + padded(fixed(megabytes / result.cpuSeconds, 0), 10)
                + padded(fixed(Double(result.peakBytes) / 1_048_576, 1), 10)
        )
    }
} catch {
    print((error as? Diagnostic)?.rendered() ?? "\(error)")
    exit(1)
}
if let small = peaks.first, let large = peaks.last {
    print("Ten times the plays took \(fixed(Double(large) / Double(small), 2)) times the memory.")
}
print("Targets for a million plays: 150 MB/s of JSON on one core, 64 MiB. The rows are as many as the export has.")

if arguments.folder == nil {
    for name in ["export.zip", "made.txt", "said.txt"] { FileSystem.remove("\(folder)/\(name)") }
    rmdir("\(folder)/out")
    rmdir(folder)
}
