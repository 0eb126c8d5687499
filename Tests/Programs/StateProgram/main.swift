// A process for the tests of the state: one that holds a lock, one that is killed between two commits, one that meets a
// full disk. It says what it has done on standard output, a line each, at once.

import Diagnostics
import Glibc
import PluginKit
import StateStore

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    write(1, bytes, bytes.count)
}

func fail(_ error: any Error) -> Never {
    if let diagnostic = error as? Diagnostic {
        say("refused \(diagnostic.code): \(diagnostic.message)")
    } else {
        say("refused: \(error)")
    }
    exit(3)
}

func checkpoint(_ sequence: Int, bytes: Int) -> Checkpoint {
    let stages = (0..<5).map { "stage-\($0)" }
    return Checkpoint(
        sequence: sequence,
        cursors: Dictionary(uniqueKeysWithValues: stages.map { ($0, "page \(sequence)") }),
        marks: Dictionary(uniqueKeysWithValues: stages.map { ($0, "\(sequence * 1000)") }),
        states: ["unique": [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: bytes)],
        counters: Array(#"{"read":\#(sequence),"written":\#(sequence)}"#.utf8),
        parts: stages.map { CheckpointFile(path: "exports/\($0).part", bytes: sequence, crc32: 7, records: sequence) }
    )
}

let arguments = CommandLine.arguments.dropFirst()
let folder = arguments.dropFirst().first ?? ""
let word = arguments.dropFirst(2).first ?? ""

do {
    switch arguments.first {
    case "lock":
        let lock = try PipelineLock(word, in: folder)
        say("held \(getpid())")
        // Until standard input ends.
        while getchar() != EOF {}
        lock.release()
    case "note":
        // Ended by a signal while it holds two locks; a third was given back.
        let locks = try ["films", "books", "plays"].map { try PipelineLock($0, in: folder) }
        locks[2].release()
        EndingNote.prepare()
        EndingNote.note(15)
        _exit(143)
    case "save":
        let store = try RunStore(in: folder)
        let identity = RunIdentity(pipeline: "films", id: word, date: "2026-11-23", time: "143000")
        try store.begin(identity, configuration: "c", at: 0)
        for sequence in 1... {
            try store.save(checkpoint(sequence, bytes: 10_000), of: identity)
            say("\(sequence)")
        }
    case "fill":
        // Until the disk is full.
        let store = try RunStore(in: folder)
        let identity = RunIdentity(pipeline: "films", id: word, date: "2026-11-23", time: "143000")
        try store.begin(identity, configuration: "c", at: 0)
        for sequence in 1...10_000 {
            try store.save(checkpoint(sequence, bytes: sequence * 5_000), of: identity)
            say("\(sequence)")
        }
    case "show":
        let run = try RunStore(in: folder).lastRun(of: "films")
        say(run.map { "\($0.run.status) \($0.checkpoint?.sequence ?? 0)" } ?? "nothing")
    case "measure":
        let store = try RunStore(in: folder)
        let identity = RunIdentity(pipeline: "films", id: word, date: "2026-11-23", time: "143000")
        try store.begin(identity, configuration: "c", at: 0)
        let durations = try (1...300).map { sequence in
            let checkpoint = checkpoint(sequence, bytes: 10_000)
            return try ContinuousClock().measure { try store.save(checkpoint, of: identity) }
        }.sorted()
        say("median \(durations[150]), 95 % \(durations[285]), longest \(durations[299])")
        let opening = try (1...20).map { _ in try ContinuousClock().measure { _ = try RunStore(in: folder) } }.sorted()
        say("open: median \(opening[10])")
    default:
        exit(2)
    }
} catch {
    fail(error)
}
