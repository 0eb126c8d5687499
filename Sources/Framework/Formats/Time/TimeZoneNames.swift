/// The names of the tz database: which there are, and which mean the same zone.
///
/// A machine may lack zones whose names are well known: Debian and Ubuntu leave old names such as `Asia/Calcutta` to a
/// package of their own (`tzdata-legacy`), slim images have none at all, and a database from before a renaming has only
/// the old name. With the names at hand the rules are found under the name that is there, and a zone that is missing is
/// distinguished from a misspelt one.
package enum TimeZoneNames {
    /// Every name, sorted by its zone.
    package static var all: [String] { names.groups.flatMap { $0 } }

    /// Whether the tz database has a zone of this name, or had one.
    package static func isKnown(_ name: String) -> Bool { names.group[name] != nil }

    /// The zone that a name means today: `Asia/Kolkata` for `Asia/Calcutta`, and for itself; nil if it is not known.
    package static func zone(of name: String) -> String? { same(as: name).first }

    /// All names of the zone that a name means, its present one first; none if the name is not known.
    ///
    /// They have the same clock since 1970; before that, a link may differ from its zone.
    package static func same(as name: String) -> [String] { names.group[name].map { names.groups[$0] } ?? [] }

    private static let names = Names(table)

    /// The table, taken apart.
    private struct Names {
        var groups: [[String]] = []
        /// The place of a name's group.
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
