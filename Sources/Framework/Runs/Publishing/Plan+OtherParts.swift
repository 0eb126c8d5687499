internal import Diagnostics
internal import PluginKit
internal import Pipelines

/// Files of another division next to those of a run: `films-1of3.csv` next to `films-1of2.csv`, or next to `films.csv`.
///
/// Each division has all records, so a program that reads `films-*.csv` would count them twice.
extension Plan {
    /// A warning for each output that has files of another division next to it; no warnings for a dry run.
    var otherParts: [Diagnostic] {
        scope.isDry ? [] : outputs.compactMap { otherParts(of: $0) }
    }

    private func otherParts(of output: PlannedOutput) -> Diagnostic? {
        let paths = OtherParts(output.path, in: run, of: scope.partition?.count ?? 1).paths
        guard !paths.isEmpty else { return nil }
        let rest = paths.count > 5 ? " and \(paths.count - 5) more" : ""
        let own = scope.partition.map { "part \($0.number) of \($0.count)" } ?? "all of the records"
        return Diagnostic(
            "run.other-parts",
            message: "\(output.words) writes \(own), and there are files of another division next to it: "
                + paths.prefix(5).joined(separator: ", ") + rest,
            hint: "together they contain records twice; remove those that you do not need",
            severity: .warning
        )
    }
}

/// The files that runs of other partitions would write for the same output.
private struct OtherParts {
    private let output: OutputPath
    private let run: RunIdentity
    /// The number of partitions of the run.
    private let count: Int

    /// Stands for the partition in a path; no path contains it.
    private static let gap = "\u{1}"

    init(_ output: OutputPath, in run: RunIdentity, of count: Int) {
        (self.output, self.run, self.count) = (output, run, count)
    }

    /// The existing paths, sorted.
    var paths: [String] {
        var paths: Set<String> = []
        if count > 1, let whole = output.path(in: identity(nil)).existing { paths.insert(whole) }
        let path = output.path(in: identity(Self.gap))
        let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let place = names.firstIndex(where: { $0.contains(Self.gap) }) else { return paths.sorted() }
        let folder = names[..<place].joined(separator: "/")
        let others = (try? FileSystem.names(in: place == 0 ? "." : folder.isEmpty ? "/" : folder)) ?? []
        for other in others {
            guard let part = Self.part(in: other, as: names[place]), part.count != count else { continue }
            if place == names.count - 1 {
                paths.insert(place == 0 ? other : "\(folder)/\(other)")
            } else if let file = path.replacing(Self.gap, with: part.text).existing {
                paths.insert(file)
            }
        }
        return paths.sorted()
    }

    private func identity(_ partition: String?) -> RunIdentity {
        RunIdentity(
            pipeline: run.pipeline,
            id: run.id,
            date: run.date,
            time: run.time,
            partition: partition,
            instance: run.instance
        )
    }

    /// The partition in a name, if the name is the pattern with a partition in its gaps; the number of a file may
    /// follow.
    private static func part(in name: String, as pattern: String) -> (text: String, count: Int)? {
        guard let gap = pattern.firstRange(of: Self.gap) else { return nil }
        let prefix = pattern[..<gap.lowerBound]
        guard name.hasPrefix(prefix) else { return nil }
        let rest = name.dropFirst(prefix.count)
        guard let match = rest.prefixMatch(of: /([1-9][0-9]{0,17})of([1-9][0-9]{0,17})(-[0-9]+)?/),
            let number = Int(match.1), let count = Int(match.2), number <= count
        else { return nil }
        let text = "\(match.1)of\(match.2)"
        let end = String(pattern[gap.upperBound...].replacing(Self.gap, with: text))
        let tail = String(rest[match.range.upperBound...])
        let isOfPart = tail == end || match.3.map { String($0) + tail } == .some(end)
        return isOfPart ? (text, count) : nil
    }
}

extension PlannedOutput {
    /// Its owner, in words.
    fileprivate var words: String {
        switch owner {
        case .sink(let name): "the sink '\(name)'"
        case .rejects: "the file of rejected records"
        case .exporter(let name): "the exporter '\(name)'"
        }
    }
}

extension String {
    /// The path, if a file exists there.
    fileprivate var existing: String? { FileSystem.exists(self) ? self : nil }
}
