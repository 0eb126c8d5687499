internal import Diagnostics
internal import PluginKit

/// Gives files their final names: all of them, or none.
///
/// A file that is replaced gets a second name first, so that it can be put back when a later one cannot be published.
/// Where the file system knows no second names, it is lost in that case.
struct Publication {
    /// What the second name of a file that is replaced adds.
    static let previousSuffix = ".previous"

    private var published: [(file: RunReport.File, previous: String?)] = []

    /// Publishes files, and makes their names durable.
    ///
    /// - Throws: `file.*`; then every final name is what it was before.
    static func publish(_ files: [RunReport.File]) throws(Diagnostic) {
        var publication = Publication()
        do throws(Diagnostic) {
            for file in files { try publication.publish(file) }
            for file in files { try FileSystem.syncFolder(of: file.path) }
        } catch {
            publication.takeBack()
            throw error
        }
        for file in publication.published { file.previous.map(FileSystem.remove) }
    }

    private mutating func publish(_ file: RunReport.File) throws(Diagnostic) {
        let aside = file.path + Self.previousSuffix
        FileSystem.remove(aside)
        let previous = FileSystem.link(file.path, as: aside) ? aside : nil
        do throws(Diagnostic) {
            try FileSystem.rename(file.temporaryPath, to: file.path)
        } catch {
            previous.map(FileSystem.remove)
            throw error
        }
        published.append((file, previous))
    }

    private func takeBack() {
        for (file, previous) in published.reversed() {
            do throws(Diagnostic) {
                // The next attempt goes on with it.
                try FileSystem.rename(file.path, to: file.temporaryPath)
                if let previous { try FileSystem.rename(previous, to: file.path) }
            } catch {
                // The run fails already, for a reason that is told; the earlier file keeps its second name.
            }
        }
    }
}
