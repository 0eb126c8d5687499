public import Diagnostics
internal import Glibc

/// Finds the rules of time zones in the system's database.
///
/// A name that the database lacks is looked up under the other names of the same zone (`TimeZoneNames`):
/// `Asia/Calcutta` and `Asia/Kolkata` have the same rules, whichever name exists. A zone that cannot be found is an
/// error and never replaced by another zone, which would silently give wrong dates.
public struct TimeZones: Sendable {
    private let folders: [String]
    private let environment: [String: String]
    /// The folder of `localtime` and `timezone`.
    private let machine: String

    /// The system's database: `$TZDIR`, `/usr/share/zoneinfo`.
    public init(environment: [String: String] = [:]) {
        let folders = [environment["TZDIR"], "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
        self.init(environment: environment, folders: folders.compactMap { $0 }.filter { !$0.isEmpty }, machine: "/etc")
    }

    /// A custom database.
    ///
    /// - Parameters:
    ///   - environment: The environment variables, of which `TZ` is used.
    ///   - folders: The folders of zones, in order of preference.
    ///   - machine: The folder of `localtime` and `timezone`.
    package init(environment: [String: String], folders: [String], machine: String) {
        self.environment = environment
        self.folders = folders
        self.machine = machine
    }

    /// The rules of a zone.
    ///
    /// - Parameters:
    ///   - name: An IANA name; `local` for the machine's zone; `UTC`.
    ///   - place: Where the name was written.
    /// - Returns: The rules.
    /// - Throws: At `place`: `zone.unknown` with the nearest name, if there is no such zone; `environment.time-zones`
    ///   if this machine lacks the zone's data, or if `local` was requested and `TZ` cannot be read.
    public func rules(for name: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) -> TimeZoneRules {
        try name == "local" ? localRules(at: place) : namedRules(name, at: place)
    }

    // MARK: Zones that have a name

    private func namedRules(_ name: String, at place: Diagnostic.Place?) throws(Diagnostic) -> TimeZoneRules {
        if name == "Z" { return .utc }
        if let rules = try find(name, at: place) { return rules }
        throw TimeZoneNames.isKnown(name) ? missing(name, at: place) : unknown(name, at: place)
    }

    /// The rules of a name; nil if neither the database nor the table of names has it.
    private func find(_ name: String, at place: Diagnostic.Place?) throws(Diagnostic) -> TimeZoneRules? {
        let zone = TimeZoneNames.zone(of: name)
        // These need no file, so they are the same on every machine.
        if zone == "Etc/UTC" || zone == "Etc/GMT" { return .utc }
        if let zone, zone.hasPrefix("Etc/GMT"), let rules = TimeZoneRules(posix: String(zone.dropFirst(4))) {
            return rules.named(name)
        }
        if let rules = try file(name, at: place) { return rules }
        for other in TimeZoneNames.same(as: name) where other != name {
            if let rules = try file(other, at: place) { return rules.named(name) }
        }
        return nil
    }

    /// The rules in the first file of a name; nil if there is none.
    ///
    /// - Throws: `environment.time-zones` if there are files of that name, and none can be used.
    private func file(_ name: String, at place: Diagnostic.Place?) throws(Diagnostic) -> TimeZoneRules? {
        guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { return nil }
        var damage: Diagnostic?
        for folder in folders {
            let path = "\(folder)/\(name)"
            guard FileSystem.exists(path), !FileSystem.isFolder(path) else { continue }
            do throws(Diagnostic) {
                let bytes = try InputFile(path).readAll(atMost: 1 << 20)
                // Other files in the folder are not zones.
                guard bytes.starts(with: "TZif".utf8) || TimeZoneNames.isKnown(name) else { continue }
                return try TimeZoneRules(parsing: bytes, name: name)
            } catch {
                damage = damage ?? error
            }
        }
        guard let damage else { return nil }
        throw Diagnostic(
            "environment.time-zones",
            message: damage.message,
            category: .environment,
            at: place,
            hint: damage.hint,
            cause: .diagnostic(damage)
        )
    }

    /// Whether there is a database at all: every database has one of these.
    private var hasDatabase: Bool {
        folders.contains { folder in
            ["Europe/London", "America/New_York", "Asia/Tokyo", "tzdata.zi", "zone1970.tab", "zone.tab"].contains {
                FileSystem.exists("\(folder)/\($0)")
            }
        }
    }

    private func missing(_ name: String, at place: Diagnostic.Place?) -> Diagnostic {
        guard hasDatabase else {
            return Diagnostic(
                "environment.time-zones",
                message: "this machine has no time zone database, so the days of '\(name)' cannot be determined",
                category: .environment,
                at: place,
                hint: "install the package 'tzdata', in a container too, or set TZDIR to a folder with one"
            )
        }
        return Diagnostic(
            "environment.time-zones",
            message: "the time zone database of this machine has no '\(name)'",
            category: .environment,
            at: place,
            hint: "install the newest package 'tzdata' ('tzdata-legacy' for old names on Debian and Ubuntu), or set "
                + "TZDIR to a folder with a complete database"
        )
    }

    private func unknown(_ name: String, at place: Diagnostic.Place?) -> Diagnostic {
        Diagnostic(
            "zone.unknown",
            message: "there is no time zone '\(name)'",
            category: .usage,
            at: place,
            hint: suggestion(for: name, among: knownNames.filter { $0 != name }, atMost: .max).map {
                "did you mean '\($0)'?"
            }
                ?? "an IANA name such as Europe/Paris or America/New_York; 'local' is this machine's"
        )
    }

    /// The names in this machine's database, which may be newer than the table, and those in the table.
    private var knownNames: [String] {
        var names = TimeZoneNames.all
        for folder in folders {
            guard let table = try? InputFile("\(folder)/tzdata.zi").readAll(atMost: 1 << 22) else { continue }
            // A line `Z Name …` defines a zone, a line `L Target Name` another name of one.
            for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
                let words = line.split(separator: " ")
                switch words.first {
                case "Z" where words.count > 1: names.append(String(words[1]))
                case "L" where words.count > 2: names.append(String(words[2]))
                default: break
                }
            }
        }
        return names
    }

