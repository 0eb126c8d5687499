internal import PluginKit

/// Where files are, each of which is read once.
struct InputPlaces {
    private var places: Set<InputFileEntry.Store> = []
    /// The canonical paths of folders, by the paths that were written.
    private var folders: [String: String] = [:]

    /// Adds a place.
    ///
    /// - Returns: Whether it is new.
    mutating func insert(_ store: InputFileEntry.Store) -> Bool {
        guard case .file(let path) = store else { return places.insert(store).inserted }
        return places.insert(.file(canonical(path))).inserted
    }

    /// The path without links, `.` and `..`; the folder of many files is looked up once.
    private mutating func canonical(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), !FileSystem.isLink(path) else {
            return FileSystem.resolved(path)
        }
        let folder = String(path[...slash])
        let known = folders[folder] ?? FileSystem.resolved(folder)
        folders[folder] = known
        let name = path[path.index(after: slash)...]
        return known.hasSuffix("/") ? known + name : "\(known)/\(name)"
    }
}
