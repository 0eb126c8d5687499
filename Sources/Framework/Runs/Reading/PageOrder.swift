internal import Diagnostics
internal import PluginKit

/// Where a source continues.
///
/// It detects sources that would lose pages or read them in a cycle.
struct PageOrder: Sendable, Hashable {
    /// What is known of the pages to come.
    enum Way: Sendable, Hashable {
        /// Nothing has been read.
        case start
        /// The page at this cursor is next.
        case at(String)
        /// These pages are next, starting with the one at index `next`.
        case list([String], next: Int)
        /// Nothing is left.
        case end
    }

    private(set) var way = Way.start
    /// The number of the next page, counted over all pages of the source from 0.
    private(set) var number = 0

    init() {}

    init(_ way: Way, number: Int) {
        self.way = way
        self.number = number
    }

    /// The page to read next.
    struct Upcoming: Sendable {
        /// Its cursor; nil for the first page.
        let cursor: String?
        /// Whether only the page itself states what follows it.
        let leads: Bool
    }

    /// The page to read next; nil at the end.
    var upcoming: Upcoming? {
        switch way {
        case .start: Upcoming(cursor: nil, leads: true)
        case .at(let cursor): Upcoming(cursor: cursor, leads: true)
        case .list(let cursors, let next): Upcoming(cursor: cursors[next], leads: next == cursors.count - 1)
        case .end: nil
        }
    }

    /// Whether the next page is one of a list.
    var isListed: Bool { if case .list = way { true } else { false } }

    /// Whether the next page was named by itself.
    var isSinglePage: Bool { if case .at = way { true } else { false } }

    /// Advances past a page whose successor is already known.
    mutating func advance() {
        guard case .list(let cursors, let next) = way else { preconditionFailure("only listed pages are passed over") }
        way = .list(cursors, next: next + 1)
        number += 1
    }

    /// Advances past a page that states what follows it.
    ///
    /// - Parameters:
    ///   - next: What the page states to follow.
    ///   - stage: The source, for messages.
    /// - Throws: `source.pages` if the page states that it follows itself; records would be lost or duplicated.
    mutating func advance(by next: Next<String>, of stage: String) throws(Diagnostic) {
        switch next {
        case .end:
            way = .end
        case .at(let cursor):
            if case .at(cursor) = way {
                throw Self.contradiction("says that it follows itself", at: cursor, of: stage)
            }
            way = .at(cursor)
        case .pages(let cursors):
            way = cursors.isEmpty ? .end : .list(cursors, next: 0)
        }
        number += 1
    }

    /// Refuses a page of a list that states what follows it, although its successor is already known.
    static func refuse(_ next: Next<String>, at cursor: String?, of stage: String) throws(Diagnostic) {
        switch next {
        case .end: return
        case .at(let other):
            throw contradiction("is one of a list of pages, and says that '\(other)' follows", at: cursor, of: stage)
        case .pages:
            throw contradiction("is one of a list of pages, and says that others follow", at: cursor, of: stage)
        }
    }

    private static func contradiction(_ words: String, at cursor: String?, of stage: String) -> Diagnostic {
        Diagnostic(
            "source.pages",
            message: "the page \(words)",
            at: .stage(stage, at: cursor.map { "at \($0)" }),
            hint: "this is a mistake of the plugin, please report it"
        )
    }
}