    // MARK: The machine's own

    /// `$TZ`, else `localtime`, else `timezone`, else UTC: the order of the C library, which does not use `timezone`.
    ///
    /// - Throws: The problem with an existing setting; silently using another zone would give wrong dates.
    private func localRules(at place: Diagnostic.Place?) throws(Diagnostic) -> TimeZoneRules {
        if let setting = environment["TZ"] { return try rules(ofTZ: setting, at: place) }
        let path = "\(machine)/localtime"
        let name = linkedName
        if FileSystem.exists(path) {
            do throws(Diagnostic) {
                return try fileRules(path, name: name ?? writtenName ?? "local")
            } catch {
                throw Diagnostic(
                    "environment.time-zones",
                    message: "the time zone of this machine, \(path), cannot be read: \(error.message)",
                    category: .environment,
                    at: place,
                    hint: Self.withoutLocal,
                    cause: .diagnostic(error)
                )
            }
        }
        // A broken link still has a name.
        guard let name = name ?? writtenName else { return .utc }
        if let rules = try find(name, at: place) { return rules }
        var problem = missing(name, at: place)
        problem.message = "the time zone of this machine is '\(name)', and " + problem.message
        throw problem
    }

    /// The rules that `TZ` states: a zone, a file, or a rule (POSIX.1-2017 §8.3).
    ///
    /// A zone name takes precedence over a rule, as in the C library: `EST5EDT` is both. A rule that names daylight
    /// saving time without its dates is refused, although the C library uses the United States' dates: `CET-1CEST`
    /// would be an hour off for weeks.
    private func rules(ofTZ setting: String, at place: Diagnostic.Place?) throws(Diagnostic) -> TimeZoneRules {
        let text = setting.hasPrefix(":") ? String(setting.dropFirst()) : setting
        // An empty value is UTC.
        if text.isEmpty { return .utc }
        do throws(Diagnostic) {
            if text.hasPrefix("/") { return try fileRules(text, name: text) }
            if let rules = try find(text, at: place) { return rules }
        } catch {
            throw Diagnostic(
                "environment.time-zones",
                message: "TZ is '\(setting.prefix(80))', which cannot be used: \(error.message)",
                category: .environment,
                at: place,
                hint: Self.withoutLocal,
                cause: .diagnostic(error)
            )
        }
        if let rules = TimeZoneRules(posix: text) { return rules }
        if TimeZoneNames.isKnown(text) {
            var problem = missing(text, at: place)
            problem.message = "TZ is '\(setting)', and " + problem.message
            throw problem
        }
        let lacksDates = TimeZoneRules(posix: text + ",M3.5.0,M10.5.0/3") != nil
        let nearest = suggestion(for: text, among: knownNames, atMost: .max)
        throw Diagnostic(
            "environment.time-zones",
            message: lacksDates
                ? "TZ is '\(setting)', which does not state when daylight saving time begins and ends"
                : "TZ is '\(setting.prefix(80))', which is neither the name of a time zone nor a rule for one",
            category: .environment,
            at: place,
            hint: lacksDates
                ? "name the zone, as in TZ=Europe/Paris, or add the dates, as in TZ='\(text),M3.5.0,M10.5.0/3'"
                : nearest.map { "did you mean TZ=\($0)?" } ?? Self.withoutLocal
        )
    }

    private static let withoutLocal =
        "such as TZ=Europe/Paris or TZ='<+03>-3'; a zone named in the pipeline needs no TZ"

    private func fileRules(_ path: String, name: String) throws(Diagnostic) -> TimeZoneRules {
        try TimeZoneRules(parsing: try InputFile(path).readAll(atMost: 1 << 20), name: name)
    }

    /// The IANA name to which `localtime` leads; on most systems it is a link into the database.
    private var linkedName: String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = max(0, readlink("\(machine)/localtime", &buffer, buffer.count))
        let target = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let folder = target.firstRange(of: "zoneinfo/") else { return nil }
        return String(target[folder.upperBound...])
    }

    /// The name in `timezone`, which Debian has in addition to the link.
    private var writtenName: String? {
        guard let bytes = try? InputFile("\(machine)/timezone").readAll(atMost: 1 << 10) else { return nil }
        let name = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first
        return name.map(String.init)
    }
}
