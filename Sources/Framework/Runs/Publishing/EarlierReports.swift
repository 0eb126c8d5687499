internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore

/// The files in the reports of complete runs, read on first use.
///
/// Versions before 0.2 stored no other list of the files that they published.
final class EarlierReports: Sendable {
    private let pipelines: Set<String>
    private let stores: [RunStore]
    private let files = Locked<[String: (run: String, bytes: Int, crc32: UInt32)]?>(nil)

    /// The reports of pipelines, by their names in the state.
    init(of pipelines: Set<String>, in stores: [RunStore]) {
        self.pipelines = pipelines
        self.stores = stores
    }

    /// The newest file that was published under a path from the root.
    ///
    /// - Throws: `state.*`.
    func file(at resolved: String) throws -> (run: String, bytes: Int, crc32: UInt32)? {
        try files.withLock { files in
            let known = try files ?? read()
            files = known
            return known[resolved]
        }
    }

    private func read() throws -> [String: (run: String, bytes: Int, crc32: UInt32)] {
        var files: [String: (run: String, bytes: Int, crc32: UInt32)] = [:]
        for pipeline in pipelines.sorted() {
            for (run, report) in try stores.flatMap({ try $0.completeReports(of: pipeline) }) {
                for (path, bytes, crc32) in Self.files(in: report) {
                    let resolved = FileSystem.resolved(path)
                    if files[resolved] == nil { files[resolved] = (run, bytes, crc32) }
                }
            }
        }
        return files
    }

    /// The files that a report lists; none if it is not one.
    private static func files(in report: String) -> [(path: String, bytes: Int, crc32: UInt32)] {
        // Reports are JSON written by the program. Text that is not JSON lists no files.
        guard let json = try? JSONValue(parsing: Array(report.utf8), name: "report") else { return [] }
        return (json["files"]?.array ?? []).compactMap { file in
            guard let path = file["path"]?.string, let bytes = file["bytes"]?.integer,
                let sum = file["crc32"]?.string, let crc32 = UInt32(sum, radix: 16)
            else { return nil }
            return (path, Int(bytes), crc32)
        }
    }
}
