internal import PluginKit

extension InputFiles {
    /// How much of all files is before a place in one of them, from 0 to 1.
    ///
    /// Of a packed file, nothing counts before all of it is read: how much more its bytes become is not known.
    ///
    /// - Parameters:
    ///   - index: The file, by its index among the entries.
    ///   - offset: The offset in its unpacked bytes; nil if offsets are not those of bytes.
    /// - Returns: The share; nil if the size of a file is not known, or if nothing is known about places within the only file.
    public func share(before index: Int, offset: Int?) -> Double? {
        guard let entries = known.entries.withLock({ $0 }), entries.indices.contains(index) else { return nil }
        var (before, all) = (0, 0)
        for (number, entry) in entries.enumerated() {
            guard let size = entry.size, size >= 0 else { return nil }
            let (sum, isTooLarge) = all.addingReportingOverflow(size)
            guard !isTooLarge else { return nil }
            if number == index { before = all }
            all = sum
        }
        let isPacked = known.packed.withLock { $0.contains(entries[index].name) }
        if let offset, !isPacked {
            // A file may have grown since.
            before += min(max(0, offset), entries[index].size ?? 0)
        } else if entries.count == 1 {
            return nil
        }
        return all > 0 ? Double(before) / Double(all) : nil
    }
}
