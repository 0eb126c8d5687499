internal import Diagnostics
internal import PluginKit

/// Where a source goes on after each page, with what it must not do: lose pages, or turn in a circle.
struct PageOrder {
    /// The cursor of the page just read; nil for the first.
    private var current: String?
    /// The rest of a list of pages, last first.
    private var listed: [String] = []
    private var isInList = false

    /// The cursor of the page to read next; nil at the end.
    ///
    /// - Throws: `source.pages` if the source contradicts itself; what it meant cannot be known, and records would be
    ///   lost or doubled.
    mutating func cursor(after next: Next<String>, of stage: String) throws(Diagnostic) -> String? {
        switch next {
        case .end:
            current = listed.popLast()
        case .at(let cursor):
            if isInList { throw contradiction("is one of a list of pages, and says that '\(cursor)' follows", stage) }
            if cursor == current { throw contradiction("says that it follows itself", stage) }
            current = cursor
        case .pages(let cursors):
            if isInList { throw contradiction("is one of a list of pages, and says that others follow", stage) }
            isInList = true
            listed = cursors.reversed()
            current = listed.popLast()
        }
        return current
    }

    private func contradiction(_ words: String, _ stage: String) -> Diagnostic {
        Diagnostic(
            "source.pages",
            "the page \(words)",
            at: .stage(stage, at: current.map { "at \($0)" }),
            hint: "this is a mistake of the plugin, please report it"
        )
    }
}
