/// Finds files of earlier runs that a user could mistake for files of this run.
public enum EarlierFiles {
    /// All files that match a path, with or without a number, except those of this run.
    ///
    /// - Parameters:
    ///   - path: Where the sink writes.
    ///   - run: The identity of the run.
    ///   - files: The files of this run.
    /// - Returns: Their paths, sorted; empty if the folder cannot be read.
    public static func paths(of path: OutputPath, in run: RunIdentity, excluding files: [StagedFile]) -> [String] {
        let whole = path.path(in: run)
        let slash = whole.lastIndex(of: "/")
        let folder = slash.map { String(whole[...$0]) } ?? ""
        guard let numbered = NumberedName(path, in: run), numbered.folder == folder,
            let names = try? FileSystem.names(in: folder.isEmpty ? "." : folder)
        else { return [] }
        let new = Set(files.map(\.path))
        return names.map { folder + $0 }.filter { ($0 == whole || numbered.matches($0)) && !new.contains($0) }
    }

    /// The path of a numbered file, split where the number is.
    private struct NumberedName {
        let prefix, suffix: String

        /// Finds the place of the number by comparing the paths of two parts whose numbers have no digit in common.
        init?(_ path: OutputPath, in run: RunIdentity) {
            let one = path.path(in: run, part: 11, of: 99)
            let other = path.path(in: run, part: 22, of: 99)
            let prefix = one.commonPrefix(with: other)
            let suffix = one.dropFirst(prefix.count + 2)
            guard one != other, other.hasSuffix(suffix) else { return nil }
            self.prefix = prefix
            self.suffix = String(suffix)
        }

        var folder: String { prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? "" }

        func matches(_ path: String) -> Bool {
            guard path.hasPrefix(prefix), path.hasSuffix(suffix), path.count > prefix.count + suffix.count else {
                return false
            }
            let number = path.dropFirst(prefix.count).dropLast(suffix.count)
            return number.count >= 2 && number.allSatisfy { $0.isASCII && $0.isNumber }
        }
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
