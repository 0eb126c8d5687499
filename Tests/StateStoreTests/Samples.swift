import Foundation
import PluginKit
import PluginTestKit
import StateStore

/// Runs, checkpoints and files to store.
enum Sample {
    static func identity(_ id: String, of pipeline: String = "films") -> RunIdentity {
        RunIdentity(pipeline: pipeline, id: id, date: "2026-11-23", time: "143000")
    }

    static func checkpoint(_ sequence: Int = 1, state: Int = 100) -> Checkpoint {
        Checkpoint(
            sequence: sequence,
            cursors: ["plays": "page:\(sequence)", "ratings": ""],
            marks: ["diary": "\(sequence * 512)", "élan / ünïcode": "0"],
            states: ["unique": (0..<state).map { UInt8(truncatingIfNeeded: $0 &* sequence) }, "nothing": []],
            counters: Array(#"{"read":\#(sequence)}"#.utf8),
            parts: [
                CheckpointFile(path: "out/diary.csv.part", bytes: sequence * 512, crc32: .max, records: sequence),
                CheckpointFile(path: "out/b.part", bytes: 0, crc32: 0, records: 0),
            ]
        )
    }

    static let intention = Intention(
        files: publications,
        commits: [
            IntendedCommit(
                stage: "db",
                plugin: "table",
                version: 2,
                isRefusable: true,
                options: "[options]\ntable = \"films\"\n",
                mark: "30"
            ),
            IntendedCommit(stage: "sent", plugin: "upload", version: 1, isRefusable: false, options: "", mark: "a/3"),
        ],
        bookmarks: [
            Bookmark(stage: "plays", cursor: "7", edge: [1, 2], owner: BookmarkOwner(source: "a", file: "b")),
            Bookmark(stage: "ratings", cursor: ""),
        ]
    )

    static let publications = [
        IntendedFile(temporaryPath: "out/diary.csv.part", path: "out/diary.csv", bytes: 512, crc32: 0xDEAD_BEEF),
        IntendedFile(temporaryPath: "out/b.part", path: "out/b", bytes: 0, crc32: 0),
    ]
}

extension TemporaryFolder {
    /// Where its state is.
    var state: String { path("state") }
    var database: String { path("state/state.db") }

    /// Writes a file, with the folder above it, without waiting for the disk: for a thousand damaged files.
    func put(_ bytes: [UInt8], in name: String) throws {
        try FileSystem.createFolder(around: path(name))
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    }

    /// A copy of the database as it lies on the disk now, with what belongs to it.
    ///
    /// Another process makes it: SQLite's locks go when this one closes the file by any other descriptor.
    func copyState(to folder: String) throws {
        let outcome = try Child.run(
            "/bin/sh",
            [
                "-c", "mkdir -p \"$2\" && cd \"$1\" && { [ ! -e state.db ] || cp state.db* \"$2\"; }", "sh", state,
                path(folder),
            ]
        )
        precondition(outcome.code == 0, outcome.output)
    }
}
