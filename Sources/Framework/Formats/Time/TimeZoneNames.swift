/// The names of the tz database, and which of them mean the same zone.
///
/// A machine may lack well-known zone names: Debian and Ubuntu have old names such as `Asia/Calcutta` in a separate
/// package (`tzdata-legacy`), slim images have no names at all, and a database from before a renaming has only the old
/// name. With this table, the rules are found under any name that the machine has, and a missing zone can be
/// distinguished from a misspelled one.
package enum TimeZoneNames {
    /// Every name, sorted by its zone.
    package static var all: [String] { names.groups.flatMap { $0 } }

    /// Whether the tz database has a zone of this name, or had one.
    package static func isKnown(_ name: String) -> Bool { names.group[name] != nil }

    /// The current name of a zone: `Asia/Kolkata` for `Asia/Calcutta`, and for itself; nil if the name is unknown.
    package static func zone(of name: String) -> String? { same(as: name).first }

    /// All names of a zone, the current one first; empty if the name is unknown.
    ///
    /// They have the same rules since 1970; before that, a link may differ from its zone.
    package static func same(as name: String) -> [String] { names.group[name].map { names.groups[$0] } ?? [] }

    private static let names = Names(table)

    /// The parsed table.
    private struct Names {
        var groups: [[String]] = []
        /// The index of a name's group.
        var group: [String: Int] = [:]

        init(_ table: String) {
            for line in table.split(separator: "\n") {
                let names = line.split(separator: " ").map(String.init)
                for name in names { group[name] = groups.count }
                groups.append(names)
            }
        }
    }
}
