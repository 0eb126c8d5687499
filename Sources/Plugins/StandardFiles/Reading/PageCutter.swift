/// A page of whole records that has been cut from files, not decoded yet.
struct CutPage<Content: Sendable>: Sendable {
    /// Where it begins.
    let start: FileCursor
    /// Its bytes, and what is known about them.
    let content: Content
    /// Where the next page begins, if there is one.
    let end: FileCursor
}

/// Cuts the pages of files, one after the other.
///
/// Where a page ends depends on where it begins and on nothing else.
protocol PageCutter: AnyObject, Sendable {
    /// The bytes of a page, and what is known about them.
    associatedtype Content: Sendable

    /// Cuts the next page; nil at the end of the last file.
    ///
    /// - Throws: Why nothing can be read there.
    func next() async throws -> CutPage<Content>?
}
