internal import Diagnostics
internal import PluginKit

/// Gives files their final names: all of them, or none.
///
/// A file that is replaced gets a second name first, so that it can be put back when a later one cannot be published.
/// Where it can have none, since the file system knows none or is full, the new one keeps its name then: at no time is there
/// neither.
struct Publication {
    /// What the second name of a file that is replaced adds.
    static let previousSuffix = ".previous"

    private var published: [(file: RunReport.File, previous: String?, replaces: Bool)] = []

    /// Publishes files, and makes their names durable.
    ///
    /// - Throws: `file.*` as the cause; every final name is what it was before, unless the failure says otherwise.
    static func publish(_ files: [RunReport.File]) throws(PublicationFailure) {
        var publication = Publication()
        do throws(Diagnostic) {
            for file in files { try publication.publish(file) }
            for file in files { try FileSystem.syncFolder(of: file.path) }
        } catch {
            throw publication.takeBack(because: error)
        }
        for file in publication.published { file.previous.map(FileSystem.remove) }
    }

    private mutating func publish(_ file: RunReport.File) throws(Diagnostic) {
        let aside = FileSystem.suffixed(file.path, Self.previousSuffix)
        FileSystem.remove(aside)
        let previous = FileSystem.link(file.path, as: aside) ? aside : nil
        let replaces = FileSystem.exists(file.path)
        do throws(Diagnostic) {
            try FileSystem.rename(file.temporaryPath, to: file.path)
        } catch {
            previous.map(FileSystem.remove)
            throw error
        }
        published.append((file, previous, replaces))
    }

    /// Takes the names back that were given, and says which could not be.
    private func takeBack(because cause: Diagnostic) -> PublicationFailure {
        var failure = PublicationFailure(cause: cause)
        for (file, previous, replaces) in published.reversed() {
            if replaces, previous == nil {
                failure.standing.insert(file, at: 0)
                continue
            }
            do throws(Diagnostic) {
                // The next attempt goes on with it.
                try FileSystem.rename(file.path, to: file.temporaryPath)
            } catch {
                failure.standing.insert(file, at: 0)
                continue
            }
            guard let previous else { continue }
            do throws(Diagnostic) {
                try FileSystem.rename(previous, to: file.path)
            } catch {
                failure.displaced.insert(previous, at: 0)
            }
        }
        return failure
    }
}

/// Files could not be published, and what became of those that were published before.
struct PublicationFailure: Error {
    /// Why.
    let cause: Diagnostic
    /// Files that have their final names, because these could not be taken back.
    var standing: [RunReport.File] = []
    /// Earlier files that could not be put back, by the second names that they keep.
    var displaced: [String] = []

    /// Whether every final name is what it was before.
    var isUndone: Bool { standing.isEmpty && displaced.isEmpty }
}
